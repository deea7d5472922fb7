using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// Has the session's worker complete prompts. Where the worker ends, the prompts that were not completed fail, and the next ones go to a
/// new worker, which is told what was given out so far where completions are to be distinct. One thread uses a generator at a time.
/// </summary>
internal sealed class WorkerGenerator : ITextGenerator
{
    private readonly WorkerModel _model;
    private readonly GenerationOptions _options;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly List<string> _given = [];
    private WorkerChannel? _channel;
    private int _deaths;

    /// <summary>Initializes a new instance of the <see cref="WorkerGenerator"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the generator.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The options do not suit the model, memory is short, or the model was released.</exception>
    public WorkerGenerator(WorkerModel model, GenerationOptions options, Action<string>? log, CancellationToken token)
    {
        _model = model;
        _options = options;
        _log = log;
        _token = token;
        model.Begin(Open);
    }

    /// <inheritdoc/>
    public int ContextLength { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<GenerationOutcome> Complete(IReadOnlyList<string> prompts, IProgress<GenerationOutcome>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        _token.ThrowIfCancellationRequested();
        List<GenerationOutcome> outcomes = new(prompts.Count);
        while (outcomes.Count < prompts.Count)
        {
            try
            {
                CompleteFrom(outcomes.Count, prompts, outcomes, progress);
            }
            catch (WorkerEndedException ended)
            {
                _channel?.Dispose();
                _channel = null;

                // Where the session ended it, over another piece of work, the rest goes to the next one.
                if (!ended.End.IsOurs)
                {
                    Lose(ended.End, prompts, outcomes, progress);
                }
            }
        }

        return outcomes;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel?.Dispose();

    private void Open()
    {
        (WorkerChannel channel, int model) = _model.OpenChannel(_log, _token);
        _channel = channel;
        string[] taken = [.. _options.TakenTexts.Concat(_given).Take(GenerationOptions.MostStrings)];
        channel.Send(FrameKind.OpenGenerator, new WireWriter().Int(model).Write(_options with { TakenTexts = taken }));
        ContextLength = channel.Await(FrameKind.GeneratorOpened, _log).Int();
    }

    private void CompleteFrom(
        int first, IReadOnlyList<string> prompts, List<GenerationOutcome> outcomes, IProgress<GenerationOutcome>? progress)
    {
        if (_channel is null)
        {
            Open();
        }

        for (int i = first; i < prompts.Count; i++)
        {
            _channel!.Send(FrameKind.Prompt, new WireWriter().Text(prompts[i]));
        }

        _channel!.Send(FrameKind.Complete);
        while (outcomes.Count < prompts.Count)
        {
            WireReader reader = _channel.Await(FrameKind.Completion, _log);
            GenerationOutcome outcome = reader.ReadCompletion();
            Give(outcome with { Index = first + outcome.Index }, outcomes, progress);
            _deaths = 0;
        }
    }

    private void Give(GenerationOutcome outcome, List<GenerationOutcome> outcomes, IProgress<GenerationOutcome>? progress)
    {
        if (_options.AreDistinct && outcome.Text is { } text)
        {
            _given.Add(text);
        }

        outcomes.Add(outcome);
        progress?.Report(outcome);
    }

    private void Lose(
        WorkerEnd end, IReadOnlyList<string> prompts, List<GenerationOutcome> outcomes, IProgress<GenerationOutcome>? progress)
    {
        _log?.Invoke($"llama.cpp's process ended ({end.Description})");
        _deaths++;
        if (_deaths == WorkerEnd.MostInARow)
        {
            throw end.LostAgain("completion");
        }

        EngineException failure = end.Lost("The completion of this prompt was lost");
        while (outcomes.Count < prompts.Count)
        {
            Give(new GenerationOutcome(outcomes.Count, null, 0, 0, GenerationEnding.Failed, failure), outcomes, progress);
        }
    }
}
