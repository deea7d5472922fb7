using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Layout;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Transform;

/// <summary>Eight points at a time against a plain loop over one.</summary>
public class TransformLanesTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 5)]
    [InlineData(3, 0)]
    [InlineData(2, 40)]
    public void Points_move_as_one_by_one(int dim, int negativeRate)
    {
        RowMatrix rows = TestRows.Random(90, 5, seed: 1);
        UmapModel model = UmapReduction.Fit(
            rows,
            new UmapOptions { ComponentCount = dim, NegativeSampleRate = negativeRate, EpochCount = 90, NeighborCount = 7 }).Model;
        TransformLayout layout = new(model);
        const int count = 21;
        double[][] expected = new double[count][];
        double[][] moved = new double[count][];
        int next = 0;
        layout.CreateLanes(model).Run(
            scratch =>
            {
                if (next == count)
                {
                    return false;
                }

                Fill(scratch, next, model);
                expected[next] = MoveAlone(layout, model, scratch);
                next++;
                return true;
            },
            scratch => moved[scratch.Row] = [.. scratch.Place],
            default);
        Assert.Equal(expected, moved);
    }

    [Fact]
    public void A_power_has_the_same_bits_in_every_lane()
    {
        CounterRandom random = new(1, RandomPurpose.RandomStart);
        double[] x = new double[8];
        double[] powers = new double[8];
        for (uint round = 0; round < 2000; round++)
        {
            for (uint lane = 0; lane < 8; lane++)
            {
                x[lane] = Math.ScaleB(1 + random.Uniform(round, lane, 0), (int)(random.Uniform(round, lane, 1) * 600) - 300);
            }

            double y = 0.01 + (3 * random.Uniform(round, 9, 0));
            TransformGradient.Power(Vector512.Create<double>(x), Vector512.Create(y)).CopyTo(powers);
            Assert.Equal(Array.ConvertAll(x, value => TransformGradient.Power(value, y)), powers);
        }
    }

    [Fact]
    public void Blocks_of_random_numbers_are_those_drawn_one_by_one()
    {
        CounterRandom random = new(-7, RandomPurpose.TransformNegativeSample);
        uint[] drawn = new uint[CounterRandom.NumbersAtOnce];
        random.Blocks(12345, 17, 4, drawn);
        for (uint i = 0; i < drawn.Length; i++)
        {
            Assert.Equal(random.UInt32(12345, 17, 16 + i), drawn[(8 * (i % 4)) + (i / 4)]);
        }
    }

    private static void Fill(TransformScratch scratch, int row, UmapModel model)
    {
        CounterRandom random = new(row, RandomPurpose.RandomStart);
        for (uint i = 0; i < scratch.Neighbors.Length; i++)
        {
            scratch.Neighbors[i] = random.Below(model.RowCount, 0, 0, i);
            scratch.Strengths[i] = i == 3 ? 0 : (float)random.Uniform(1, 0, i);
        }

        for (uint d = 0; d < scratch.Place.Length; d++)
        {
            // One point starts on a fitted one, where no force has a direction.
            scratch.Place[d] = row == 4 ? model.Layout.Row(0)[(int)d] : random.Normal(2, 0, d);
        }

        scratch.Row = row;
        scratch.Key = (uint)(row * 77);
    }

    /// <summary>layouts.py, _optimize_layout_euclidean_single_epoch with move_other false.</summary>
    private static double[] MoveAlone(TransformLayout layout, UmapModel model, TransformScratch scratch)
    {
        double[] place = [.. scratch.Place];
        TransformGradient forces = new(model.Curve, model.Options.RepulsionStrength);
        CounterRandom random = new(model.Options.Seed, RandomPurpose.TransformNegativeSample);
        ReferenceEpochSchedule schedule = new(scratch.Strengths, layout.EpochCount, model.Options.NegativeSampleRate);
        float weakest = scratch.Strengths.Max() / layout.EpochCount;
        for (int epoch = 0; epoch < layout.EpochCount; epoch++)
        {
            uint draw = 0;
            for (int edge = 0; edge < scratch.Neighbors.Length; edge++)
            {
                if (scratch.Strengths[edge] < weakest || !schedule.IsDue(edge, epoch))
                {
                    continue;
                }

                Step(scratch.Neighbors[edge], forces.Attraction, layout.Rate(epoch));
                int repelling = schedule.Use(edge, epoch);
                for (int i = 0; i < repelling; i++)
                {
                    Step(random.Below(model.RowCount, scratch.Key, (uint)epoch, draw++), forces.Repulsion, layout.Rate(epoch));
                }
            }
        }

        return place;

        void Step(int other, Func<double, double> force, double rate)
        {
            double[] difference = [.. place.Select((value, d) => value - model.Layout.Row(other)[d])];
            double squared = 0;
            foreach (double coordinate in difference)
            {
                squared += coordinate * coordinate;
            }

            double coefficient = force(squared);
            for (int d = 0; d < place.Length; d++)
            {
                place[d] += rate * TransformGradient.Clip(coefficient * difference[d]);
            }
        }
    }
}
