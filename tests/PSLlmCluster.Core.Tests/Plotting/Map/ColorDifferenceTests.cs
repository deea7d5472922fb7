using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting.Map;

public class ColorDifferenceTests
{
    /// <summary>Pairs of table 1 of Sharma, Wu and Dalal (2005).</summary>
    [Theory]
    [InlineData(50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425)]
    [InlineData(50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615)]
    [InlineData(50, 2.8361, -74.0200, 50, 0, -82.7485, 3.4412)]
    [InlineData(50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000)]
    [InlineData(50, 0, 0, 50, -1, 2, 2.3669)]
    [InlineData(50, 2.4900, -0.0010, 50, -2.4900, 0.0009, 7.1792)]
    [InlineData(50, 2.4900, -0.0010, 50, -2.4900, 0.0011, 7.2195)]
    [InlineData(50, -0.0010, 2.4900, 50, 0.0011, -2.4900, 4.7461)]
    [InlineData(50, 2.5, 0, 50, 0, -2.5, 4.3065)]
    [InlineData(50, 2.5, 0, 73, 25, -18, 27.1492)]
    [InlineData(50, 2.5, 0, 61, -5, 29, 22.8977)]
    [InlineData(50, 2.5, 0, 56, -27, -3, 31.9030)]
    [InlineData(50, 2.5, 0, 58, 24, 15, 19.4535)]
    [InlineData(60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644)]
    [InlineData(22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373)]
    [InlineData(90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441)]
    [InlineData(2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082)]
    public void The_published_pairs_have_their_differences(
        double l1, double a1, double b1, double l2, double a2, double b2, double expected)
    {
        Assert.Equal(expected, ColorDifference.Between(new LabColor(l1, a1, b1), new LabColor(l2, a2, b2)), 4);
        Assert.Equal(expected, ColorDifference.Between(new LabColor(l2, a2, b2), new LabColor(l1, a1, b1)), 4);
        Assert.Equal(expected, PlainColorDifference.Between(l1, a1, b1, l2, a2, b2), 4);
    }

    [Fact]
    public void A_second_implementation_gives_the_same_for_colours_at_random()
    {
        Random random = new(5);
        for (int i = 0; i < 5_000; i++)
        {
            LabColor first = ColorDifference.ToLab(MapColor.Of(random.Next(1 << 24)));
            LabColor second = ColorDifference.ToLab(MapColor.Of(random.Next(1 << 24)));
            Assert.Equal(
                PlainColorDifference.Between(first.L, first.A, first.B, second.L, second.A, second.B),
                ColorDifference.Between(first, second),
                9);
        }
    }

    [Theory]
    [InlineData(0xFFFFFF, 100, 0, 0)]
    [InlineData(0x000000, 0, 0, 0)]
    [InlineData(0xFF0000, 53.24, 80.09, 67.20)]
    [InlineData(0x0000FF, 32.30, 79.19, -107.86)]
    public void The_place_in_Lab_is_the_published_one(int rgb, double l, double a, double b)
    {
        LabColor color = ColorDifference.ToLab(MapColor.Of(rgb));
        Assert.Equal(l, color.L, 0.02);
        Assert.Equal(a, color.A, 0.02);
        Assert.Equal(b, color.B, 0.02);
    }

    [Fact]
    public void Greys_are_seen_alike_by_all_and_red_and_green_are_not()
    {
        MapColor grey = MapColor.Of(0x808080);
        for (int kind = 0; kind < ColorVision.Kinds; kind++)
        {
            MapColor seen = ColorVision.See(grey, kind);
            Assert.InRange(ColorDifference.Between(ColorDifference.ToLab(grey), ColorDifference.ToLab(seen)), 0, 1);
        }

        (MapColor red, MapColor green) = (MapColor.Of(0xB05030), MapColor.Of(0x7A7030));
        double normal = ColorDifference.Between(ColorDifference.ToLab(red), ColorDifference.ToLab(green));
        Assert.True(ColorVision.WorstDifference(red, green) < normal / 2);
    }
}
