using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Texts as bytes, one after the other, from which a text is made each time it is asked for: a million strings would take twice as much
/// memory, and the garbage collector would walk through them again and again.
/// </summary>
internal sealed class PackedTexts : IReadOnlyList<string?>
{
    private const int PartSize = 1 << 20;
    private const int PartBits = 32;
    private const long None = -1;

    private readonly List<byte[]> _parts = [];
    private long[] _starts = [];
    private int _used = PartSize;

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public string? this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            long start = _starts[index];
            if (start == None)
            {
                return null;
            }

            // Below 0 is the length of a text in UTF-16.
            ReadOnlySpan<byte> part = _parts[(int)(start >> PartBits)].AsSpan((int)(uint)start);
            int length = BinaryPrimitives.ReadInt32LittleEndian(part);
            ReadOnlySpan<byte> bytes = part.Slice(sizeof(int), Math.Abs(length));
            return length < 0 ? new string(MemoryMarshal.Cast<byte, char>(bytes)) : System.Text.Encoding.UTF8.GetString(bytes);
        }
    }

    /// <summary>Makes room for texts.</summary>
    /// <param name="count">How many there are to be in all.</param>
    public void Reserve(int count)
    {
        if (count > _starts.Length)
        {
            Array.Resize(ref _starts, count);
        }
    }

    /// <summary>Adds texts.</summary>
    /// <param name="texts">The texts, null where there is none.</param>
    public void Add(ReadOnlySpan<string?> texts)
    {
        if (Count + texts.Length > _starts.Length)
        {
            // Blocks may be of single texts, where keys of files take turns.
            Reserve(Math.Max(Count + texts.Length, (int)Math.Min(2L * _starts.Length, Array.MaxLength)));
        }

        foreach (string? text in texts)
        {
            _starts[Count++] = text is null ? None : Add(text);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<string?> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long Add(string text)
    {
        // UTF-8, unless UTF-16 is shorter, or half a surrogate pair stands alone, which UTF-8 cannot say.
        int most = text.Length * sizeof(char);
        Span<byte> room = Room(sizeof(int) + most);
        long start = ((long)(_parts.Count - 1) << PartBits) | (uint)_used;
        OperationStatus status = Utf8.FromUtf16(
            text, room.Slice(sizeof(int), most), out _, out int length, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(room[sizeof(int)..]);
            length = most;
        }

        BinaryPrimitives.WriteInt32LittleEndian(room, status == OperationStatus.Done ? length : -length);
        _used += sizeof(int) + length;
        return start;
    }

    private Span<byte> Room(int size)
    {
        if (_parts.Count == 0 || _used + (long)size > _parts[^1].Length)
        {
            _parts.Add(GC.AllocateUninitializedArray<byte>(Math.Max(PartSize, size)));
            _used = 0;
        }

        return _parts[^1].AsSpan(_used, size);
    }
}
