namespace PSLlmCluster.Core;

/// <summary>
/// The folders that had to be made for a file. They are gone again unless they are kept, and those that are not empty stay.
/// </summary>
internal sealed class MadeFolders : IDisposable
{
    private readonly List<string> _made = [];
    private bool _isKept;

    private MadeFolders()
    {
    }

    /// <summary>Makes the folders of a file that are missing.</summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="isAllowed">Whether any may be made; else none is.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="IOException">One cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
    public static MadeFolders For(string path, bool isAllowed)
    {
        MadeFolders folders = new();
        Stack<string> missing = new();
        for (string? folder = Path.GetDirectoryName(path); isAllowed && folder is not null && !Directory.Exists(folder);)
        {
            missing.Push(folder);
            folder = Path.GetDirectoryName(folder);
        }

        try
        {
            while (missing.TryPop(out string? folder))
            {
                Directory.CreateDirectory(folder);
                folders._made.Add(folder);
            }
        }
        catch
        {
            folders.Dispose();
            throw;
        }

        return folders;
    }

    /// <summary>Lets the folders stay.</summary>
    public void Keep() => _isKept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = _made.Count - 1; i >= 0 && !_isKept; i--)
        {
            try
            {
                Directory.Delete(_made[i]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody put something there meanwhile.
                return;
            }
        }
    }
}
