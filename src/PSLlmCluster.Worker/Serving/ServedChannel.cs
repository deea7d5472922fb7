using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Llama.Protocol;
using PSLlmCluster.Worker.Llama;

namespace PSLlmCluster.Worker.Serving;

/// <summary>
/// One piece of work of the session's, on a thread of its own: the loading of a model, an embedder and its texts, a generator and its
/// prompts, or the list of devices. A failure is sent, and ends the channel; the end of each channel is sent, whatever ended it.
/// </summary>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It may be cancelled even after its end.")]
internal sealed class ServedChannel : IProgress<StageProgress>, IProgress<GenerationOutcome>
{
    private readonly int _number;
    private readonly FrameStream _frames;
    private readonly ServedModels _models;
    private readonly Action<int> _ended;
    private readonly BlockingCollection<Frame> _work = [];
    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<string> _prompts = [];
    private ITextEmbedder? _embedder;
    private ITextGenerator? _generator;

    /// <summary>Initializes a new instance of the <see cref="ServedChannel"/> class.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="frames">Where frames to the session go.</param>
    /// <param name="models">The models that are loaded.</param>
    /// <param name="ended">Called with its number at its end.</param>
    public ServedChannel(int number, FrameStream frames, ServedModels models, Action<int> ended)
    {
        _number = number;
        _frames = frames;
        _models = models;
        _ended = ended;
    }

    /// <summary>Starts to work.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = $"PSLlmCluster channel {_number}" }.Start();

    /// <summary>Takes a frame, to be worked on after those before it; one that closes the channel at once.</summary>
    /// <param name="frame">The frame.</param>
    public void Take(Frame frame)
    {
        if (frame.Kind == FrameKind.Close)
        {
            Close();
        }
        else if (!_work.IsAddingCompleted)
        {
            _work.Add(frame);
        }
    }

    /// <summary>Ends the channel, whatever it is at.</summary>
    public void Close()
    {
        _cancellation.Cancel();
        _work.CompleteAdding();
    }

    /// <inheritdoc/>
    public void Report(StageProgress value) => Send(FrameKind.Progress, new WireWriter().Text(value.Stage).Double(value.Fraction));

    /// <inheritdoc/>
    public void Report(GenerationOutcome value) => Send(FrameKind.Completion, new WireWriter().Write(value));

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is sent to the session.")]
    private void Run()
    {
        try
        {
            foreach (Frame frame in _work.GetConsumingEnumerable(_cancellation.Token))
            {
                Do(frame);
            }
        }
        catch (OperationCanceledException)
        {
            // The session knows: it asked for it.
        }
        catch (EngineException failure)
        {
            Send(FrameKind.Failed, new WireWriter().Write(failure));
        }
        catch (Exception failure)
        {
            Send(FrameKind.Failed, new WireWriter().Write(Unexpected(failure)));
        }
        finally
        {
            _ended(_number);
            _embedder?.Dispose();
            _generator?.Dispose();
            Send(FrameKind.Closed, null);
        }
    }

    private void Do(Frame frame)
    {
        WireReader reader = frame.Read();
        switch (frame.Kind)
        {
            case FrameKind.Load:
                (int number, LlamaModel model) = _models.Load(reader.ReadModelOptions(), Log, this, _cancellation.Token);
                Send(FrameKind.Loaded, new WireWriter().Int(number).Int(model.Width).Text(model.Placement));
                break;
            case FrameKind.Open:
                LlamaModel opened = _models.Find(reader.Int());
                _embedder = opened.Open(reader.ReadEmbeddingOptions(), Log, _cancellation.Token);
                Send(FrameKind.Opened, new WireWriter().Int(_embedder.Width).Int(_embedder.WindowLength));
                break;
            case FrameKind.Text:
                SendOutcomes(Embedder.Add(reader.Int(), reader.NeededText()));
                break;
            case FrameKind.Flush:
                SendOutcomes(Embedder.TakeNext());
                break;
            case FrameKind.OpenGenerator:
                LlamaModel generative = _models.Find(reader.Int());
                _generator = generative.OpenGenerator(reader.ReadGenerationOptions(), Log, _cancellation.Token);
                Send(FrameKind.GeneratorOpened, new WireWriter().Int(_generator.ContextLength));
                break;
            case FrameKind.ListDevices:
                Send(FrameKind.Devices, new WireWriter().Write(LlamaDevices.List(Log)));
                break;
            case FrameKind.Prompt:
                _prompts.Add(reader.NeededText());
                break;
            case FrameKind.Complete:
                string[] prompts = [.. _prompts];
                _prompts.Clear();
                _ = Generator.Complete(prompts, this);
                break;
            default:
                throw new InvalidDataException($"A frame of the kind {frame.Kind} is none that a channel takes.");
        }
    }

    private ITextGenerator Generator
        => _generator ?? throw new InvalidDataException("A prompt came before its generator was opened.");

    private ITextEmbedder Embedder => _embedder ?? throw new InvalidDataException("A text came before its embedder was opened.");

    private void SendOutcomes(IReadOnlyList<EmbeddingOutcome> outcomes)
    {
        if (outcomes.Count > 0)
        {
            Send(FrameKind.Outcomes, new WireWriter().Write(outcomes));
        }
    }

    private void Log(string line) => Send(FrameKind.Log, new WireWriter().Text(line));

    private void Send(FrameKind kind, WireWriter? payload)
    {
        try
        {
            _frames.Write(kind, _number, payload);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The session is gone, and the reader of its frames ends this process.
            _cancellation.Cancel();
        }
    }

    private static EngineException Unexpected(Exception failure) => new(
        EngineErrorIds.WorkerFailed,
        FailureKind.Internal,
        $"The process that runs llama.cpp met an unexpected failure: {failure.GetType().Name}: {failure.Message}",
        "It is a fault of this module; please report it with the output of -Verbose.",
        failure);
}
