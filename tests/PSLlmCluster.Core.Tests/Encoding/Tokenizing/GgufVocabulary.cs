using PSLlmCluster.Core.Encoding.Tokenizing;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>Reads a vocabulary from a sound GGUF file.</summary>
internal static class GgufVocabulary
{
    public static EncoderVocabulary Read(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        reader.BaseStream.Seek(16, SeekOrigin.Begin);
        long pairs = reader.ReadInt64();
        Dictionary<string, object> values = [];
        for (long i = 0; i < pairs; i++)
        {
            string key = Text(reader);
            values[key] = Value(reader, reader.ReadInt32());
        }

        T Get<T>(string key, T otherwise) => values.TryGetValue("tokenizer.ggml." + key, out object? value) ? (T)value : otherwise;
        int Id(string key) => values.TryGetValue("tokenizer.ggml." + key, out object? id) ? (int)(uint)id : -1;
        bool lowerCase = Get("normalizer.lowercase", true);
        bool isWordPiece = Get("model", string.Empty) == "bert";
        return new EncoderVocabulary
        {
            Kind = isWordPiece ? TokenizerKind.WordPiece : TokenizerKind.Unigram,
            Source = path,
            Tokens = [.. Get<object[]>("tokens", []).Cast<string>()],
            Scores = [.. Get<object[]>("scores", []).Cast<float>()],
            Types = [.. Get<object[]>("token_type", []).Cast<int>()],
            BeginId = Id("bos_token_id") >= 0 ? Id("bos_token_id") : Id("cls_token_id"),
            EndId = Id(isWordPiece ? "seperator_token_id" : "eos_token_id"),
            UnknownId = Id("unknown_token_id"),
            LowerCase = lowerCase,
            StripsAccents = Get("normalizer.strip_accents", lowerCase),
        }.WithDefaultIds();
    }

    private static string Text(BinaryReader reader)
        => System.Text.Encoding.UTF8.GetString(reader.ReadBytes(checked((int)reader.ReadInt64())));

    private static object Value(BinaryReader reader, int type) => type switch
    {
        0 => reader.ReadByte(),
        1 => reader.ReadSByte(),
        2 => reader.ReadUInt16(),
        3 => reader.ReadInt16(),
        4 => reader.ReadUInt32(),
        5 => reader.ReadInt32(),
        6 => reader.ReadSingle(),
        7 => reader.ReadBoolean(),
        8 => Text(reader),
        9 => Values(reader),
        10 => reader.ReadUInt64(),
        11 => reader.ReadInt64(),
        12 => reader.ReadDouble(),
        _ => throw new InvalidDataException($"Type {type} is not one of GGUF's."),
    };

    private static object[] Values(BinaryReader reader)
    {
        int type = reader.ReadInt32();
        object[] values = new object[reader.ReadInt64()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Value(reader, type);
        }

        return values;
    }
}
