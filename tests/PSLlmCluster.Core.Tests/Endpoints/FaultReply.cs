using System.Text;
using System.Text.Json;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>What a server answers: the bytes that it sends, and whether it then cuts the connection.</summary>
internal sealed record FaultReply(byte[] Bytes, bool IsCut = false)
{
    /// <summary>Gets what it waits for before it answers.</summary>
    public Task Ready { get; init; } = Task.CompletedTask;

    /// <summary>An answer by the rules.</summary>
    public static FaultReply Json(string body, int status = 200, string headers = "")
        => Raw($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    /// <summary>An error as OpenAI writes it.</summary>
    public static FaultReply Error(int status, string message, string headers = "")
        => Json(JsonSerializer.Serialize(new { error = new { message, type = "x" } }), status, headers);

    /// <summary>These very bytes.</summary>
    public static FaultReply Raw(string text, bool isCut = false) => new(System.Text.Encoding.UTF8.GetBytes(text), isCut);

    /// <summary>An answer that never comes.</summary>
    public static FaultReply Never() => new([]) { Ready = new TaskCompletionSource().Task };

    /// <summary>The first half of the same answer, and no more.</summary>
    public FaultReply CutInHalf() => new(Bytes[..(Bytes.Length / 2)], IsCut: true);

    /// <summary>The same answer in chunks.</summary>
    public FaultReply InChunks()
    {
        string[] parts = System.Text.Encoding.UTF8.GetString(Bytes).Split("\r\n\r\n", 2);
        StringBuilder text = new("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < parts[1].Length; at += 7)
        {
            string chunk = parts[1].Substring(at, Math.Min(7, parts[1].Length - at));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n{chunk}\r\n");
        }

        return Raw(text.Append("0\r\n\r\n").ToString());
    }
}
