using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama;

namespace PSLlmCluster.Worker.Serving;

/// <summary>The models that the worker holds, by the number that the session knows each by.</summary>
internal sealed class ServedModels
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Held> _models = [];
    private int _last;

    /// <summary>Loads a model.</summary>
    /// <param name="options">Which one, and where it runs.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="progress">Receives the fraction that is loaded.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>Its number, and the model.</returns>
    /// <exception cref="EngineException">It cannot be loaded.</exception>
    public (int Number, LlamaModel Model) Load(
        ModelOptions options, Action<string>? log, IProgress<StageProgress>? progress, CancellationToken token)
    {
        Held held = new();
        held.Model = LlamaModel.Load(ModelFile.Check(options.Path), options, held.LoadOnCpu, log, progress, token);
        lock (_gate)
        {
            _models.Add(++_last, held);
            return (_last, held.Model);
        }
    }

    /// <summary>Returns a model.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">It was released.</exception>
    public LlamaModel Find(int number)
    {
        lock (_gate)
        {
            return _models.TryGetValue(number, out Held? held)
                ? held.Model!
                : throw new EngineException(
                    EngineErrorIds.ModelReleased,
                    FailureKind.ResourceUnavailable,
                    "The model was released while it was about to be used.",
                    "Run the command again; it loads the model again.");
        }
    }

    /// <summary>Releases a model; an embedder that uses it keeps it until it is closed.</summary>
    /// <param name="number">Its number.</param>
    public void Release(int number)
    {
        Held? held;
        lock (_gate)
        {
            _models.Remove(number, out held);
        }

        held?.Release();
    }

    /// <summary>Releases all.</summary>
    public void Clear()
    {
        int[] numbers;
        lock (_gate)
        {
            numbers = [.. _models.Keys];
        }

        foreach (int number in numbers)
        {
            Release(number);
        }
    }

    /// <summary>A model, and the same one on the CPU where a computation had no room beside it on a GPU.</summary>
    private sealed class Held
    {
        private readonly Lock _gate = new();
        private LlamaModel? _onCpu;
        private bool _isReleased;

        public LlamaModel? Model { get; set; }

        public LlamaModel LoadOnCpu(Action<string>? log, CancellationToken token)
        {
            lock (_gate)
            {
                if (_onCpu is not null && !_isReleased)
                {
                    return _onCpu;
                }
            }

            string path = Model!.Path;
            ModelOptions options = new(path, ComputeDevice.Cpu, Engine: EmbeddingEngine.Llama);
            LlamaModel loaded = LlamaModel.Load(ModelFile.Check(path), options, LoadOnCpu, log, null, token);
            lock (_gate)
            {
                _onCpu = _isReleased ? null : loaded;
            }

            return loaded;
        }

        public void Release()
        {
            lock (_gate)
            {
                _isReleased = true;
                _onCpu?.Release();
            }

            Model?.Release();
        }
    }
}
