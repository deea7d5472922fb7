using System.Management.Automation.Host;

namespace ScriptHost;

/// <summary>The size of the console, which tables are fitted to. There is nothing else to it: scripts here neither read keys nor draw.</summary>
internal sealed class ConsoleRawInterface : PSHostRawUserInterface
{
    /// <summary>The width that output has in a file or a pipe, as in pwsh.</summary>
    private const int RedirectedWidth = 120;
    private const int RedirectedHeight = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Size BufferSize { get => Measure(); set => throw NotHere(); }

    public override Size WindowSize { get => Measure(); set => throw NotHere(); }

    public override Size MaxWindowSize => Measure();

    public override Size MaxPhysicalWindowSize => Measure();

    public override Coordinates CursorPosition { get; set; }

    public override Coordinates WindowPosition { get; set; }

    public override int CursorSize { get; set; } = 1;

    public override string WindowTitle { get; set; } = "ScriptHost";

    public override bool KeyAvailable => false;

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotHere();

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw NotHere();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotHere();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotHere();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw NotHere();

    private static Size Measure()
        => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? new Size(RedirectedWidth, RedirectedHeight) : new Size(Console.WindowWidth, Math.Max(1, Console.WindowHeight));

    private static NotSupportedException NotHere() => new("The script host has no screen to draw on and no keys to read.");
}
