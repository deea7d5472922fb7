using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The largest eigenvalues of a symmetric operator whose norm is about 1, and their eigenvectors: all at once where the operator is small,
/// otherwise by Lanczos' method with thick restarts.
/// </summary>
/// <remarks>
/// Wu and Simon 2000, "Thick-restart Lanczos method for large symmetric eigenvalue problems"; umap-learn calls ARPACK, which does the same
/// by implicit restarts. The projected matrix is taken from the products with the vectors before. Every new vector is put at right angles
/// to those before it by the recurrence's own terms and once to all, and again where much of it went (Daniel, Gragg, Kaufman and Stewart
/// 1976). The residual of a Ritz vector is the last step's length times the vector's last entry. One start vector sees equal eigenvalues
/// once; so when all are found, the method goes on from a random vector at right angles to them, until what is left lies below them for
/// certain.
/// </remarks>
internal static class SymmetricEigen
{
    /// <summary>Up to this size all eigenvectors are computed at once.</summary>
    internal const int DenseLimit = 128;

    private const double AcceptedResidual = 1e-4; // umap-learn's tolerance, which is good enough when the limit of steps is reached
    private const double AcceptedDifference = 1e-8; // eigenvalues nearer than that are as good as equal
    private const double Breakdown = 1e-13;
    private const int SmallestBasis = 40;
    private const double LargestLoss = 0.5; // of a vector's length, without another pass

    /// <summary>Computes the largest eigenvalues but those of known eigenvectors.</summary>
    /// <param name="matrix">The operator; the eigenvalues that are wanted lie above -1.</param>
    /// <param name="count">How many, from 1 to the size less one where an eigenvector is known, else the size.</param>
    /// <param name="known">An eigenvector of length 1 that is left out, or null.</param>
    /// <param name="effort">How exact they shall be.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The eigenvalues, falling, and the eigenvectors, the largest entry of each positive; null where the method does not
    /// converge.</returns>
    public static (double[] Values, double[][] Vectors)? Largest(
        ISymmetricOperator matrix, int count, double[]? known, EigenEffort effort, WorkContext work)
    {
        (double[] Values, double[][] Vectors)? result = matrix.Size <= DenseLimit
            ? LargestOfAll(matrix, count, known)
            : new Lanczos(matrix, count, known, effort, work).Run();
        foreach (double[] vector in result?.Vectors ?? [])
        {
            FixSign(vector);
        }

        return result;
    }

    /// <summary>Returns the vectors of a basis, beside the one that the last step leads to, for a number of eigenvectors.</summary>
    internal static int BasisOf(int count) => Math.Max((2 * count) + 20, SmallestBasis);

    /// <summary>Returns how many vectors a restart combines the basis to, for a number of eigenvectors.</summary>
    internal static int KeptOf(int count) => KeptOf(count, BasisOf(count));

    /// <summary>Makes the entry of largest absolute value positive, the first of those that are equal.</summary>
    internal static void FixSign(double[] vector)
    {
        double largest = 0;
        foreach (double value in vector)
        {
            if (Math.Abs(value) > Math.Abs(largest))
            {
                largest = value;
            }
        }

        if (largest < 0)
        {
            VectorBlock.Scale(vector, -1);
        }
    }

    private static (double[] Values, double[][] Vectors)? LargestOfAll(ISymmetricOperator matrix, int count, double[]? known)
    {
        int n = matrix.Size;
        double[] dense = new double[n * n];
        double[] unit = new double[n];
        double[] column = new double[n];
        double shift = 0;
        for (int i = 0; i < n; i++)
        {
            unit[i] = 1;
            matrix.Multiply(unit, column);
            unit[i] = 0;
            column.CopyTo(dense, i * n);
            double sum = 0;
            foreach (double value in column)
            {
                sum += Math.Abs(value);
            }

            shift = Math.Max(shift, 2 * sum);
        }

        // The known eigenvector is moved below all others.
        for (int i = 0; known is not null && i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                dense[(i * n) + j] -= shift * known[i] * known[j];
            }
        }

        if (DenseEigen.Decompose(dense, n) is not { } all)
        {
            return null;
        }

        Array.Reverse(all.Values);
        Array.Reverse(all.Vectors);
        return (all.Values[..count], all.Vectors[..count]);
    }

    private static int KeptOf(int count, int capacity) => count + Math.Max(2, (capacity - count) / 3);

    private sealed class Lanczos
    {
        private readonly ISymmetricOperator _matrix;
        private readonly int _count;
        private readonly WorkContext _work;
        private readonly double[]? _known;
        private readonly EigenEffort _effort;
        private readonly int _capacity;
        private readonly double[][] _basis;
        private readonly double[] _projected;

        // Vectors that are done with: each restart would otherwise leave a whole basis to the garbage collector, which comes late for it.
        private readonly Stack<double[]> _spare = [];
        private readonly CounterRandom _random = new(0, RandomPurpose.EigenvectorStart);
        private uint _randomVectors;

        public Lanczos(ISymmetricOperator matrix, int count, double[]? known, EigenEffort effort, WorkContext work)
        {
            _matrix = matrix;
            _count = count;
            _known = known;
            _effort = effort;
            _work = work;
            _capacity = Math.Min(matrix.Size - (known is null ? 0 : 1), BasisOf(count));
            _basis = new double[_capacity + 1][];
            _projected = new double[_capacity * _capacity];
        }

        public (double[] Values, double[][] Vectors)? Run()
        {
            int kept = 0;
            bool isConfirmed = _count == _capacity || !_effort.FindsEqualValues;
            _basis[0] = RandomVector(0);
            for (int steps = 0; ; steps += _capacity - kept)
            {
                double last = 0;
                for (int j = kept; j < _capacity; j++)
                {
                    last = Extend(j, j == kept ? 0 : j - 1);
                }

                if (DenseEigen.Decompose((double[])_projected.Clone(), _capacity) is not { } ritz)
                {
                    return null;
                }

                Array.Reverse(ritz.Values);
                Array.Reverse(ritz.Vectors);
                double residual = 0;
                for (int i = 0; i < _count; i++)
                {
                    residual = Math.Max(residual, Residual(last, ritz.Vectors[i]));
                }

                bool isFound = residual <= _effort.Tolerance;
                bool isBelow = _count == _capacity
                    || !_effort.FindsEqualValues
                    || ritz.Values[_count] + Residual(last, ritz.Vectors[_count]) <= ritz.Values[_count - 1] + AcceptedDifference;
                if ((isFound && isConfirmed && isBelow) || steps + _capacity >= _effort.StepLimit || last == 0)
                {
                    return residual <= AcceptedResidual || _effort.TakesTheBest
                        ? (ritz.Values[.._count], Combined(ritz.Vectors[.._count]))
                        : null;
                }

                if (isFound && !isConfirmed)
                {
                    isConfirmed = true;
                    kept = Restart(ritz.Values, ritz.Vectors, _count);
                    _basis[kept] = RandomVector(kept);
                    continue;
                }

                kept = Restart(ritz.Values, ritz.Vectors, Math.Min(_capacity - 1, KeptOf(_count, _capacity)));
            }
        }

        private double[][] Combined(double[][] weights)
        {
            double[][] sums = Array.ConvertAll(weights, _ => Room());
            VectorBlock.Combine(_basis, weights, _capacity, sums, _work);
            return sums;
        }

        private double Residual(double last, double[] vector) => Math.Abs(last * vector[_capacity - 1]);

        /// <summary>Keeps the best Ritz vectors and the last step's direction.</summary>
        private int Restart(double[] values, double[][] vectors, int kept)
        {
            double[] direction = _basis[_capacity];
            double[][] best = Combined(vectors[..kept]);
            foreach (double[] vector in _basis.AsSpan(0, _capacity))
            {
                _spare.Push(vector);
            }

            best.CopyTo(_basis, 0);
            _basis[kept] = direction;
            Array.Clear(_projected);
            for (int i = 0; i < kept; i++)
            {
                _projected[(i * _capacity) + i] = values[i];
            }

            return kept;
        }

        /// <summary>
        /// Multiplies vector j, enters its products with all others and adds the rest as the next vector; returns the rest's length.
        /// </summary>
        /// <param name="j">The vector.</param>
        /// <param name="first">The first of the vectors with which the product has parts that are not rounding.</param>
        private double Extend(int j, int first)
        {
            double[] next = Room();
            _matrix.Multiply(_basis[j], next);
            RemoveKnown(next);
            double[] parts = new double[j + 1];
            Remove(next, first, parts);
            double length = VectorBlock.Norm(next);
            double before;
            int passes = 0;
            do
            {
                before = length;
                Remove(next, 0, parts);
                length = VectorBlock.Norm(next);
            }
            while (length < LargestLoss * before && length > Breakdown && ++passes < 3);

            for (int i = 0; i <= j; i++)
            {
                _projected[(i * _capacity) + j] = parts[i];
                _projected[(j * _capacity) + i] = parts[i];
            }

            if (length > Breakdown)
            {
                VectorBlock.Scale(next, 1 / length);
            }
            else
            {
                length = 0;
                next = j + 1 < _capacity ? RandomVector(j + 1) : next;
            }

            _basis[j + 1] = next;
            return length;
        }

        private void Remove(double[] vector, int first, double[] parts)
        {
            double[] removed = VectorBlock.Orthogonalize(vector, _basis, first, parts.Length - first, _work);
            for (int i = 0; i < removed.Length; i++)
            {
                parts[first + i] += removed[i];
            }
        }

        private double[] RandomVector(int count)
        {
            double[] vector = Room();
            uint number = _randomVectors++;
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] = _random.Uniform((uint)i, number, 0) - 0.5;
            }

            for (int pass = 0; pass < 2; pass++)
            {
                RemoveKnown(vector);
                VectorBlock.Orthogonalize(vector, _basis, 0, count, _work);
                VectorBlock.Scale(vector, 1 / VectorBlock.Norm(vector));
            }

            return vector;
        }

        /// <summary>Returns a vector whose numbers are to be written.</summary>
        private double[] Room() => _spare.TryPop(out double[]? vector) ? vector : new double[_matrix.Size];

        private void RemoveKnown(double[] vector)
        {
            if (_known is not null)
            {
                VectorBlock.Orthogonalize(vector, [_known], 0, 1, _work);
            }
        }
    }
}
