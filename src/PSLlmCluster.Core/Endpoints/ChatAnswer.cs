using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Takes the completion out of a chat's answer. A model here goes on from the beginning of an answer and ends at a stop string; at a server
/// it begins by itself, so what it puts around the completion is taken off.
/// </summary>
internal static class ChatAnswer
{
    /// <summary>Returns the completion.</summary>
    /// <param name="text">What the server's model wrote.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <returns>The completion.</returns>
    public static string Read(string text, GenerationOptions options)
    {
        CompletionText written = new(options);
        string answer = written.EndedText(System.Text.Encoding.UTF8.GetBytes(text)).Trim();
        string start = options.AnswerStart.Trim();
        if (start.Length > 0 && answer.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        {
            answer = answer[start.Length..];
        }
        else if (options.StopStrings.FirstOrDefault(stop => start.EndsWith(stop, StringComparison.Ordinal)) is { } quote)
        {
            // The answer would begin in quotes and end with them, so of one that says more only what stands in them counts.
            int open = answer.IndexOf(quote, StringComparison.Ordinal);
            if (open >= 0 && answer.IndexOf(quote, open + quote.Length, StringComparison.Ordinal) > open)
            {
                answer = answer[(open + quote.Length)..];
            }
        }

        int end = options.StopStrings.Select(stop => answer.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0)
            .DefaultIfEmpty(answer.Length).Min();
        return answer[..end].Trim();
    }
}
