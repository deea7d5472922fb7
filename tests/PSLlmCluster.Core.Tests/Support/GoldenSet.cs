using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace PSLlmCluster.Core.Tests.Support;

/// <summary>A folder of reference results: all of it where it lies beside the checkout, otherwise the chosen part in Data.</summary>
internal sealed class GoldenSet
{
    private readonly string? _folder;
    private readonly ZipArchive? _archive;

    private GoldenSet(string name)
    {
        _folder = Repository.Shared("goldens", name);
        if (_folder is null)
        {
            _archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", name + ".zip"));
        }
    }

    public static GoldenSet Umap { get; } = new("umap");

    public static GoldenSet Hdbscan { get; } = new("hdbscan");

    /// <summary>Gets the layers; its cases lie beside one another, over the data of <see cref="Hdbscan"/>.</summary>
    public static GoldenSet Layers { get; } = new("layers");

    public static GoldenSet Embedding { get; } = new("embedding");

    public static GoldenSet Tokenizing { get; } = new("tokenizing");

    /// <summary>Returns the ids of all cases that are there, in ordinal order.</summary>
    /// <param name="folder">Where they are: a name with a slash after it, or nothing.</param>
    public IReadOnlyList<string> CaseIds(string folder = "cases/")
    {
        IEnumerable<string> names = _folder is not null
            ? Directory.EnumerateFiles(Path.Combine(_folder, folder), "*.json").Select(file => Path.GetFileName(file))
            : _archive!.Entries.Where(
                entry => entry.FullName == folder + entry.Name
                    && entry.Name.EndsWith(".json", StringComparison.Ordinal)).Select(entry => entry.Name);
        return [.. names.Select(name => name[..^".json".Length]).Order(StringComparer.Ordinal)];
    }

    public JsonElement Json(string path) => JsonDocument.Parse(Bytes(path)).RootElement;

    public GoldenFile Case(string id) => File("cases/" + id);

    public GoldenFile Data(string name) => File("data/" + name);

    public byte[] Bytes(string path)
    {
        if (_folder is not null)
        {
            return System.IO.File.ReadAllBytes(Path.Combine(_folder, path));
        }

        // ZipArchive serves one reader at a time, and tests run side by side.
        lock (_archive!)
        {
            ZipArchiveEntry entry = _archive.GetEntry(path)
                ?? throw new FileNotFoundException($"{path} is not among the reference results in Data.");
            using Stream stream = entry.Open();
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
    }

    private GoldenFile File(string path) => new(Json(path + ".json"), Bytes(path + ".bin"));
}

/// <summary>One JSON file and the arrays in the .bin beside it.</summary>
internal sealed class GoldenFile(JsonElement json, byte[] binary)
{
    public JsonElement Json { get; } = json;

    public bool Has(string array)
        => Json.GetProperty("arrays").EnumerateArray().Any(entry => entry.GetProperty("name").GetString() == array);

    public int[] Shape(string array) => [.. Find(array).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    public float[] Floats(string array) => Read<float>(array, "f4", "float32");

    public double[] Doubles(string array) => Read<double>(array, "f8", "float64");

    public int[] Ints(string array) => Read<int>(array, "i4", "int32");

    /// <summary>Reads an array of any element type as doubles.</summary>
    public double[] Numbers(string array)
    {
        string type = Find(array).GetProperty("dtype").GetString()!.TrimStart('<', '|', '=');
        return type switch
        {
            "f4" or "float32" => Array.ConvertAll(Floats(array), value => (double)value),
            "i4" or "int32" => Array.ConvertAll(Ints(array), value => (double)value),
            "u1" or "uint8" or "bool" or "b1" => Array.ConvertAll(Read<byte>(array, type), value => (double)value),
            "i8" or "int64" => Array.ConvertAll(Read<long>(array, type), value => (double)value),
            _ => Doubles(array),
        };
    }

    /// <summary>Reads a number that may be written as the string NaN, Infinity or -Infinity.</summary>
    public static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch { "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => double.NaN }
        : value.GetDouble();

    private JsonElement Find(string array)
        => Json.GetProperty("arrays").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == array);

    private T[] Read<T>(string array, params string[] types)
        where T : unmanaged
    {
        JsonElement entry = Find(array);
        string type = entry.GetProperty("dtype").GetString()!.TrimStart('<', '|', '=');
        if (!types.Contains(type))
        {
            throw new InvalidDataException($"{array} holds {type}, not {string.Join(" or ", types)}.");
        }

        int length = entry.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32());
        return MemoryMarshal.Cast<byte, T>(binary.AsSpan(entry.GetProperty("offset").GetInt32()))[..length].ToArray();
    }
}
