namespace PSLlmCluster.Core.Numerics;

/// <summary>Brings rows into another order without a second copy of them: around the cycles of the permutation, one row aside.</summary>
internal static class InPlaceOrder
{
    /// <summary>Reorders rows.</summary>
    /// <param name="values">The numbers, row after row; what lies behind the last row of the order stays.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="order">For each place the row that comes there, each row once.</param>
    /// <param name="token">The token to monitor for cancellation; the rows are in no order then.</param>
    public static void Apply(float[] values, int width, int[] order, CancellationToken token)
    {
        bool[] done = new bool[order.Length];
        float[] kept = new float[width];
        for (int first = 0; first < order.Length; first++)
        {
            if (done[first])
            {
                continue;
            }

            // Each place takes from the next one of the cycle, and the last what the first had.
            token.ThrowIfCancellationRequested();
            values.AsSpan(first * width, width).CopyTo(kept);
            int place = first;
            while (order[place] != first)
            {
                int from = order[place];
                values.AsSpan(from * width, width).CopyTo(values.AsSpan(place * width, width));
                done[place] = true;
                place = from;
            }

            kept.CopyTo(values.AsSpan(place * width, width));
            done[place] = true;
        }
    }
}
