using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Asks for vectors, and reads them: POST /v1/embeddings, as OpenAI's reference of its API describes it. Vectors may come as numbers or as
/// base64 of their bytes, each with its index, in any order; where none has an index, they come in the order of the texts.
/// </summary>
internal static class VectorRequest
{
    /// <summary>What the path of the address ends with.</summary>
    public const string End = "embeddings";

    // Digits, point, exponent and comma of a number, with room for servers that print more of it than there is.
    private const long BytesPerNumber = 32;
    private const long BytesPerVector = 1 << 10;
    private const int MostWidth = 1 << 16;

    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the request.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="asBase64">Whether to ask for base64, which is a quarter as long, or for numbers.</param>
    /// <returns>The request in JSON.</returns>
    public static byte[] Write(string model, IEnumerable<string> texts, bool asBase64)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, _json))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteStartArray("input");
            foreach (string text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            writer.WriteString("encoding_format", asBase64 ? "base64" : "float");
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Returns the most bytes of an answer.</summary>
    /// <param name="count">The number of texts.</param>
    /// <param name="width">The numbers in a vector; 0 where that is not known.</param>
    public static long MostBytes(int count, int width)
        => (1 << 16) + (count * (BytesPerVector + ((width == 0 ? MostWidth : width) * BytesPerNumber)));

    /// <summary>Reads the answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="count">The number of texts.</param>
    /// <param name="width">The numbers in a vector; 0 where that is not known.</param>
    /// <param name="errors">Makes the fault.</param>
    /// <returns>For each text its vector, whose numbers may be NaN; null where the answer has none for it.</returns>
    /// <exception cref="EndpointFaultException">It is no answer to the request.</exception>
    public static float[]?[] Read(byte[] answer, int count, int width, EndpointErrors errors)
    {
        List<(int? Index, float[]? Vector)> items;
        try
        {
            items = ReadItems(answer);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            throw errors.OfAnswer(answer) ?? errors.Invalid("is no JSON with vectors in it", failure);
        }

        if (items.Count == 0 && errors.OfAnswer(answer) is { } fault)
        {
            throw fault;
        }

        bool hasIndexes = items.TrueForAll(item => item.Index is not null);
        if (!hasIndexes && (items.Count != count || items.Exists(item => item.Index is not null)))
        {
            throw errors.Invalid(FormattableString.Invariant($"has {items.Count} vectors for {count} texts, not all with an index"));
        }

        float[]?[] vectors = new float[]?[count];
        for (int i = 0; i < items.Count; i++)
        {
            (int index, float[]? vector) = (items[i].Index ?? i, items[i].Vector);
            if (index < 0 || index >= count || vectors[index] is not null)
            {
                throw errors.Invalid(FormattableString.Invariant($"has a vector twice, or for a text that was not sent, of index {index}"));
            }

            if (width > 0 && vector is { Length: > 0 } && vector.Length != width)
            {
                throw errors.OtherWidth(vector.Length, width);
            }

            int expected = width > 0 ? width : items[0].Vector?.Length ?? 0;
            if (vector is null || vector.Length == 0 || vector.Length > MostWidth || vector.Length != expected)
            {
                throw errors.Invalid(
                    FormattableString.Invariant($"has a vector of {vector?.Length ?? 0} numbers where there are to be {expected}"));
            }

            vectors[index] = vector;
        }

        return vectors;
    }

    private static List<(int? Index, float[]? Vector)> ReadItems(byte[] answer)
    {
        Utf8JsonReader reader = new(answer);
        List<(int? Index, float[]? Vector)>? items = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (items is null && reader.ValueTextEquals("data"u8))
            {
                items = [];
                Expect(ref reader, JsonTokenType.StartArray);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadItem(ref reader));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        // What follows the object would be no JSON, and the reader throws.
        return reader.Read() || items is null ? throw new JsonException() : items;
    }

    private static (int? Index, float[]? Vector) ReadItem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        int? index = null;
        float[]? vector = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                Expect(ref reader, JsonTokenType.Number);
                index = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("embedding"u8))
            {
                reader.Read();
                vector = ReadVector(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return (index, vector);
    }

    private static float[] ReadVector(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            byte[] bytes = reader.GetBytesFromBase64();
            float[] decoded = bytes.Length % sizeof(float) == 0 ? new float[bytes.Length / sizeof(float)] : throw new JsonException();
            for (int i = 0; i < decoded.Length; i++)
            {
                decoded[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
            }

            return decoded;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        List<float> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // JSON has no NaN, and servers write null in its place.
            numbers.Add(reader.TokenType == JsonTokenType.Null ? float.NaN : reader.GetSingle());
            if (numbers.Count > MostWidth)
            {
                throw new JsonException();
            }
        }

        return [.. numbers];
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException();
        }
    }
}
