namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>Where Chromium is.</summary>
internal static class ChromiumProgram
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Gets the path of the program that CHROME_PATH names, or that is on the PATH; null where there is none.</summary>
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("CHROME_PATH");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? named : null;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string ending = OperatingSystem.IsWindows() ? ".exe" : string.Empty;
        return folders
            .SelectMany(folder => _names.Select(name => System.IO.Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}
