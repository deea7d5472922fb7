using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Fuzz;

// PSLlmCluster.Fuzz read|load COUNT FIRST-SEED MODEL.gguf …: that many broken files, shared among the models; each is read, or loaded whole
// and run with a text.
if (args.Length < 4 || args[0] is not ("read" or "load"))
{
    Console.Error.WriteLine("Usage: PSLlmCluster.Fuzz read|load COUNT FIRST-SEED MODEL.gguf ...");
    return 2;
}

int count = int.Parse(args[1], CultureInfo.InvariantCulture) / (args.Length - 3);
int first = int.Parse(args[2], CultureInfo.InvariantCulture);
int failures = 0;
foreach (string path in args[3..])
{
    byte[] file = File.ReadAllBytes(path);
    long largestTensor = Math.Max(file.Length / 50, 1 << 20);
    long started = Stopwatch.GetTimestamp();
    FuzzReport report = ModelFuzz.Run(
        file, Enumerable.Range(first, count), args[0] == "load" ? WholeLoad.Of : stream => WholeRead.Of(stream, largestTensor));
    double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    Console.WriteLine($"{path}: {report.Cases:N0} files in {seconds:N0} s, {report.Loaded:N0} loaded");
    foreach ((string errorId, int times) in report.ErrorIds)
    {
        Console.WriteLine($"  {errorId}: {times:N0}");
    }

    Console.WriteLine(
        $"  allocated at most {report.MostAllocated:N2} of the file's length; slowest {report.Slowest.TotalMilliseconds:N0} ms; "
            + $"{report.Failures.Count:N0} failures");
    foreach (string failure in report.Failures.Take(20))
    {
        Console.WriteLine("  " + failure);
    }

    failures += report.Failures.Count;
}

using Process process = Process.GetCurrentProcess();
Console.WriteLine($"peak of memory: {process.PeakWorkingSet64 >> 20:N0} MiB");
return failures == 0 ? 0 : 1;
