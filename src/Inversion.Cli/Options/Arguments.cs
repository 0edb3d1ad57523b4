using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Randomness;

namespace Inversion.Cli.Options;

/// <summary>The values of a command's options: from the command line, else from the plan file. Remembers them, to write plan.json.</summary>
internal sealed class Arguments
{
    private static readonly string PlanFolder = Path.Combine(AppContext.BaseDirectory, "plans");

    private readonly ParseResult parsed;
    private readonly JsonObject plan;
    private readonly string planFile;

    public Arguments(ParseResult parsed)
    {
        this.parsed = parsed;
        planFile = parsed.CommandResult.Command.Options.Contains(CommonOptions.Plan) ? parsed.GetValue(CommonOptions.Plan) ?? string.Empty : string.Empty;
        plan = planFile.Length == 0 ? [] : ReadPlan(planFile);
        HashSet<string> known = [.. parsed.CommandResult.Command.Options.Select(Key)];
        foreach ((string key, _) in plan)
        {
            if (!known.Contains(key))
            {
                throw new InputException($"{planFile}: '{key}' is not an option of {parsed.CommandResult.Command.Name}{Nearest.Hint(key, known)}");
            }
        }
    }

    /// <summary>The names of the plans that come with the program.</summary>
    public static IReadOnlyList<string> Plans { get; } = Directory.Exists(PlanFolder)
        ? [.. Directory.GetFiles(PlanFolder, "*.json").Select(plan => Path.GetFileNameWithoutExtension(plan)).Order(StringComparer.Ordinal)]
        : [];

    private Arguments(ParseResult parsed, JsonObject plan, string planFile) => (this.parsed, this.plan, this.planFile) = (parsed, plan, planFile);

    /// <summary>The values of a run that is gone on with: its plan's, and of the command line those that change no result.</summary>
    /// <exception cref="UsageException">Another option was given.</exception>
    public static Arguments Resumed(ParseResult parsed, string planFile, IReadOnlyList<string> allowed)
    {
        foreach (Option option in parsed.CommandResult.Command.Options)
        {
            if (!allowed.Contains(option.Name) && parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name}: the plan of {planFile} is gone on with as it is; begin another run to change it");
            }
        }

        return File.Exists(planFile)
            ? new Arguments(parsed, ReadPlan(planFile), planFile)
            : throw new InputException($"{Path.GetDirectoryName(planFile)}: holds no plan.json of a run");
    }

    /// <summary>A value that does not change results: read, but no part of the plan.</summary>
    public T Unrecorded<T>(Func<T> read, Option option)
    {
        T value = read();
        Resolved.Remove(Key(option));
        return value;
    }

    /// <summary>What was resolved so far, by key: plan.json.</summary>
    public JsonObject Resolved { get; } = [];

    /// <summary>The text of an option, or null.</summary>
    public string? Text(Option<string?> option)
    {
        string? text = parsed.GetValue(option) ?? Planned(option);
        if (text is not null)
        {
            Resolved[Key(option)] = text;
        }

        return text;
    }

    /// <summary>The texts of an option that may be repeated.</summary>
    public string[] Texts(Option<string[]> option)
    {
        string[] texts = parsed.GetValue(option) ?? [];
        if (texts.Length == 0 && plan.TryGetPropertyValue(Key(option), out JsonNode? node))
        {
            texts = node is JsonArray list ? [.. list.Select(item => Scalar(option, item))] : [Scalar(option, node)];
        }

        if (texts.Length > 0)
        {
            Resolved[Key(option)] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);
        }

        return texts;
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Integer(Option<string?> option, int otherwise, int least)
    {
        string? text = Text(option);
        if (text is null)
        {
            Resolved[Key(option)] = otherwise.ToString(CultureInfo.InvariantCulture);
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new UsageException($"{option.Name} {text}: a whole number of at least {least} is needed");
    }

    /// <summary>A finite number for which <paramref name="accept"/> holds.</summary>
    public double Number(Option<string?> option, double otherwise, Func<double, bool> accept, string wanted)
    {
        string? text = Text(option);
        if (text is null)
        {
            Resolved[Key(option)] = otherwise.ToString("R", CultureInfo.InvariantCulture);
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && accept(number)
            ? number
            : throw new UsageException($"{option.Name} {text}: {wanted} is needed");
    }

    /// <summary>The seed.</summary>
    public RandomKey Seed()
    {
        string text = Text(CommonOptions.Seed) ?? "2a9";
        Resolved[Key(CommonOptions.Seed)] = text;
        return RandomKey.TryParse(text, out RandomKey key)
            ? key
            : throw new UsageException($"--seed {text}: one to sixteen hex digits are needed");
    }

    /// <summary>Worker threads; not part of the plan, since results do not depend on them.</summary>
    public int Threads()
    {
        int threads = Integer(CommonOptions.Threads, Environment.ProcessorCount, 1);
        Resolved.Remove(Key(CommonOptions.Threads));
        return threads;
    }

    /// <summary>The folder for results, created; not part of the plan.</summary>
    public DirectoryInfo OutputFolder()
    {
        string folder = parsed.GetValue(CommonOptions.Out) ?? Planned(CommonOptions.Out)
            ?? Path.Combine("runs", $"{parsed.CommandResult.Command.Name}-{DateTime.Now:yyyyMMdd-HHmmss-fff}");
        try
        {
            DirectoryInfo created = Directory.CreateDirectory(folder);
            using FileStream probe = new(Path.Combine(folder, ".inversion-probe"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return created;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out {folder}: no results can be written there ({problem.Message})");
        }
    }

    /// <summary>True when the summary is to be printed as JSON alone.</summary>
    public bool Json => parsed.GetValue(CommonOptions.Json);

    /// <summary>True when no progress is to be told.</summary>
    public bool IsQuiet => parsed.GetValue(CommonOptions.Quiet);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool Flag(Option<bool> option) => parsed.GetValue(option);

    private static string Key(Option option) => option.Name.TrimStart('-');

    // A plan of the program's own is named without folder and ending.
    private static JsonObject ReadPlan(string name)
    {
        string shipped = Path.Combine(PlanFolder, name + ".json");
        string file = !File.Exists(name) && Path.GetFileName(name) == name && File.Exists(shipped) ? shipped : name;
        try
        {
            return JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject
                ?? throw new InputException($"{file}: a plan is a JSON object with options as keys");
        }
        catch (JsonException problem)
        {
            throw new InputException($"{file}: not JSON (line {problem.LineNumber + 1}): {problem.Message.Split('.')[0]}");
        }
        catch (ArgumentException problem)
        {
            throw new InputException($"{file}: {problem.Message.Split('\n')[0]}");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{file}: no such plan file; plans by name are {string.Join(", ", Plans)}{Nearest.Hint(name, Plans)}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: {problem.Message}");
        }
    }

    private string? Planned(Option option) => plan.TryGetPropertyValue(Key(option), out JsonNode? node) ? Scalar(option, node) : null;

    private string Scalar(Option option, JsonNode? node) => node is JsonValue value
        ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()
        : throw new InputException($"{planFile}: '{Key(option)}' must be a text or a number");
}
