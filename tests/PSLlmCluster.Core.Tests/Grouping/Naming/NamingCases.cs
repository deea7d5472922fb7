using PSLlmCluster.Core.Grouping;

namespace PSLlmCluster.Core.Tests.Grouping.Naming;

/// <summary>Clusters for the tests of names: each is about one word, and a vector counts these words.</summary>
internal static class NamingCases
{
    public const int TopicCount = 200;

    /// <summary>Returns the word of a topic.</summary>
    public static string Word(int topic) => $"{(char)('a' + (topic / 20))}o{(char)('a' + (topic % 20))}ka";

    /// <summary>Counts the words of topics in a text.</summary>
    public static float[] Vector(string text)
    {
        float[] vector = new float[TopicCount + 1];
        for (int topic = 0; topic < TopicCount; topic++)
        {
            vector[topic] = text.Split(Word(topic), StringSplitOptions.None).Length - 1;
        }

        vector[TopicCount] = 0.1f;
        return vector;
    }

    /// <summary>Makes rows of clusters of four texts each.</summary>
    /// <param name="clusters">How many clusters.</param>
    /// <param name="more">Texts that are in the first cluster too.</param>
    public static ClusterRows Rows(int clusters, params string[] more)
    {
        string[] texts =
            [.. Enumerable.Range(0, clusters * 4).Select(i => $"{Word(i / 4)} {"red green blue white".Split(' ')[i % 4]}"), .. more];
        return new ClusterRows(texts, [.. Enumerable.Range(0, clusters * 4).Select(i => i / 4), .. more.Select(_ => 0)])
        {
            Vectors = [.. texts.Select(Vector)],
        };
    }

    /// <summary>Computes vectors.</summary>
    public static IReadOnlyList<float[]?> Embed(IReadOnlyList<string> names) => [.. names.Select(Vector)];
}
