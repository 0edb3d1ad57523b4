using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Inversion.Tests.Reports;

/// <summary>A headless Chromium, driven by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly DirectoryInfo profile;
    private readonly ClientWebSocket socket = new();
    private int last;

    private Browser(Process process, DirectoryInfo profile)
    {
        this.process = process;
        this.profile = profile;
    }

    /// <summary>The program; null where there is none.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .SelectMany(folder => (string[])[Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser"), Path.Combine(folder, "google-chrome")])
        .FirstOrDefault(File.Exists);

    /// <summary>Addresses that pages have asked for, in order.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts the program with one empty page.</summary>
    public static async Task<Browser> Start()
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("inversion-browser-");
        ProcessStartInfo start = new(Program!) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Browser browser = new(Process.Start(start)!, profile);
        browser.process.OutputDataReceived += (_, _) => { };
        browser.process.BeginOutputReadLine();
        using CancellationTokenSource time = new(Patience);
        string? line;
        do
        {
            line = await browser.process.StandardError.ReadLineAsync(time.Token) ?? throw new InvalidOperationException("Chromium ended before it listened");
        }
        while (!line.StartsWith("DevTools listening on ", StringComparison.Ordinal));
        _ = browser.process.StandardError.ReadToEndAsync(CancellationToken.None);
        Uri address = new(line["DevTools listening on ".Length..]);
        using HttpClient client = new();
        JsonArray pages = JsonNode.Parse(await client.GetStringAsync($"http://{address.Authority}/json/list", time.Token))!.AsArray();
        string page = pages.First(entry => entry!["type"]!.GetValue<string>() == "page")!["webSocketDebuggerUrl"]!.GetValue<string>();
        await browser.socket.ConnectAsync(new Uri(page), time.Token);
        await browser.Call("Network.enable");
        await browser.Call("Page.enable");
        return browser;
    }

    /// <summary>Calls a method of the protocol and gives its result.</summary>
    public async Task<JsonNode> Call(string method, JsonObject? parameters = null)
    {
        int id = ++last;
        using CancellationTokenSource time = new(Patience);
        byte[] text = Encoding.UTF8.GetBytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] }.ToJsonString());
        await socket.SendAsync(text, WebSocketMessageType.Text, true, time.Token);
        while (true)
        {
            JsonNode message = await Receive(time.Token);
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : message["result"]!;
            }

            if (message["method"]?.GetValue<string>() == "Network.requestWillBeSent")
            {
                Requests.Add(message["params"]!["request"]!["url"]!.GetValue<string>());
            }
        }
    }

    /// <summary>What an expression gives on the page.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        JsonNode result = await Call("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return result["exceptionDetails"] is { } problem ? throw new InvalidOperationException(problem.ToJsonString()) : result["result"]!["value"];
    }

    /// <summary>Opens a file, at a width and in a color scheme, and waits until all of it is there.</summary>
    public async Task Open(string file, int width, bool isDark)
    {
        await Call("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await Call("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        });
        await Call("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        await Evaluate("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))");
    }

    /// <summary>A picture of the page as it stands at a place, as PNG.</summary>
    public async Task<byte[]> Screenshot(int top, int height)
    {
        await Evaluate($"scrollTo(0, {top})");
        JsonNode taken = await Call("Page.captureScreenshot", new JsonObject
        {
            ["format"] = "png",
            ["captureBeyondViewport"] = true,
            ["clip"] = new JsonObject { ["x"] = 0, ["y"] = top, ["width"] = (await Evaluate("innerWidth"))!.GetValue<int>(), ["height"] = height, ["scale"] = 1 },
        });
        return Convert.FromBase64String(taken["data"]!.GetValue<string>());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        try
        {
            profile.Delete(true);
        }
        catch (IOException)
        {
            // A process of the browser that ends late may still write there.
        }
    }

    private async Task<JsonNode> Receive(CancellationToken cancellation)
    {
        using MemoryStream whole = new();
        byte[] part = new byte[1 << 16];
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(part, cancellation);
            whole.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!;
    }
}
