using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Grouping;

/// <summary>Orders the rows of a cluster by how well they stand for it.</summary>
internal static class CentralRows
{
    /// <summary>Orders rows.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="members">Those of the cluster.</param>
    /// <param name="nearness">How near each member lies to the cluster's middle; null where there are no vectors and no places.</param>
    /// <param name="phrases">The phrases of the cluster.</param>
    /// <returns>
    /// The rows, each with another text: the nearest to the middle of vectors first, else the strongest; of equals, those that hold more
    /// of the phrases, then the shorter ones.
    /// </returns>
    public static int[] Of(ClusterRows rows, int[] members, double[]? nearness, IReadOnlyList<KeyPhrase> phrases)
    {
        Dictionary<string, Row> byText = new(StringComparer.Ordinal);
        for (int i = 0; i < members.Length; i++)
        {
            string? text = rows.Texts[members[i]];
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            double strength = rows.Strengths is null ? 0 : rows.Strengths[members[i]];
            double near = nearness is null ? 0 : nearness[i];
            Row row = new(members[i], text, rows.Vectors is null ? strength : near, rows.Vectors is null ? near : strength);
            if (!byText.TryGetValue(text, out Row known) || row.IsBefore(known))
            {
                byText[text] = row;
            }
        }

        // Which of equals hold more phrases matters among the first alone.
        Row[] order = [.. byText.Values];
        int[] held = [.. order.Select(row => phrases.Count(phrase => row.Text.Contains(phrase.Text, StringComparison.OrdinalIgnoreCase)))];
        int[] places = [.. Enumerable.Range(0, order.Length)];
        Array.Sort(places, (first, second) => Compare(order[first], held[first], order[second], held[second]));
        return [.. places.Select(place => order[place].Index)];
    }

    private static int Compare(Row first, int held, Row second, int otherHeld)
    {
        int order = second.First.CompareTo(first.First);
        order = order != 0 ? order : otherHeld.CompareTo(held);
        order = order != 0 ? order : second.Second.CompareTo(first.Second);
        order = order != 0 ? order : first.Text.Length.CompareTo(second.Text.Length);
        return order != 0 ? order : string.CompareOrdinal(first.Text, second.Text);
    }

    private readonly record struct Row(int Index, string Text, double First, double Second)
    {
        // Of equal texts the one that stands better; which row it is then is the order's to say, not the text's.
        public bool IsBefore(Row other) => First != other.First ? First > other.First : Second > other.Second;
    }
}
