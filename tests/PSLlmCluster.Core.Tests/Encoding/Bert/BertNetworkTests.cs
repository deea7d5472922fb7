using System.Runtime.InteropServices;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Encoding.Bert;

/// <summary>The network against the plain one, on networks and windows of all sorts of sizes.</summary>
public sealed class BertNetworkTests
{
    private static readonly NetworkSizes[] _sizes =
    [
        new(8, 1, 8, 1, 4), new(7, 1, 5, 1, 9), new(24, 3, 40, 2, 64), new(20, 4, 33, 2, 100), new(36, 3, 17, 1, 512),
        new(50, 5, 401, 2, 130), new(64, 2, 800, 1, 300), new(13, 13, 29, 3, 40),
        new(24, 3, 40, 2, 64, Gated: true), new(20, 2, 33, 2, 512, Gated: true) { Fused = true }, new(36, 3, 50, 1, 100) { Fused = true },
        new(64, 2, 96, 2, 200) { Type = GgmlTensorType.F16 }, new(64, 4, 96, 2, 200) { Type = GgmlTensorType.Q8_0 },
        new(32, 4, 64, 2, 60, Gated: true) { Type = GgmlTensorType.Q4_0 }, new(64, 4, 96, 1, 60) { Type = GgmlTensorType.Q5_1 },
        new(256, 8, 512, 1, 60) { Type = GgmlTensorType.Q6_K }, new(256, 4, 256, 1, 60) { Type = GgmlTensorType.Q4_K },
    ];

    public static TheoryData<int> Sizes => [.. Enumerable.Range(0, _sizes.Length)];

    public static TheoryData<int> Widths => [.. Enumerable.Range(0, EncoderKernels.All.Count)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void States_are_those_of_the_plain_network(int which)
    {
        using GgufModel file = RandomNetwork.File(_sizes[which], seed: which).Open();
        PlainNetwork plain = new(file);
        foreach (int[][] windows in Blocks(_sizes[which].Context))
        {
            float[][] states = Run(EncoderKernels.Widest, RandomNetwork.Weights(file), windows);
            int token = 0;
            foreach (double[] expected in windows.SelectMany(plain.Run))
            {
                double difference = Math.Sqrt(expected.Zip(states[token++], (a, b) => (a - b) * (a - b)).Sum());
                double size = Math.Sqrt(expected.Sum(number => number * number));
                Assert.True(difference < 1e-5 * size, $"token {token - 1}: {difference / size:E2}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Registers_of_every_width_give_the_same_bits(int which)
    {
        foreach (NetworkSizes sizes in new[] { _sizes[3], _sizes[5], _sizes[9] })
        {
            using GgufModel file = RandomNetwork.File(sizes).Open();
            BertWeights weights = RandomNetwork.Weights(file);
            int[][] windows = RandomNetwork.Windows(5, 3, 30, 1, 47, 2);
            Assert.Equal(Bits(Run(EncoderKernels.Widest, weights, windows)), Bits(Run(EncoderKernels.All[which], weights, windows)));
        }
    }

    [Fact]
    public void A_window_gives_the_same_bits_in_any_company()
    {
        using GgufModel file = RandomNetwork.File(_sizes[5]).Open();
        BertWeights weights = RandomNetwork.Weights(file);
        int[][] windows = RandomNetwork.Windows(8, 1, 17, 48, 2, 96, 5, 49, 130, 47, 31);
        float[][][] alone = [.. windows.Select(window => Run(EncoderKernels.Widest, weights, [window]))];
        Assert.Equal(Bits(alone.SelectMany(states => states)), Bits(Run(EncoderKernels.Widest, weights, windows)));

        int[][] turned = [.. windows.Reverse()];
        Assert.Equal(Bits(alone.Reverse().SelectMany(states => states)), Bits(Run(EncoderKernels.Widest, weights, turned)));
    }

    [Fact]
    public void Weights_that_stay_as_the_file_has_them_give_the_same_bits()
    {
        using GgufModel file = RandomNetwork.File(_sizes[12]).Open();
        GgufTensor up = file.Tensor("blk.0.ffn_up.weight");
        LinearWeights widened = new(up, 0, up.RowCount, [], new WeightRoom(up.RowLength * up.RowCount));
        LinearWeights kept = new(up, 0, up.RowCount, [], room: null);
        Assert.True(widened.IsWidened);
        Assert.False(kept.IsWidened);
        float[] scratch = new float[LinearLayer.ScratchLength(kept)];
        for (int group = 0; group < widened.GroupCount; group++)
        {
            Assert.Equal(widened.Groups(group, 1, []).ToArray(), kept.Groups(group, 1, scratch).ToArray());
        }

        Assert.Equal(Output(widened), Output(kept));

        float[] Output(LinearWeights weights)
        {
            WindowBlock block = new(60);
            block.Add(new int[60]);
            Panels source = new(up.RowLength, 2), target = new(up.RowCount, 2);
            Random random = new(3);
            foreach (ref float number in source.Panel(0))
            {
                number = (float)random.NextDouble();
            }

            LinearLayer.Apply(EncoderKernels.Widest, weights, block, source, target, scratch);
            return target.Panel(0)[..(up.RowCount * Panels.LaneCount)].ToArray();
        }
    }

    [Fact]
    public void Work_that_is_to_end_ends_before_the_next_layer()
    {
        using GgufModel file = RandomNetwork.File(new NetworkSizes(8, 1, 8, 5, 4)).Open();
        BertWeights weights = RandomNetwork.Weights(file);
        WindowBlock block = new(4);
        block.Add([1, 2]);
        int asked = 0;
        BertNetwork.Run(EncoderKernels.Widest, weights, block, new BertBuffers(weights.Shape, 4, 4, 0), () => ++asked == 3);
        Assert.Equal(3, asked);
    }

    private static IEnumerable<int[][]> Blocks(int context)
    {
        yield return RandomNetwork.Windows(1, 1);
        yield return RandomNetwork.Windows(2, Math.Min(3, context), 1, Math.Min(50, context), 2, Math.Min(20, context));
        yield return RandomNetwork.Windows(3, context);
    }

    private static float[][] Run(EncoderKernels kernels, BertWeights weights, int[][] windows)
    {
        int tokens = windows.Sum(window => window.Length);
        WindowBlock block = new(tokens);
        foreach (int[] window in windows)
        {
            block.Add(window);
        }

        BertBuffers buffers = new(weights.Shape, tokens, windows.Max(window => window.Length), weights.ScratchLength);
        BertNetwork.Run(kernels, weights, block, buffers, () => false);
        return
        [
            .. Enumerable.Range(0, tokens).Select(token => Enumerable.Range(0, weights.Shape.Width).Select(
                i => buffers.Hidden.Panel(token / Panels.LaneCount)[(i * Panels.LaneCount) + (token % Panels.LaneCount)]).ToArray()),
        ];
    }

    private static int[] Bits(IEnumerable<float[]> states)
        => [.. states.SelectMany(state => MemoryMarshal.Cast<float, int>(state).ToArray())];
}
