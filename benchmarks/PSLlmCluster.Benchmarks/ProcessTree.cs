using System.Globalization;

namespace PSLlmCluster.Benchmarks;

/// <summary>What Linux says of a process and all that come from it.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;

    /// <summary>Returns the processor time that the processes have used so far, in seconds.</summary>
    public static double CpuSeconds(int root) => Of(root).Sum(process => process.Ticks) / TicksPerSecond;

    /// <summary>Returns the memory of the processes in bytes; a page that several have counts once.</summary>
    public static double Pss(int root) => Of(root).Sum(process => PssOf(process.Id));

    private static double PssOf(int process)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process}/smaps_rollup").First(text => text.StartsWith("Pss:", StringComparison.Ordinal));
            return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended.
            return 0;
        }
    }

    private static List<(int Id, double Ticks)> Of(int root)
    {
        Dictionary<int, (int Parent, double Ticks)> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                try
                {
                    // The name, in brackets, may hold blanks.
                    string text = File.ReadAllText(folder + "/stat");
                    string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');

                    // The parent, and its own time and that of children that have ended, in user mode and in the kernel.
                    all[id] = (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(double.Parse));
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }
        }

        List<(int Id, double Ticks)> tree = [];
        foreach (int id in all.Keys)
        {
            int at = id;
            while (at != root && all.TryGetValue(at, out (int Parent, double Ticks) process))
            {
                at = process.Parent;
            }

            if (at == root)
            {
                tree.Add((id, all[id].Ticks));
            }
        }

        return tree;
    }
}
