using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>How texts, data and scripts stand in a page.</summary>
internal static class PageText
{
    /// <summary>
    /// Gets the encoder of data: all characters as themselves, but those that HTML or a script could take for something else.
    /// </summary>
    public static JavaScriptEncoder Data { get; } = JavaScriptEncoder.Create(UnicodeRanges.All);

    /// <summary>Gets the encoder of texts.</summary>
    public static HtmlEncoder Html { get; } = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Returns what a Content-Security-Policy calls a script or a style sheet.</summary>
    /// <param name="text">The text between the element's tags, with line ends as \n.</param>
    /// <returns>The hash.</returns>
    public static string Hash(string text)
        => "'sha256-" + Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))) + "'";

    /// <summary>Writes numbers as a property.</summary>
    /// <param name="json">Takes them.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="numbers">The numbers.</param>
    public static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
