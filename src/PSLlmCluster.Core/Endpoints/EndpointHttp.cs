using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// The connections to servers, which the whole session shares. Certificates are checked, proxies are those of the environment for other
/// machines than this one, no cookie is kept, and no redirection is followed, as it would carry texts and a key to who was not named.
/// </summary>
internal static class EndpointHttp
{
    private const int MostErrorBytes = 1 << 16;

    private static readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            Proxy = new OtherMachinesProxy(HttpClient.DefaultProxy),
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
        })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a request once.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="body">What, in JSON.</param>
    /// <param name="key">The key; null for none.</param>
    /// <param name="mostBytes">The most bytes of an answer.</param>
    /// <param name="errors">Makes the faults.</param>
    /// <param name="time">The clock.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="EndpointFaultException">There is none.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<byte[]> PostAsync(
        Uri address, byte[] body, string? key, long mostBytes, EndpointErrors errors, TimeProvider time, CancellationToken token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using HttpResponseMessage response
                = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return await ReadAsync(response.Content, mostBytes, token).ConfigureAwait(false)
                    ?? throw errors.Invalid(FormattableString.Invariant($"is longer than {mostBytes} bytes"));
            }

            byte[] said = await ReadAsync(response.Content, MostErrorBytes, token).ConfigureAwait(false) ?? [];
            throw errors.OfStatus(response.StatusCode, said, response.Headers.Location, WaitOf(response.Headers, time));
        }
        catch (HttpRequestException failure)
        {
            throw failure.InnerException is AuthenticationException ? errors.NotTrusted(failure) : errors.Broken(failure);
        }
        catch (IOException failure)
        {
            throw errors.Broken(failure);
        }
        catch (OperationCanceledException failure) when (!token.IsCancellationRequested)
        {
            // The time to connect was up: .NET says so by a cancellation that nobody asked for, with the reason in it.
            throw errors.Broken(failure.InnerException ?? failure);
        }
    }

    /// <summary>Returns how long a server wants to be left alone: seconds, or the time until a date (RFC 9110, section 10.2.3).</summary>
    private static TimeSpan? WaitOf(HttpResponseHeaders headers, TimeProvider time)
    {
        RetryConditionHeaderValue? value = headers.RetryAfter;
        TimeSpan? wait = value?.Delta ?? (value?.Date - time.GetUtcNow());
        if (value is null && headers.TryGetValues("Retry-After", out IEnumerable<string>? given))
        {
            // More seconds than .NET counts are a wait all the same; what is neither a number nor a date says nothing.
            wait = given.First().Trim() is { Length: > 0 } text && text.All(char.IsAsciiDigit) ? TimeSpan.MaxValue : null;
        }

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>Reads an answer; null where it is longer than allowed.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContent content, long mostBytes, CancellationToken token)
    {
        if (content.Headers.ContentLength > mostBytes)
        {
            return null;
        }

        using MemoryStream all = new((int)(content.Headers.ContentLength ?? 0));
        Stream stream = await content.ReadAsStreamAsync(token).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[1 << 16];
            while (await stream.ReadAsync(buffer, token).ConfigureAwait(false) is > 0 and int count)
            {
                if (all.Length + count > mostBytes)
                {
                    return null;
                }

                all.Write(buffer, 0, count);
            }
        }

        return all.ToArray();
    }
}
