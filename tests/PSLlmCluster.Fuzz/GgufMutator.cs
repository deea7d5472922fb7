using System.Buffers.Binary;

namespace PSLlmCluster.Fuzz;

/// <summary>
/// Breaks a GGUF file, in one to three places at a time: fields of its header one by one, records twice or missing or in another's place,
/// the data, the length. What it does depends on the numbers that it is given alone, so that every case can be made again.
/// </summary>
/// <param name="map">The whole file.</param>
public sealed class GgufMutator(GgufMap map)
{
    private const int LongestInsertion = 100_000;

    private static readonly ulong[] _numbers =
    [
        0, 1, 2, 3, 7, 16, 31, 32, 33, 63, 64, 127, 128, 255, 256, 1000, 32767, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
        0x1_0000_0000, 1ul << 40, 1ul << 48, 1ul << 56, long.MaxValue, 1ul << 63, ulong.MaxValue, ulong.MaxValue - 31,
        0x7FF0000000000000, 0x7F800000, 0x7FC00000, 0xFF800000, 0x33333333,
    ];

    private readonly byte[] _file = map.File;

    /// <summary>Makes a broken file.</summary>
    /// <param name="seed">What it depends on.</param>
    /// <returns>The file, and what was done to it.</returns>
    public (PieceStream File, string What) Mutate(int seed)
    {
        Random random = new(seed);
        List<(Run Place, byte[] Bytes, string What)> edits = [];
        int length = _file.Length;
        for (int i = random.Next(4) == 0 ? 2 + random.Next(2) : 1; i > 0; i--)
        {
            if (random.Next(12) == 0)
            {
                length = Cut(random);
            }
            else
            {
                Edit(random, (place, bytes, what) => edits.Add((place, bytes, what)));
            }
        }

        List<Piece> pieces = [];
        List<string> done = [];
        int at = 0;
        foreach ((Run place, byte[] bytes, string what) in edits.OrderBy(edit => edit.Place.Start))
        {
            // Two edits of the same place: the first one counts.
            if (place.Start < at || place.Start + place.Length > length)
            {
                continue;
            }

            pieces.Add(new Piece(_file, at, place.Start - at));
            pieces.Add(new Piece(bytes, 0, bytes.Length));
            at = place.Start + place.Length;
            done.Add($"{what} at {place.Start:N0}");
        }

        pieces.Add(new Piece(_file, at, length - at));
        return (new PieceStream(pieces), string.Join("; ", done) + (length < _file.Length ? $"; cut to {length:N0}" : string.Empty));
    }

    private int Cut(Random random) => random.Next(4) switch
    {
        0 => random.Next(_file.Length),
        1 => random.Next(map.HeaderLength),
        2 => _file.Length - 1 - random.Next(64),
        _ => AnyField(random, out _).Start,
    };

    private void Edit(Random random, Action<Run, byte[], string> edit)
    {
        switch (random.Next(16))
        {
            case < 6:
                Run field = AnyField(random, out FieldKind kind);
                edit(field, Changed(random, kind, field), kind.ToString());
                break;
            case 6:
                // The hyper-parameters and the tokenizer's ids.
                field = Any(random, map.Of(FieldKind.Value));
                edit(field, Bytes(_numbers[random.Next(_numbers.Length)], field.Length), "value");
                break;
            case 7:
                Rename(random, FieldKind.TensorName, edit);
                break;
            case 8:
                Rename(random, FieldKind.Key, edit);
                break;
            case 9:
                Repeat(random, map.Pairs, countAt: 16, edit);
                break;
            case 10:
                Repeat(random, map.Tensors, countAt: 8, edit);
                break;
            case 11:
                Remove(random, map.Pairs, countAt: 16, edit);
                break;
            case 12:
                Remove(random, map.Tensors, countAt: 8, edit);
                break;
            case 13:
                // Bits of the header.
                int at = random.Next(map.HeaderLength);
                edit(new Run(at, 1), [(byte)(_file[at] ^ (1 << random.Next(8)))], "bit");
                break;
            case 14:
                NotFinite(random, edit);
                break;
            default:
                Overwrite(random, edit);
                break;
        }
    }

    private byte[] Changed(Random random, FieldKind kind, Run field)
    {
        ReadOnlySpan<byte> before = _file.AsSpan(field.Start, field.Length);
        if (kind is FieldKind.Magic or FieldKind.Key or FieldKind.Text or FieldKind.TensorName)
        {
            byte[] bytes = before.ToArray();
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(3) == 0 ? (byte)random.Next(256) : bytes[i];
            }

            return bytes;
        }

        ulong number = 0;
        for (int i = before.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | before[i];
        }

        ulong changed = random.Next(kind is FieldKind.ValueType or FieldKind.TensorType or FieldKind.DimensionCount ? 4 : 8) switch
        {
            0 or 1 when kind is FieldKind.ValueType => (ulong)random.Next(14),
            0 or 1 when kind is FieldKind.TensorType => (ulong)random.Next(45),
            0 or 1 when kind is FieldKind.DimensionCount => (ulong)random.Next(6),
            0 => number + 1,
            1 => number - 1,
            2 => number * 2,
            3 => _numbers[random.Next(_numbers.Length)],
            4 => number / 2,
            5 => (ulong)random.NextInt64() << random.Next(2),
            6 => number ^ (1ul << random.Next(before.Length * 8)),
            _ => (ulong)random.Next(_file.Length),
        };
        return Bytes(changed, field.Length);
    }

    // A name in another's place, with its length: one that comes twice, and one that is missing.
    private void Rename(Random random, FieldKind kind, Action<Run, byte[], string> edit)
    {
        Run first = Any(random, map.Of(kind));
        Run second = Any(random, map.Of(kind));
        edit(WithLength(first), Content(WithLength(second)), $"{kind} of another");
        if (random.Next(2) == 0)
        {
            edit(WithLength(second), Content(WithLength(first)), $"{kind} of another");
        }
    }

    private void Repeat(Random random, List<Run> records, int countAt, Action<Run, byte[], string> edit)
    {
        Run record = Any(random, records);
        int copies = random.Next(8) == 0 ? 1 + random.Next(1000) : 1;
        byte[] bytes = Content(record);
        edit(
            new Run(Any(random, records).Start, 0),
            [.. Enumerable.Repeat(bytes, Math.Min(copies, (LongestInsertion / bytes.Length) + 1)).SelectMany(copy => copy)],
            "record again");
        Recount(random, countAt, copies, edit);
    }

    private void Remove(Random random, List<Run> records, int countAt, Action<Run, byte[], string> edit)
    {
        edit(Any(random, records), [], "record missing");
        Recount(random, countAt, -1, edit);
    }

    private void Recount(Random random, int countAt, int by, Action<Run, byte[], string> edit)
    {
        if (random.Next(6) != 0)
        {
            ulong count = BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(countAt));
            edit(new Run(countAt, 8), BitConverter.GetBytes(count + (ulong)(long)by), "count");
        }
    }

    // Infinite, or no number, as a half and as a single; anywhere, so at times in a scale and at times in weights.
    private void NotFinite(Random random, Action<Run, byte[], string> edit)
    {
        int at = random.Next(map.HeaderLength, _file.Length - 4) & ~1;
        byte[] bytes = random.Next(4) switch
        {
            0 => [0x00, 0x7C],
            1 => [0xFF, 0xFF],
            2 => [0x00, 0x00, 0x80, 0x7F],
            _ => [0x00, 0x00, 0xC0, 0xFF],
        };
        edit(new Run(at, bytes.Length), bytes, "not finite");
    }

    private void Overwrite(Random random, Action<Run, byte[], string> edit)
    {
        int at = random.Next(2) == 0 ? random.Next(map.HeaderLength) : random.Next(_file.Length);
        Run place = new(at, Math.Min(random.Next(1, 1 << random.Next(1, 16)), _file.Length - at));
        byte[] bytes = new byte[place.Length];
        string what = "zeros";
        switch (random.Next(5))
        {
            case 0:
                random.NextBytes(bytes);
                what = "noise";
                break;
            case 1:
                Array.Fill(bytes, (byte)0xFF);
                what = "ones";
                break;
            case 2:
                // Bytes go missing, and all that follows moves.
                bytes = [];
                what = $"{place.Length:N0} bytes missing";
                break;
            case 3:
                place = new Run(at, 0);
                what = $"{bytes.Length:N0} zeros more";
                break;
        }

        edit(place, bytes, what);
    }

    private Run AnyField(Random random, out FieldKind kind)
    {
        IReadOnlyList<FieldKind> kinds = map.Kinds;
        kind = kinds[random.Next(kinds.Count)];
        return Any(random, map.Of(kind));
    }

    private byte[] Content(Run run) => _file[run.Start..(run.Start + run.Length)];

    private static Run WithLength(Run text) => new(text.Start - 8, text.Length + 8);

    private static Run Any(Random random, IReadOnlyList<Run> runs) => runs[random.Next(runs.Count)];

    private static byte[] Bytes(ulong number, int length) => BitConverter.GetBytes(number)[..length];
}
