using System.Reflection;
using Xunit;

namespace Inversion.Tests;

public sealed class ConventionTests
{
    [Fact]
    public void The_command_line_tool_has_an_entry_point_and_the_version_of_the_core()
    {
        var tool = Assembly.Load("Inversion.Cli");
        var core = Assembly.Load("Inversion");

        Assert.NotNull(tool.EntryPoint);
        Assert.Equal(core.GetName().Version, tool.GetName().Version);
    }
}
