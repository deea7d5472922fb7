namespace ScriptHost;

/// <summary>The commands of StandIns.ps1, which is part of this program.</summary>
internal static class StandIns
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        using Stream stream = typeof(StandIns).Assembly.GetManifestResourceStream("StandIns.ps1")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
