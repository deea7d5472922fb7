using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// Moves new points, eight at a time, each in a lane of its own: when one has gone through its epochs, the next one takes its lane. One
/// thread's tool.
/// </summary>
/// <remarks>
/// Which fitted points a new one meets does not depend on where it is, so its steps are listed beforehand. What happens in a lane depends
/// on its point alone, to the bit.
/// </remarks>
internal sealed class TransformLanes
{
    /// <summary>Points that are moved at a time.</summary>
    private const int LaneCount = 8;

    /// <summary>Steps of which the fitted points are looked up before they are taken.</summary>
    private const int StepsAtOnce = 64;

    /// <summary>Epochs are listed until there are that many steps.</summary>
    private const int ListedSteps = 256;

    private readonly TransformLayout _layout;
    private readonly int _dim;
    private readonly TransformScratch[] _rows = new TransformScratch[LaneCount];
    private readonly TransformSteps[] _steps = new TransformSteps[LaneCount];
    private readonly ReferenceEpochSchedule?[] _schedules = new ReferenceEpochSchedule?[LaneCount];
    private readonly int[] _epochs = new int[LaneCount];
    private readonly double[] _places;
    private readonly double[] _differences;
    private readonly double[] _others;
    private readonly double[] _rates = new double[StepsAtOnce * LaneCount];
    private readonly double[] _attracts = new double[StepsAtOnce * LaneCount];

    /// <summary>Initializes a new instance of the <see cref="TransformLanes"/> class.</summary>
    /// <param name="layout">The fitted points and the forces.</param>
    /// <param name="model">The model.</param>
    public TransformLanes(TransformLayout layout, UmapModel model)
    {
        _layout = layout;
        _dim = layout.ComponentCount;
        _places = new double[_dim * LaneCount];
        _differences = new double[_dim * LaneCount];
        _others = new double[StepsAtOnce * _dim * LaneCount];
        for (int lane = 0; lane < LaneCount; lane++)
        {
            _rows[lane] = new TransformScratch(model);
            _steps[lane] = new TransformSteps();
        }
    }

    /// <summary>Puts a row that is to be moved into a lane, with its start; returns false when there is none left.</summary>
    public delegate bool Source(TransformScratch scratch);

    /// <summary>Takes a row that has been moved.</summary>
    public delegate void Sink(TransformScratch scratch);

    /// <summary>Moves rows until there are no more.</summary>
    /// <param name="next">Where they come from.</param>
    /// <param name="done">Where they go.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void Run(Source next, Sink done, CancellationToken token)
    {
        int active = 0;
        for (int lane = 0; lane < LaneCount; lane++)
        {
            active += TryFill(lane, next) ? 1 : 0;
        }

        while (active > 0)
        {
            token.ThrowIfCancellationRequested();
            int count = StepsAtOnce;
            for (int lane = 0; lane < LaneCount; lane++)
            {
                while (_schedules[lane] is not null && _steps[lane].Left == 0 && !TryList(lane))
                {
                    Finish(lane, done);
                    active -= TryFill(lane, next) ? 0 : 1;
                }

                count = _schedules[lane] is null ? count : Math.Min(count, _steps[lane].Left);
            }

            if (active > 0)
            {
                LookUp(count);
                Move(count);
            }
        }
    }

    private bool TryFill(int lane, Source next)
    {
        TransformScratch row = _rows[lane];
        if (!next(row))
        {
            _schedules[lane] = null;
            return false;
        }

        _schedules[lane] = _layout.ScheduleOf(row);
        _epochs[lane] = 0;
        _steps[lane].Clear();
        for (int d = 0; d < _dim; d++)
        {
            _places[(d * LaneCount) + lane] = row.Place[d];
        }

        return true;
    }

    /// <summary>Lists the steps of a lane's next epochs, and returns whether there are any.</summary>
    private bool TryList(int lane)
    {
        TransformSteps steps = _steps[lane];
        steps.Clear();
        while (steps.Count < ListedSteps && _epochs[lane] < _layout.EpochCount)
        {
            _layout.AddSteps(_rows[lane].Key, _epochs[lane]++, _rows[lane], _schedules[lane]!, steps);
        }

        return steps.Count > 0;
    }

    private void Finish(int lane, Sink done)
    {
        TransformScratch row = _rows[lane];
        for (int d = 0; d < _dim; d++)
        {
            row.Place[d] = _places[(d * LaneCount) + lane];
        }

        done(row);
    }

    /// <summary>Brings what the next steps need into lanes. A lane without a row takes steps that move nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LookUp(int count)
    {
        ref float coordinates = ref MemoryMarshal.GetArrayDataReference(_layout.Points);
        double attracts = BitConverter.Int64BitsToDouble(-1);
        for (int lane = 0; lane < LaneCount; lane++)
        {
            if (_schedules[lane] is null)
            {
                for (int step = 0; step < count; step++)
                {
                    _rates[(step * LaneCount) + lane] = 0;
                }

                continue;
            }

            TransformSteps steps = _steps[lane];
            ReadOnlySpan<int> points = steps.Points[..count];
            ReadOnlySpan<bool> kinds = steps.Attracts[..count];
            ReadOnlySpan<double> rates = steps.Rates[..count];
            ref double other = ref _others[lane];
            for (int step = 0; step < points.Length; step++)
            {
                int place = (step * LaneCount) + lane;
                _rates[place] = rates[step];
                _attracts[place] = kinds[step] ? attracts : 0;
                ref float coordinate = ref Unsafe.Add(ref coordinates, points[step] * _dim);
                for (int d = 0; d < _dim; d++)
                {
                    other = Unsafe.Add(ref coordinate, d);
                    other = ref Unsafe.Add(ref other, LaneCount);
                }
            }

            steps.Next += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(int count)
    {
        TransformGradient forces = _layout.Forces;
        ref double own = ref MemoryMarshal.GetArrayDataReference(_places);
        ref double difference = ref MemoryMarshal.GetArrayDataReference(_differences);
        ref double other = ref MemoryMarshal.GetArrayDataReference(_others);
        for (int step = 0; step < count; step++)
        {
            Vector512<double> squared = Vector512<double>.Zero;
            for (int d = 0; d < _dim; d++)
            {
                nuint place = (nuint)(d * LaneCount);
                Vector512<double> between = Vector512.LoadUnsafe(ref own, place) - Vector512.LoadUnsafe(ref other, place);
                between.StoreUnsafe(ref difference, place);
                squared += between * between;
            }

            Vector512<double> coefficients = forces.Coefficients(
                squared, Vector512.LoadUnsafe(ref _attracts[0], (nuint)(step * LaneCount)));
            Vector512<double> rates = Vector512.LoadUnsafe(ref _rates[0], (nuint)(step * LaneCount));
            for (int d = 0; d < _dim; d++)
            {
                nuint place = (nuint)(d * LaneCount);
                Vector512<double> force = TransformGradient.Clip(coefficients * Vector512.LoadUnsafe(ref difference, place));
                (Vector512.LoadUnsafe(ref own, place) + (rates * force)).StoreUnsafe(ref own, place);
            }

            other = ref Unsafe.Add(ref other, _dim * LaneCount);
        }
    }
}
