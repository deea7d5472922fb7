using System.Diagnostics;
using System.Text.Json;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>A test that needs a real Chromium; without one it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Chromium.Program is null)
        {
            Skip =
                "No Chromium: neither chromium, chromium-browser nor google-chrome is on the PATH, and CHROME_PATH names none. "
                    + "(Debian: apt install chromium)";
        }
    }
}

/// <summary>A theory that needs a real Chromium; without one it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = new ChromiumFactAttribute().Skip;
}

/// <summary>What became of a page.</summary>
/// <param name="Dom">The page after its scripts ran, as Chromium writes it out.</param>
/// <param name="Requests">The addresses that the page asked for, other than its own.</param>
internal sealed record OpenedPage(string Dom, IReadOnlyList<string> Requests);

/// <summary>Opens pages in a Chromium without a window, a profile or a network.</summary>
internal static class Chromium
{
    public static string? Program => ChromiumProgram.Path;

    /// <summary>Opens a page and lets its scripts run.</summary>
    public static OpenedPage Open(string page)
    {
        using TemporaryFolder folder = new();
        string log = folder.File("net.json");
        string dom = Run(page, "--dump-dom", "--log-net-log=" + log);
        using JsonDocument events = JsonDocument.Parse(File.ReadAllBytes(log));

        // What Chromium asks for on its own account has another site, or none.
        string[] requests =
        [
            .. events.RootElement.GetProperty("events").EnumerateArray()
                .Where(entry => entry.TryGetProperty("params", out JsonElement values)
                    && values.TryGetProperty("site_for_cookies", out JsonElement site)
                        && site.GetString()!.Contains("site=file:", StringComparison.Ordinal)
                    && values.TryGetProperty("url", out _))
                .Select(entry => entry.GetProperty("params").GetProperty("url").GetString()!)
                .Where(url => !url.StartsWith("file:", StringComparison.Ordinal) && !url.StartsWith("data:", StringComparison.Ordinal)),
        ];
        return new OpenedPage(dom, requests);
    }

    /// <summary>Returns a picture of the page as a PNG file's bytes.</summary>
    public static byte[] Screenshot(string page, int width, int height)
    {
        using TemporaryFolder folder = new();
        string picture = folder.File("page.png");
        Run(page, "--hide-scrollbars", $"--window-size={width},{height}", "--screenshot=" + picture);
        return File.ReadAllBytes(picture);
    }

    private static string Run(string page, params string[] arguments)
    {
        using TemporaryFolder profile = new();
        ProcessStartInfo start = new(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--user-data-dir=" + profile.Path, .. arguments, new Uri(page).AbsoluteUri,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"Chromium ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
