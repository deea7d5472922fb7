using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>
/// A server on this machine that speaks HTTP/1.1 by itself, so that it can break every rule of it: it answers each request as it is told,
/// and has the bytes on the wire in its own hands.
/// </summary>
internal sealed class FaultServer : IDisposable
{
    /// <summary>The numbers in a vector.</summary>
    public const int Width = 12;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<FaultRequest, FaultReply> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Lock _lock = new();
    private readonly List<FaultRequest> _requests = [];
    private int _working;
    private int _mostWorking;

    public FaultServer(Func<FaultRequest, FaultReply>? answer = null, bool withTls = false)
    {
        _answer = answer ?? Vectors;
        _certificate = withTls ? SelfSigned() : null;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>Gets the most requests that were under way at a time.</summary>
    public int MostWorking => Volatile.Read(ref _mostWorking);

    /// <summary>Gets what came in so far.</summary>
    public IReadOnlyList<FaultRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Gets the texts that were asked for, but for the probe.</summary>
    public IReadOnlyList<string> Texts => [.. Requests.SelectMany(request => request.OwnTexts)];

    /// <summary>Makes an address where nobody listens.</summary>
    public static Uri NobodysAddress()
    {
        using FaultServer server = new();
        return server.Address;
    }

    /// <summary>The vector of a text: its words, each in a place of its own; close for texts that share words.</summary>
    public static float[] VectorOf(string text)
    {
        float[] vector = new float[Width];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(word));
            vector[hash[0] % Width] += 1 + (hash[1] / 512f);
            vector[hash[2] % Width] += hash[3] / 700f;
        }

        return vector;
    }

    /// <summary>Answers as a server should.</summary>
    public static FaultReply Vectors(FaultRequest request)
        => FaultReply.Json(Answer(request.Texts.Select((text, i) => Item(i, VectorOf(text), request.AsksForBase64))));

    /// <summary>The answer with some items in it.</summary>
    public static string Answer(IEnumerable<string> items)
        => $$$"""{"object":"list","model":"m","data":[{{{string.Join(',', items)}}}],"usage":{"prompt_tokens":9}}""";

    /// <summary>An item of an answer.</summary>
    public static string Item(int? index, float[] vector, bool asBase64 = false)
    {
        string place = index is int known ? FormattableString.Invariant($"\"index\":{known},") : string.Empty;
        string numbers = asBase64
            ? '"' + Convert.ToBase64String([.. vector.SelectMany(BitConverter.GetBytes)]) + '"'
            : JsonSerializer.Serialize(vector);
        return $$"""{"object":"embedding",{{place}}"embedding":{{numbers}}}""";
    }

    /// <summary>A message of a chat.</summary>
    public static FaultReply Message(string text, string reason = "stop")
        => FaultReply.Json(JsonSerializer.Serialize(new
        {
            choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = reason } },
            usage = new { prompt_tokens = 5, completion_tokens = 2 },
        }));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream stream = await OpenAsync(client);
                while (await ReadAsync(stream) is { } request)
                {
                    int working = Interlocked.Increment(ref _working);
                    try
                    {
                        lock (_lock)
                        {
                            _mostWorking = Math.Max(_mostWorking, working);
                            _requests.Add(request);
                        }

                        FaultReply reply = _answer(request);
                        await reply.Ready.WaitAsync(_stop.Token);
                        Interlocked.Decrement(ref _working);
                        working = 0;
                        await stream.WriteAsync(reply.Bytes, _stop.Token);
                        if (reply.IsCut)
                        {
                            return;
                        }
                    }
                    finally
                    {
                        if (working > 0)
                        {
                            Interlocked.Decrement(ref _working);
                        }
                    }
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException
                or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The other side went away.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
        {
            return client.GetStream();
        }

        SslStream stream = new(client.GetStream());
        await stream.AuthenticateAsServerAsync(_certificate);
        return stream;
    }

    private async Task<FaultRequest?> ReadAsync(Stream stream)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (head.Count < 4 || !head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string[] lines = System.Text.Encoding.ASCII.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[int.Parse(headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new FaultRequest(lines[0].Split(' ')[1], headers, JsonDocument.Parse(body).RootElement.Clone());
    }
}
