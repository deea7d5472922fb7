using System.Collections.Concurrent;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Worker.Serving;

/// <summary>
/// The worker's end of the connection: reads frames and hands each to the channel that it is for, which a thread of its own works on. It
/// ends with its input.
/// </summary>
/// <param name="input">Where frames come from.</param>
/// <param name="output">Where they go.</param>
internal sealed class WorkerServer(Stream input, Stream output) : IDisposable
{
    private readonly FrameStream _frames = new(input, output);
    private readonly ServedModels _models = new();
    private readonly ConcurrentDictionary<int, ServedChannel> _channels = new();

    /// <summary>Serves until the input ends, or is none that can be understood.</summary>
    public void Run()
    {
        try
        {
            while (_frames.Read() is { } frame)
            {
                if (!Take(frame))
                {
                    break;
                }
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or ObjectDisposedException)
        {
            // A session that broke is gone.
        }

        foreach (ServedChannel channel in _channels.Values)
        {
            channel.Close();
        }

        _models.Clear();
    }

    /// <summary>Closes the streams, so that the session sees the end.</summary>
    public void Dispose() => _frames.Dispose();

    private bool Take(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Hello:
                WireReader hello = frame.Read();
                bool isKnown = unchecked((uint)hello.Int()) == FrameStream.Mark && hello.Int() == FrameStream.Version;
                if (isKnown)
                {
                    EngineFiles.Root = hello.NeededText();
                }

                _frames.Write(FrameKind.Welcome, 0, new WireWriter().Int(unchecked((int)FrameStream.Mark)).Int(FrameStream.Version));
                return isKnown;
            case FrameKind.Release:
                WireReader release = frame.Read();
                _models.Release(release.Int());
                return true;
            case FrameKind.Load or FrameKind.Open or FrameKind.OpenGenerator or FrameKind.ListDevices:
                ServedChannel added = new(frame.Channel, _frames, _models, number => _channels.TryRemove(number, out _));
                _channels[frame.Channel] = added;
                added.Take(frame);
                added.Start();
                return true;
            default:
                // A channel that has failed takes no more of what was on its way.
                if (_channels.TryGetValue(frame.Channel, out ServedChannel? channel))
                {
                    channel.Take(frame);
                }

                return true;
        }
    }
}
