using System.Text.Json;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>What a server was asked.</summary>
internal sealed record FaultRequest(string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    private const string ProbeText = "Where does the meaning of a short text lie?";

    public string Model => Body.GetProperty("model").GetString()!;

    public string[] Texts
        => Body.TryGetProperty("input", out JsonElement input) ? [.. input.EnumerateArray().Select(text => text.GetString()!)] : [];

    /// <summary>Gets a value indicating whether the probe text is all that is asked for.</summary>
    public bool IsProbe => Texts is [ProbeText, ..] && OwnTexts.Length == 0;

    /// <summary>Gets the texts but for the probe text.</summary>
    public string[] OwnTexts => [.. Texts.Where(text => text != ProbeText)];

    public bool AsksForBase64 => Body.GetProperty("encoding_format").GetString() == "base64";

    public string? Key => Headers.GetValueOrDefault("Authorization")?["Bearer ".Length..];

    /// <summary>The messages of a chat, of whom and what.</summary>
    public (string Role, string Text)[] Messages =>
    [
        .. Body.GetProperty("messages").EnumerateArray().Select(
            message => (message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!)),
    ];
}
