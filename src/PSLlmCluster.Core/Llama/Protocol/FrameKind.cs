namespace PSLlmCluster.Core.Llama.Protocol;

/// <summary>
/// What a frame says. The numbers are the protocol's; a change of any of them is a change of <see cref="FrameStream.Version"/>.
/// </summary>
internal enum FrameKind : byte
{
    /// <summary>To the worker, once: the protocol's mark and version, and the module's folder.</summary>
    Hello = 1,

    /// <summary>From the worker, once: its mark and version.</summary>
    Welcome = 2,

    /// <summary>To the worker: load a model.</summary>
    Load = 10,

    /// <summary>To the worker: open an embedder on a model that is loaded.</summary>
    Open = 11,

    /// <summary>To the worker: a text for the embedder.</summary>
    Text = 12,

    /// <summary>To the worker: give the next outcomes, and compute what waits for company without it where there are none.</summary>
    Flush = 13,

    /// <summary>To the worker: open a generator on a model that is loaded.</summary>
    OpenGenerator = 15,

    /// <summary>To the worker: a prompt for the generator.</summary>
    Prompt = 16,

    /// <summary>To the worker: complete the prompts that have come since the last time.</summary>
    Complete = 17,

    /// <summary>To the worker: list the devices.</summary>
    ListDevices = 18,

    /// <summary>To the worker: free a model.</summary>
    Release = 14,

    /// <summary>To the worker: end the channel, whatever it is at.</summary>
    Close = 19,

    /// <summary>From the worker: a line of the log.</summary>
    Log = 30,

    /// <summary>From the worker: how far the loading of a model is.</summary>
    Progress = 31,

    /// <summary>From the worker: the model is loaded.</summary>
    Loaded = 32,

    /// <summary>From the worker: the embedder is open.</summary>
    Opened = 33,

    /// <summary>From the worker: what became of texts, in their order.</summary>
    Outcomes = 34,

    /// <summary>From the worker: what was asked for failed.</summary>
    Failed = 36,

    /// <summary>From the worker: the generator is open.</summary>
    GeneratorOpened = 37,

    /// <summary>From the worker: what became of a prompt; the prompts' outcomes come in their order.</summary>
    Completion = 38,

    /// <summary>From the worker: the devices.</summary>
    Devices = 39,

    /// <summary>From the worker: the channel's end. Nothing of it follows.</summary>
    Closed = 50,
}
