using System.Globalization;
using System.Text.RegularExpressions;

namespace PSLlmCluster.Core.Gguf;

/// <summary>A model file that was checked.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Header">Its header.</param>
/// <param name="Files">The file, and the others of a model in several parts, as they were before they were read.</param>
internal sealed record CheckedModelFile(string Path, GgufHeader Header, IReadOnlyList<FileStamp> Files)
{
    /// <summary>Gets the length of all files together, in bytes.</summary>
    public long Length => Files.Sum(file => file.Length);
}

/// <summary>
/// Checks a model file before an engine sees it: whether it is a regular file, can be read, is a GGUF file and whole, and holds a language
/// model with a vocabulary. Each thing that can be wrong has its own error and recommended action.
/// </summary>
internal static partial class ModelFile
{
    // What llama.cpp v0.5.0 knows by name but cannot compute a hidden state with: image encoders (clip), speech decoders, and
    // draft heads, which need the model that they draft for.
    private static readonly string[] _withoutEmbedding = ["clip", "wavtokenizer-dec", "eagle3", "dflash", "gemma4-assistant"];

    private const string RwkvTokenizer = "rwkv";

    // LLAMA_MAX_LAYERS of llama-hparams.h: llama.cpp ends the process on any other number of blocks than 1 to this.
    private const long MostBlocks = 512;

    /// <summary>Checks a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>The file and its header.</returns>
    /// <exception cref="EngineException">Something is wrong with it.</exception>
    public static CheckedModelFile Check(string path)
    {
        List<FileStamp> files = [];
        GgufHeader header = CheckWhole(path, files);
        if (header.FileType is not "model")
        {
            throw NoEmbedding(path, $"a GGUF file of the kind '{header.FileType}', which only adds to a model");
        }

        if (_withoutEmbedding.Contains(header.Architecture, StringComparer.Ordinal))
        {
            throw NoEmbedding(path, $"of the architecture '{header.Architecture}', which has no text embedding as output");
        }

        if (header.TokenizerModel is "" or "none" or "no_vocab" || header.TokenCount == 0)
        {
            throw new EngineException(
                EngineErrorIds.ModelNoVocabulary,
                FailureKind.NotSupported,
                $"{path} has no vocabulary, so no text can be given to it.",
                "Take a GGUF file that was converted together with its tokenizer (convert_hf_to_gguf.py without --no-vocab).");
        }

        if (header.TensorCount == 0)
        {
            throw new EngineException(
                EngineErrorIds.ModelNoWeights,
                FailureKind.NotSupported,
                $"{path} holds a vocabulary only, and no weights.",
                "Take the GGUF file of the whole model (convert_hf_to_gguf.py without --vocab-only).");
        }

        if (header.BlockCount is < 1 or > MostBlocks)
        {
            throw new EngineException(
                EngineErrorIds.ModelCorrupt,
                FailureKind.InvalidData,
                $"{path} says that the model has {header.BlockCount} blocks of layers.",
                ModelStream.FetchAgain);
        }

        // On another vocabulary llama.cpp's tokenizer of RWKV finds no end, or takes gigabytes.
        if (header.TokenizerModel == RwkvTokenizer && !header.Architecture.StartsWith(RwkvTokenizer, StringComparison.Ordinal))
        {
            throw new EngineException(
                EngineErrorIds.ModelCorrupt,
                FailureKind.InvalidData,
                $"{path} says that a model of the architecture '{header.Architecture}' has the tokenizer of RWKV.",
                ModelStream.FetchAgain);
        }

        CheckOtherParts(path, header, files);
        return new CheckedModelFile(path, header, files);
    }

    /// <summary>Returns which part of a model a file is, by its name: NAME-00002-of-00003.gguf is 2.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The number, from 1; null for a name that is no part's.</returns>
    public static int? PartNumberOf(string path)
        => PartName().Match(path) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static GgufHeader CheckWhole(string path, List<FileStamp> files)
    {
        // The stamp comes first: a file that is replaced between the two is one that has changed.
        ModelStream.RequireRegular(path);
        files.Add(FileStamp.Of(path));
        using FileStream stream = ModelStream.Open(path);
        return ModelStream.Reading(
            path,
            () =>
            {
                GgufHeader header = GgufReader.Read(stream);
                ModelStream.RequireLength(path, stream.Length, header.NeededLength);
                return header;
            });
    }

    // A model in parts is named NAME-00001-of-00003.gguf and so on; llama.cpp opens the others by that pattern.
    private static void CheckOtherParts(string path, GgufHeader header, List<FileStamp> files)
    {
        string ending = $"-{header.PartNumber + 1:D5}-of-{header.PartCount:D5}.gguf";
        if (header.PartCount == 1 || !path.EndsWith(ending, StringComparison.Ordinal))
        {
            return;
        }

        if (header.PartNumber != 0)
        {
            throw new EngineException(
                EngineErrorIds.ModelNotFirstPart,
                FailureKind.InvalidArgument,
                $"{path} is part {header.PartNumber + 1} of {header.PartCount} of a model.",
                "Name the first part, …-00001-of-….gguf; the others are found beside it.");
        }

        for (int part = 1; part < header.PartCount; part++)
        {
            CheckWhole($"{path[..^ending.Length]}-{part + 1:D5}-of-{header.PartCount:D5}.gguf", files);
        }
    }

    private static EngineException NoEmbedding(string path, string what) =>
        new(
            EngineErrorIds.ModelNoEmbedding,
            FailureKind.NotSupported,
            $"{path} is {what}.",
            "Take a language model or a sentence encoder, such as the one that comes with the module.");

    [GeneratedRegex(@"-([0-9]{5})-of-[0-9]{5}\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex PartName();
}
