using System.ComponentModel;
using System.Diagnostics;

namespace PSLlmCluster.Core.Llama;

/// <summary>A worker that is a process of its own: its standard input and output are the streams, its error stream is kept.</summary>
internal sealed class ProcessLink : WorkerLink
{
    private const int MostLines = 200;
    private const int MostLineLength = 2000;

    // A process whose stream has ended is about to go; one that does not is ended.
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Thread _errorReader;
    private readonly Queue<string> _lastLines = [];
    private readonly List<string> _newLines = [];

    private ProcessLink(Process process)
    {
        _process = process;
        _errorReader = new Thread(ReadErrors) { IsBackground = true, Name = "PSLlmCluster worker's errors" };
        _errorReader.Start();
    }

    /// <inheritdoc/>
    public override Stream FromWorker => _process.StandardOutput.BaseStream;

    /// <inheritdoc/>
    public override Stream ToWorker => _process.StandardInput.BaseStream;

    /// <inheritdoc/>
    public override string Description => $"process {_process.Id}";

    /// <summary>Gets the number of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a process.</summary>
    /// <param name="start">How.</param>
    /// <returns>The link to it.</returns>
    /// <exception cref="EngineException">None may be started.</exception>
    public static ProcessLink Start(ProcessStartInfo start)
    {
        try
        {
            return new ProcessLink(Process.Start(start)!);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw WorkerStart.Failed($"{start.FileName} cannot be started: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> TakeErrorLines()
    {
        lock (_newLines)
        {
            string[] lines = [.. _newLines];
            _newLines.Clear();
            return lines;
        }
    }

    /// <inheritdoc/>
    public override void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // It is gone already.
        }
    }

    /// <inheritdoc/>
    public override (int? ExitCode, IReadOnlyList<string> LastWords) WaitForEnd()
    {
        if (!_process.WaitForExit(_farewell))
        {
            Kill();
            _process.WaitForExit(_farewell);
        }

        // Somebody whom the worker started, such as a debugger, may hold the error stream open for longer.
        _errorReader.Join(_farewell);
        int? code = _process.HasExited ? _process.ExitCode : null;
        lock (_newLines)
        {
            return (code, [.. _lastLines]);
        }
    }

    private void ReadErrors()
    {
        try
        {
            while (_process.StandardError.ReadLine() is { } line)
            {
                Keep(line.Length > MostLineLength ? line[..MostLineLength] : line);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The stream broke with its process, and there is no more to read.
        }
    }

    private void Keep(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_newLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > MostLines)
            {
                _lastLines.Dequeue();
            }

            if (_newLines.Count < MostLines)
            {
                _newLines.Add(line);
            }
        }
    }
}
