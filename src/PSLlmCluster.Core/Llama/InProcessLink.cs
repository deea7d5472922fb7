using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using System.Reflection;
using System.Runtime.Loader;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// A worker that is a thread of the session's own process, for where no other process may be started. It speaks the same protocol over
/// pipes, and llama.cpp can end the session.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The connection closes them.")]
internal sealed class InProcessLink : WorkerLink
{
    private readonly AnonymousPipeServerStream _toWorker = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromWorker = new(PipeDirection.In);
    private readonly Thread _thread;

    private InProcessLink(Action<Stream, Stream> serve)
    {
        AnonymousPipeClientStream input = new(PipeDirection.In, _toWorker.ClientSafePipeHandle);
        AnonymousPipeClientStream output = new(PipeDirection.Out, _fromWorker.ClientSafePipeHandle);
        _thread = new Thread(() => serve(input, output)) { IsBackground = true, Name = "PSLlmCluster worker" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override Stream FromWorker => _fromWorker;

    /// <inheritdoc/>
    public override Stream ToWorker => _toWorker;

    /// <inheritdoc/>
    public override string Description => "a thread of this process";

    /// <summary>Starts the thread.</summary>
    /// <returns>The link to it.</returns>
    /// <exception cref="EngineException">The worker's assembly is not there.</exception>
    public static InProcessLink Start()
    {
        // The engine must not depend on the worker, so the worker's entry is found by its name.
        string path = WorkerStart.AssemblyPath;
        Assembly engine = typeof(InProcessLink).Assembly;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(engine) ?? AssemblyLoadContext.Default;
        MethodInfo serve = context.LoadFromAssemblyPath(path).GetType(WorkerStart.EntryType, throwOnError: true)!
            .GetMethod(WorkerStart.EntryMethod, BindingFlags.Public | BindingFlags.Static)!;
        return new InProcessLink(serve.CreateDelegate<Action<Stream, Stream>>());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> TakeErrorLines() => [];

    /// <inheritdoc/>
    public override void Kill()
    {
    }

    /// <inheritdoc/>
    public override (int? ExitCode, IReadOnlyList<string> LastWords) WaitForEnd() => (null, []);
}
