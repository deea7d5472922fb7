using System.Text.Encodings.Web;
using System.Text.Json;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Asks for the next message of a chat, and reads it: POST /v1/chat/completions, as OpenAI's reference of its API describes it.
/// </summary>
internal static class ChatRequest
{
    /// <summary>What the path of the address ends with.</summary>
    public const string End = "chat/completions";

    /// <summary>The most bytes of an answer.</summary>
    public const long MostBytes = 1 << 22;

    /// <summary>What newer models of OpenAI want in place of max_tokens; they take no temperature either.</summary>
    public const string NewLimit = "max_completion_tokens";

    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the request.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="messages">The messages so far: of whom, and what.</param>
    /// <param name="mostTokens">The most tokens of the next one.</param>
    /// <param name="isNew">Whether the server wants <see cref="NewLimit"/> and no temperature.</param>
    /// <returns>The request in JSON.</returns>
    public static byte[] Write(string model, IEnumerable<(string Role, string Text)> messages, int mostTokens, bool isNew)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, _json))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteStartArray("messages");
            foreach ((string role, string text) in messages)
            {
                writer.WriteStartObject();
                writer.WriteString("role", role);
                writer.WriteString("content", text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber(isNew ? NewLimit : "max_tokens", mostTokens);
            if (!isNew)
            {
                writer.WriteNumber("temperature", 0);
            }

            writer.WriteBoolean("stream", false);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads the answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="errors">Makes the fault.</param>
    /// <returns>The message and why it ended.</returns>
    /// <exception cref="EndpointFaultException">It is no answer to the request.</exception>
    public static (string Text, GenerationEnding Ending, int TokenCount, int PromptTokenCount) Read(byte[] answer, EndpointErrors errors)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            JsonElement choice = json.RootElement.GetProperty("choices")[0];
            JsonElement content = choice.GetProperty("message").GetProperty("content");
            bool isCut = choice.TryGetProperty("finish_reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.String
                && reason.ValueEquals("length");
            return (
                content.GetString() ?? string.Empty,
                isCut ? GenerationEnding.MostTokens : GenerationEnding.EndOfText,
                CountOf(json.RootElement, "completion_tokens"),
                CountOf(json.RootElement, "prompt_tokens"));
        }
        catch (Exception failure)
            when (failure is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw errors.OfAnswer(answer) ?? errors.Invalid("is no JSON with a message in it", failure);
        }
    }

    private static int CountOf(JsonElement answer, string name)
        => answer.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object
            && usage.TryGetProperty(name, out JsonElement count) && count.ValueKind == JsonValueKind.Number
            && count.TryGetInt32(out int number) ? number : 0;
}
