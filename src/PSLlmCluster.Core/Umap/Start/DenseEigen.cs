namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// All eigenvalues and eigenvectors of a small symmetric matrix: Householder's reduction to three diagonals, then the implicit QL method.
/// </summary>
/// <remarks>
/// Martin, Reinsch and Wilkinson 1968 and Bowdler, Martin, Reinsch and Wilkinson 1968 (EISPACK's tred2 and tql2). Only the four operations
/// and the square root are used, so that the bits are the same everywhere.
/// </remarks>
internal static class DenseEigen
{
    private const int SweepLimit = 60;
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">The matrix, row after row; its numbers are overwritten.</param>
    /// <param name="size">Number of rows.</param>
    /// <returns>The eigenvalues in rising order and the eigenvectors one after the other in the same order, each of length 1; null where
    /// the method does not converge.</returns>
    public static (double[] Values, double[][] Vectors)? Decompose(double[] matrix, int size)
    {
        double[] values = new double[size];
        double[] offDiagonal = new double[size];
        Reduce(matrix, size, values, offDiagonal);

        // From here on the vectors are rows, so that a rotation runs along memory.
        double[][] vectors = new double[size][];
        for (int column = 0; column < size; column++)
        {
            vectors[column] = new double[size];
            for (int row = 0; row < size; row++)
            {
                vectors[column][row] = matrix[(row * size) + column];
            }
        }

        if (!Iterate(values, offDiagonal, vectors))
        {
            return null;
        }

        Array.Sort(values, vectors);
        return (values, vectors);
    }

    private static void Reduce(double[] z, int n, double[] d, double[] e)
    {
        for (int i = n - 1; i > 0; i--)
        {
            Span<double> rowI = z.AsSpan(i * n, n);
            int last = i - 1;
            double h = 0;
            double scale = 0;
            for (int k = 0; k <= last; k++)
            {
                scale += Math.Abs(rowI[k]);
            }

            if (last == 0 || scale == 0)
            {
                e[i] = rowI[last];
                d[i] = 0;
                continue;
            }

            for (int k = 0; k <= last; k++)
            {
                rowI[k] /= scale;
                h += rowI[k] * rowI[k];
            }

            double f = rowI[last];
            double g = f >= 0 ? -Math.Sqrt(h) : Math.Sqrt(h);
            e[i] = scale * g;
            h -= f * g;
            rowI[last] = f - g;
            f = 0;
            for (int j = 0; j <= last; j++)
            {
                z[(j * n) + i] = rowI[j] / h;
                g = 0;
                for (int k = 0; k <= j; k++)
                {
                    g += z[(j * n) + k] * rowI[k];
                }

                for (int k = j + 1; k <= last; k++)
                {
                    g += z[(k * n) + j] * rowI[k];
                }

                e[j] = g / h;
                f += e[j] * rowI[j];
            }

            double half = f / (h + h);
            for (int j = 0; j <= last; j++)
            {
                f = rowI[j];
                e[j] = g = e[j] - (half * f);
                Span<double> rowJ = z.AsSpan(j * n, j + 1);
                for (int k = 0; k <= j; k++)
                {
                    rowJ[k] -= (f * e[k]) + (g * rowI[k]);
                }
            }

            d[i] = h;
        }

        d[0] = 0;
        e[0] = 0;
        for (int i = 0; i < n; i++)
        {
            Accumulate(z, n, i, d[i] != 0);
            d[i] = z[(i * n) + i];
            z[(i * n) + i] = 1;
            for (int j = 0; j < i; j++)
            {
                z[(j * n) + i] = 0;
                z[(i * n) + j] = 0;
            }
        }
    }

    private static void Accumulate(double[] z, int n, int i, bool isReflected)
    {
        if (!isReflected)
        {
            return;
        }

        for (int j = 0; j < i; j++)
        {
            double g = 0;
            for (int k = 0; k < i; k++)
            {
                g += z[(i * n) + k] * z[(k * n) + j];
            }

            for (int k = 0; k < i; k++)
            {
                z[(k * n) + j] -= g * z[(k * n) + i];
            }
        }
    }

    private static bool Iterate(double[] d, double[] e, double[][] vectors)
    {
        int n = d.Length;
        for (int i = 1; i < n; i++)
        {
            e[i - 1] = e[i];
        }

        if (n > 0)
        {
            e[n - 1] = 0;
        }

        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > Epsilon * (Math.Abs(d[m]) + Math.Abs(d[m + 1])))
                {
                    m++;
                }

                if (m == l)
                {
                    break;
                }

                if (sweep == SweepLimit)
                {
                    return false;
                }

                Sweep(d, e, vectors, l, m);
            }
        }

        return true;
    }

    private static void Sweep(double[] d, double[] e, double[][] vectors, int l, int m)
    {
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        double r = Length(g, 1);
        g = d[m] - d[l] + (e[l] / (g + (g >= 0 ? r : -r)));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = s * e[i];
            double b = c * e[i];
            r = Length(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (2 * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            Rotate(vectors[i], vectors[i + 1], c, s);
        }

        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    private static void Rotate(double[] first, double[] second, double c, double s)
    {
        for (int k = 0; k < first.Length; k++)
        {
            double f = second[k];
            second[k] = (s * first[k]) + (c * f);
            first[k] = (c * first[k]) - (s * f);
        }
    }

    private static double Length(double a, double b)
    {
        double large = Math.Max(Math.Abs(a), Math.Abs(b));
        if (large == 0)
        {
            return 0;
        }

        double ratio = Math.Min(Math.Abs(a), Math.Abs(b)) / large;
        return large * Math.Sqrt(1 + (ratio * ratio));
    }
}
