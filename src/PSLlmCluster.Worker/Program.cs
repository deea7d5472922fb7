using System.Runtime.InteropServices;
using PSLlmCluster.Worker.Serving;

namespace PSLlmCluster.Worker;

/// <summary>The entries of the worker: as a program, as the startup hook of another, and as a thread of the session.</summary>
public static partial class Program
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    // proc(5), oom_score_adj: where memory runs out, the system is to end the worker and not the session.
    private const string SacrificeFile = "/proc/self/oom_score_adj";
    private const string Sacrifice = "500";

    /// <summary>Serves the session that started this process, over its standard streams, until the session is gone.</summary>
    public static void Main()
    {
        AssemblyLookup.Use();
        Run();
    }

    /// <summary>Serves a session over two streams, until the first one ends.</summary>
    /// <param name="input">Where its frames come from.</param>
    /// <param name="output">Where frames to it go.</param>
    public static void Serve(Stream input, Stream output)
    {
        using WorkerServer server = new(input, output);
        server.Run();
    }

    /// <summary>
    /// Serves over the standard streams. The assemblies that this needs may not be found before <see cref="AssemblyLookup"/>.
    /// </summary>
    internal static void Run()
    {
        // Ctrl+C reaches all processes of a terminal. What it means here, the session says.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ignore);
        Stream input = Console.OpenStandardInput();
        Stream output = Console.OpenStandardOutput();
        KeepOutputToOurselves();
        if (OperatingSystem.IsLinux())
        {
            Offer();
        }

        Serve(input, output);

        // The session is gone or has no more use for this process, and a computation may be running on other threads. Nothing here is to be
        // saved, and to unload libraries in use is to crash.
        System.Diagnostics.Process.GetCurrentProcess().Kill();
    }

    private static void Ignore(PosixSignalContext context) => context.Cancel = true;

    private static void Offer()
    {
        try
        {
            File.WriteAllText(SacrificeFile, Sacrifice);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A container may forbid it; it is a courtesy.
        }
    }

    // The stream that was opened has a descriptor of its own. Whatever else is written to the standard output, by a library, would be taken
    // for frames, and goes to the error stream.
    private static void KeepOutputToOurselves()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Dup2(StandardError, StandardOutput);
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int from, int to);
}
