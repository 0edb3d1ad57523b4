using System.Text.Json.Nodes;
using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Reports;

/// <summary>report.html in a browser: every link leads somewhere, every section opens, nothing overflows, nothing is asked of a network.</summary>
/// <remarks>INVERSION_SCREENSHOTS=DIR keeps pictures of the page.</remarks>
public sealed class ReportPageTests : IDisposable
{
    private static readonly string[] Audit =
    [
        "audit", "--input", "3x2", "--layers", "12k3,9k3", "--mask", "all", "--mask", "random:0.5", "--draws", "2", "--trials", "12", "--starts", "2", "--steps", "20", "--out", "run",
        "--expect", "gradient-consistency=supported",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Report_InABrowser_IsWholeAtEveryWidthAndInBothSchemes()
    {
        Assert.SkipWhen(Browser.Program is null, "no Chromium on this machine");
        CommandLine.Outcome audit = CommandLine.Run(folder.Path, Audit);
        Assert.True(audit.Exit == 0, audit.Error);
        string page = folder.File("run", "report.html");
        await using Browser browser = await Browser.Start();
        foreach ((int width, bool isDark) in ((int, bool)[])[(1280, false), (1280, true), (390, false), (390, true)])
        {
            await browser.Open(page, width, isDark);
            await OpensEverySection(browser);
            await FitsIntoItsWidth(browser, width);
            await ShowsEveryPicture(browser);
            await IsLegible(browser);
            await Keep(browser, width, isDark);
        }

        await EveryLinkLeadsSomewhere(browser, page);
        Assert.All(browser.Requests, address => Assert.True(
            address.StartsWith("file://", StringComparison.Ordinal) || address.StartsWith("data:", StringComparison.Ordinal) || address == "about:blank", address));
        Assert.All(browser.Requests.Where(address => address.StartsWith("file://", StringComparison.Ordinal)), address => Assert.EndsWith("/report.html", address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_Printed_HasEverySectionOpen()
    {
        Assert.SkipWhen(Browser.Program is null, "no Chromium on this machine");
        CommandLine.Outcome audit = CommandLine.Run(folder.Path, [.. Audit, "--claim", "assumptions,gradient-consistency"]);
        Assert.True(audit.Exit is 0 or 2, audit.Error);
        await using Browser browser = await Browser.Start();
        await browser.Open(folder.File("run", "report.html"), 800, false);
        await browser.Call("Emulation.setEmulatedMedia", new JsonObject { ["media"] = "print" });

        int shown = (await browser.Evaluate("[...document.querySelectorAll('details > p')].filter(p => p.getBoundingClientRect().height > 0).length"))!.GetValue<int>();
        int all = (await browser.Evaluate("document.querySelectorAll('details > p').length"))!.GetValue<int>();

        Assert.True(all > 0);
        Assert.Equal(all, shown);
    }

    private static async Task OpensEverySection(Browser browser)
    {
        int closed = (await browser.Evaluate("[...document.querySelectorAll('details')].map(d => { d.querySelector('summary').click(); return d; }).filter(d => !d.open || d.getBoundingClientRect().height <= d.querySelector('summary').getBoundingClientRect().height).length"))!.GetValue<int>();
        int sections = (await browser.Evaluate("document.querySelectorAll('details').length"))!.GetValue<int>();
        Assert.True(sections > 10, $"{sections} sections");
        Assert.Equal(0, closed);
    }

    // Wide tables and commands scroll in their own boxes; nothing else may be wider than the page.
    private static async Task FitsIntoItsWidth(Browser browser, int width)
    {
        int page = (await browser.Evaluate("document.documentElement.scrollWidth"))!.GetValue<int>();
        Assert.True(page <= width, $"the page is {page} pixels wide at a width of {width}");
        JsonNode wide = (await browser.Evaluate("[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, pre') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"))!;
        Assert.Empty(wide.AsArray().Select(text => text!.GetValue<string>()));
    }

    private static async Task ShowsEveryPicture(Browser browser)
    {
        JsonNode broken = (await browser.Evaluate("(async () => { const all = [...document.images]; await Promise.all(all.map(i => i.decode().catch(() => {}))); return [all.length, all.filter(i => i.naturalWidth === 0 || !i.alt).map(i => i.alt)]; })()"))!;
        Assert.True(broken[0]!.GetValue<int>() > 3, "no pictures");
        Assert.Empty(broken[1]!.AsArray());
    }

    // The contrast of text that WCAG 2.1 asks for (AA, 4.5), for every color of text on its ground.
    private static async Task IsLegible(Browser browser)
    {
        const string Script = """
            (() => {
              const rgb = text => text.match(/[\d.]+/g).map(Number);
              const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
              const poor = new Set();
              for (const e of document.querySelectorAll('main *')) {
                if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
                const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e));
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) poor.add(`${e.tagName} ${e.className}: ${contrast.toFixed(2)}`);
              }
              return [...poor];
            })()
            """;
        Assert.Empty((await browser.Evaluate(Script))!.AsArray().Select(text => text!.GetValue<string>()));
    }

    private static async Task EveryLinkLeadsSomewhere(Browser browser, string page)
    {
        string[] targets = [.. (await browser.Evaluate("[...document.links].map(a => a.getAttribute('href'))"))!.AsArray().Select(node => node!.GetValue<string>()).Distinct()];
        Assert.True(targets.Length > 10);
        foreach (string target in targets)
        {
            if (target.StartsWith('#'))
            {
                JsonNode moved = (await browser.Evaluate($"(() => {{ scrollTo(0, 0); document.querySelector('a[href=\"{target}\"]').click(); const e = document.querySelector(':target'); return !!e && e.getBoundingClientRect().top < innerHeight; }})()"))!;
                Assert.True(moved.GetValue<bool>(), target);
            }
            else
            {
                Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)), target);
            }
        }
    }

    private static async Task Keep(Browser browser, int width, bool isDark)
    {
        if (Environment.GetEnvironmentVariable("INVERSION_SCREENSHOTS") is not { } kept)
        {
            return;
        }

        Directory.CreateDirectory(kept);
        int height = (await browser.Evaluate("document.documentElement.scrollHeight"))!.GetValue<int>();
        for (int part = 0; part < 6; part++)
        {
            int top = Math.Min(part * 2000, Math.Max(0, height - 2000));
            await File.WriteAllBytesAsync(Path.Combine(kept, $"{width}-{(isDark ? "dark" : "light")}-{part}.png"), await browser.Screenshot(top, 2000));
        }
    }
}
