using System.Globalization;
using System.Net;
using System.Text.Json;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>What can go wrong with a server, each with what is to become of the request. No message has a key in it.</summary>
/// <param name="address">The server's address.</param>
/// <param name="end">What the path ends with, which says what the server is asked for.</param>
/// <param name="options">How it is asked.</param>
internal sealed class EndpointErrors(Uri address, string end, EndpointOptions options)
{
    /// <summary>
    /// The longest time that a server may ask for. One that wants to be left alone for longer has a quota that is used up, or is down: the
    /// user is told.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private const int MostDetail = 300;

    // Servers say in their own ways that a text is longer than they take; llama-server calls it an error of its own (500).
    private static readonly string[] _tooLong = ["too large", "too long", "maximum context", "context size", "context length"];

    private readonly string _shown = EndpointOptions.Shown(address);

    private bool IsOfChat => end == ChatRequest.End;

    private string Purpose => IsOfChat
        ? "with a model that was made to chat: llama-server -m chat.gguf"
        : "to make vectors: llama-server -m model.gguf --embedding";

    private string WithCache => IsOfChat ? string.Empty : ": with -CachePath, what was made is not made again";

    /// <summary>Returns the fault that a status means.</summary>
    /// <param name="status">The status, not 200.</param>
    /// <param name="body">What came with it.</param>
    /// <param name="location">Where the server sends to; null for nowhere.</param>
    /// <param name="retryAfter">How long the server wants to be left alone; null where it does not say.</param>
    public EndpointFaultException OfStatus(HttpStatusCode status, byte[] body, Uri? location, TimeSpan? retryAfter)
    {
        string detail = Detail(body);
        string said = $"The server {_shown} answers {(int)status} ({status})" + (detail.Length > 0 ? $": {detail}" : ".");
        return OfStatus(status, said, detail, location, retryAfter);
    }

    /// <summary>
    /// Returns the fault that an answer of status 200 means that has an error in it, as some servers and gateways send them: that of the
    /// status which it says, or else one that may pass.
    /// </summary>
    /// <param name="answer">The answer, which has nothing else that is of use.</param>
    /// <returns>The fault; null where it has no error.</returns>
    public EndpointFaultException? OfAnswer(byte[] answer)
    {
        if (ErrorIn(answer) is not var (text, code))
        {
            return null;
        }

        string detail = Sentence(text);
        string said = $"The server {_shown} answers 200 (OK), with the error "
            + (code is null ? detail : FormattableString.Invariant($"{code}: {detail}"));
        return OfStatus((HttpStatusCode)(code ?? (int)HttpStatusCode.InternalServerError), said, detail, null, null);
    }

    private EndpointFaultException OfStatus(HttpStatusCode status, string said, string detail, Uri? location, TimeSpan? retryAfter)
    {
        switch (status)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden
                or HttpStatusCode.ProxyAuthenticationRequired:
                return new(EndpointFaultKind.Final, new EngineException(
                    EngineErrorIds.EndpointAccessDenied,
                    FailureKind.PermissionDenied,
                    said,
                    options.Key is null
                        ? $"Give the server's key with -{options.KeyParameter}, a SecureString or a script block that returns one."
                        : "Check the key, and that it is for this server and model."))
                {
                    IsOfKey = status == HttpStatusCode.Unauthorized,
                };
            case HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.Gone:
                return new(EndpointFaultKind.Final, new EngineException(
                    EngineErrorIds.EndpointNotFound,
                    FailureKind.NotFound,
                    said,
                    $"Check the address (one without a path gets /v1/{end}), that the server knows the model '{options.Model}', and that "
                        + $"it was started {Purpose}."));
            case >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest:
                string to = Uri.TryCreate(address, location, out Uri? target) ? EndpointOptions.Shown(target) : "elsewhere";
                return new(EndpointFaultKind.Final, new EngineException(
                    EngineErrorIds.EndpointRedirected,
                    FailureKind.InvalidArgument,
                    $"The server {_shown} sends requests on to {to}, where no text or key is sent.",
                    "If that is where you want them to go, give that address."));
            case HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.FailedDependency:
                return Transient(said, retryAfter);
            case >= HttpStatusCode.InternalServerError:
                bool isTooLong = Array.Exists(_tooLong, words => detail.Contains(words, StringComparison.OrdinalIgnoreCase));
                return isTooLong ? Refused(said) : Transient(said, retryAfter);
            case >= HttpStatusCode.BadRequest:
                return Refused(said);
            default:
                return Invalid($"has the status {(int)status}");
        }
    }

    /// <summary>The server cannot be reached, or the connection ended early.</summary>
    public EndpointFaultException Broken(Exception cause)
        => Transient($"The server {_shown} cannot be reached: {Cause(cause)}", null, cause);

    /// <summary>The server's certificate is none that this machine trusts.</summary>
    public EndpointFaultException NotTrusted(Exception cause) => new(EndpointFaultKind.Final, new EngineException(
        EngineErrorIds.EndpointNotTrusted,
        FailureKind.PermissionDenied,
        $"The server {_shown} is not who the address says, or its certificate is not trusted here: {Cause(cause)}",
        "Check the address, and have this machine trust the authority that issued the certificate.",
        cause));

    /// <summary>The server took too long.</summary>
    public EndpointFaultException TimedOut() => Transient(
        FormattableString.Invariant($"The server {_shown} gave no answer within {options.Timeout.TotalSeconds:0} seconds."), null);

    /// <summary>The answer cannot be read.</summary>
    /// <param name="how">What is wrong with it, as the end of a sentence.</param>
    /// <param name="cause">What was thrown; may be null.</param>
    public EndpointFaultException Invalid(string how, Exception? cause = null) => new(EndpointFaultKind.Transient, new EngineException(
        EngineErrorIds.EndpointAnswerInvalid,
        FailureKind.InvalidData,
        $"The answer of the server {_shown} {how}.",
        "Check that the address is that of a server that speaks OpenAI's protocol, and that its model makes what is asked of it.",
        cause));

    private EndpointFaultException Transient(string message, TimeSpan? retryAfter, Exception? cause = null) => new(
        EndpointFaultKind.Transient,
        new EngineException(
            EngineErrorIds.EndpointFailed,
            FailureKind.ResourceUnavailable,
            retryAfter is { } wait && wait > LongestWait
                ? $"{message} It wants to be left alone for {Duration(wait)}, and is not waited for."
                : message,
            $"Check that the server runs and has its model loaded, then run it again{WithCache}. -EndpointTimeout waits longer for an "
                + "answer, and a smaller -EndpointConcurrency asks for less at a time.",
            cause))
    {
        RetryAfter = retryAfter,
    };

    /// <summary>A vector has another width than those before.</summary>
    /// <param name="width">Its numbers.</param>
    /// <param name="before">The numbers of those before.</param>
    public EndpointFaultException OtherWidth(int width, int before) => new(EndpointFaultKind.Transient, new EngineException(
        EngineErrorIds.EndpointAnswerInvalid,
        FailureKind.InvalidData,
        FormattableString.Invariant($"The server {_shown} gives a vector of {width} numbers, and those before had {before}, so it ")
            + $"has come to run another model as '{options.Model}'.",
        $"Have the server run the model that it ran at the start, and run it again{WithCache}. For the vectors of the other model, make "
            + "all of them again, with a -CachePath of their own."));

    /// <summary>The server gives another vector for the probe text than at the start.</summary>
    public EndpointFaultException Changed() => new(EndpointFaultKind.Changed, new EngineException(
        EngineErrorIds.EndpointModelChanged,
        FailureKind.InvalidData,
        $"The server {_shown} gives another vector for one text than at the start, so it has come to run another model as "
            + $"'{options.Model}', or to pool in another way. No vector was taken since.",
        $"Have the server run the model that it ran at the start, and run it again{WithCache}. For the vectors of the other model, make "
            + "all of them again, with a -CachePath of their own."));

    /// <summary>The server gives another vector for the probe text among others than alone.</summary>
    /// <param name="count">The texts that went with it.</param>
    public EndpointFaultException Unsteady(int count) => new(EndpointFaultKind.Transient, new EngineException(
        EngineErrorIds.EndpointAnswerInvalid,
        FailureKind.InvalidData,
        FormattableString.Invariant($"The server {_shown} gives another vector for one text among {count} others than alone."),
        "Check whether the address leads to several servers with other models, or the server's vectors depend on which texts come in one "
            + "request, which they must not."));

    private EndpointFaultException Refused(string message) => new(EndpointFaultKind.Refused, new EngineException(
        EngineErrorIds.EndpointRefused,
        FailureKind.NotSupported,
        message,
        $"Check that '{options.Model}' is a model of the server, and what it says."));

    private string Cause(Exception cause)
    {
        string words = cause.InnerException is { } inner && !cause.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? Clean($"{cause.Message} {inner.Message}")
            : Clean(cause.Message);
        return words.EndsWith('.') ? words : words + ".";
    }

    private string Detail(byte[] body)
    {
        string text = System.Text.Encoding.UTF8.GetString(body);
        string? found = null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            found = Message(json.RootElement);
        }
        catch (JsonException)
        {
            // Proxies answer with pages, which say little to a reader of this.
            found = text.TrimStart().StartsWith('<') ? string.Empty : text;
        }

        return Sentence(found ?? text);
    }

    private string Sentence(string text)
    {
        string shown = Clean(text);
        return shown.Length == 0 || shown.EndsWith('.') ? shown : shown + ".";
    }

    /// <summary>Returns the error that an answer has, and the status that the server says in it; null where it has none.</summary>
    private static (string Text, int? Status)? ErrorIn(byte[] answer)
    {
        try
        {
            // Read as a text, in which what is no UTF-8 is replaced.
            using JsonDocument json = JsonDocument.Parse(System.Text.Encoding.UTF8.GetString(answer));
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("error", out JsonElement error))
            {
                return null;
            }

            string? text = error.ValueKind == JsonValueKind.Object
                ? Message(error) ?? error.GetRawText()
                : error.ValueKind == JsonValueKind.String ? TextOf(error) : null;
            return string.IsNullOrWhiteSpace(text) ? null : (text, StatusIn(error));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? StatusIn(JsonElement error)
        => error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("code", out JsonElement code)
            && int.TryParse(code.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            && status is >= (int)HttpStatusCode.BadRequest and < 600
                ? status
                : null;

    // What servers ask for may be years, or beyond what can be counted.
    private static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: > 365 } => "more than a year",
        { TotalDays: >= 2 } => FormattableString.Invariant($"{time.TotalDays:0} days"),
        { TotalHours: >= 2 } => FormattableString.Invariant($"{time.TotalHours:0} hours"),
        _ => FormattableString.Invariant($"{time.TotalMinutes:0} minutes"),
    };

    private static string? Message(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (string name in (string[])["error", "message", "detail"])
        {
            if (root.TryGetProperty(name, out JsonElement value))
            {
                return value.ValueKind == JsonValueKind.String ? TextOf(value) : Message(value);
            }
        }

        return null;
    }

    // Half of a character, which a server may cut off, is no text to .NET; it is shown as it was escaped.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText()[1..^1];
        }
    }

    // What a server says may have anything in it, the key too.
    private string Clean(string text)
    {
        string known = options.Key?.Hide(text) ?? text;
        string line = string.Join(' ', known.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
        return line.Length > MostDetail ? line[..MostDetail] + "\u2026" : line;
    }
}
