using System.Globalization;
using RandomModel;

// dotnet run --project tools/RandomModel -- PRESET OUT.gguf [--type F16] [--seed 1] [--layers 4] and so on for each size.
const string usage = """
    RandomModel PRESET OUT.gguf [--NAME VALUE]...
      PRESET   minilm, qwen2-14b, smollm2-135m or tiny
      --type           F32, F16 (unless given), Q8_0 or Q4_K; rows that are no multiple of a block take the next of Q8_0, F16 that fits
      --seed           the same bytes for the same seed; 1 unless given
      --architecture   qwen2, llama or bert
      --layers, --width, --feed-forward, --heads, --kv-heads, --vocabulary, --context   sizes other than the preset's
      --tied           true or false: whether the embedding matrix is the output's too
    """;

try
{
    if (args.Length < 2 || args.Length % 2 != 0 || !ModelShape.Presets.TryGetValue(args[0], out ModelShape? shape))
    {
        return Refuse("Give a preset, a file to write, and names with values.");
    }

    WeightType type = WeightType.F16;
    ulong seed = 1;
    for (int i = 2; i < args.Length; i += 2)
    {
        string value = args[i + 1];
        switch (args[i])
        {
            case "--type":
                type = WeightType.All.FirstOrDefault(known => known.Name.Equals(value, StringComparison.OrdinalIgnoreCase))
                    ?? throw new FormatException($"The type {value} is not known.");
                break;
            case "--seed":
                seed = ulong.Parse(value, CultureInfo.InvariantCulture);
                break;
            default:
                shape = With(shape, args[i], value);
                break;
        }
    }

    if (shape.Fault() is { } fault)
    {
        return Refuse(fault);
    }

    using FileStream stream = new(args[1], FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
    ModelWriter.Write(stream, $"random-{args[0]}", shape, type, seed);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{args[1]}: {stream.Length:N0} bytes, {type.Name}, seed {seed}"));
    return 0;
}
catch (Exception failure) when (failure is FormatException or OverflowException or IOException or UnauthorizedAccessException)
{
    return Refuse(failure.Message);
}

static ModelShape With(ModelShape shape, string name, string value) => name switch
{
    "--architecture" when value == "bert" => shape with { Architecture = value, KeyValueHeads = shape.Heads },
    "--architecture" => shape with { Architecture = value },
    "--layers" => shape with { Layers = Number(value) },
    "--width" => shape with { Width = Number(value) },
    "--feed-forward" => shape with { FeedForward = Number(value) },
    "--heads" => shape with { Heads = Number(value), KeyValueHeads = Number(value) },
    "--kv-heads" => shape with { KeyValueHeads = Number(value) },
    "--vocabulary" => shape with { Vocabulary = Number(value) },
    "--context" => shape with { Context = Number(value) },
    "--tied" => shape with { IsTied = bool.Parse(value) },
    _ => throw new FormatException($"There is no option {name}."),
};

static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);

static int Refuse(string reason)
{
    Console.Error.WriteLine(reason);
    Console.Error.WriteLine(usage);
    return 1;
}
