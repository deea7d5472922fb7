using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>
/// The colours of xterm's table that look the same on every terminal: 216 in a cube from number 16 on, and 24 greys from 232 on. The first
/// 16 are the user's own.
/// </summary>
internal static class IndexedColor
{
    private const int FirstOfCube = 16;
    private const int FirstGrey = 232;
    private const int End = 256;
    private static readonly byte[] _steps = [0, 95, 135, 175, 215, 255];
    private static readonly LabColor[] _table =
    [
        .. Enumerable.Range(FirstOfCube, End - FirstOfCube).Select(number => ColorDifference.ToLab(Of(number))),
    ];

    /// <summary>Returns the number of the colour that differs least from another (CIEDE2000).</summary>
    /// <param name="color">The other.</param>
    /// <returns>The number, from 16 to 255.</returns>
    public static int Nearest(MapColor color)
    {
        LabColor wanted = ColorDifference.ToLab(color);
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < _table.Length; i++)
        {
            double difference = ColorDifference.Between(wanted, _table[i]);
            if (difference < least)
            {
                (nearest, least) = (i, difference);
            }
        }

        return FirstOfCube + nearest;
    }

    /// <summary>Returns a colour of the table.</summary>
    /// <param name="number">Its number, from 16 to 255.</param>
    /// <returns>The colour.</returns>
    public static MapColor Of(int number)
    {
        if (number >= FirstGrey)
        {
            byte grey = (byte)(8 + (10 * (number - FirstGrey)));
            return new MapColor(grey, grey, grey);
        }

        int place = number - FirstOfCube;
        return new MapColor(_steps[place / 36], _steps[place / 6 % 6], _steps[place % 6]);
    }
}
