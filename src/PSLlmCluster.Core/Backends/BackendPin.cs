using System.Text.Json;

namespace PSLlmCluster.Core.Backends;

/// <summary>
/// The one package that a GPU backend is taken from, by name, version and hash. The pins are the lock files that the build itself fetches
/// by (native/NAME/package-lock.json), which it stages as native/pins/NAME.json; so there is one source for both.
/// </summary>
/// <param name="Package">The package's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Integrity">The hash of its archive as npm writes it: sha512- and base64.</param>
internal sealed record BackendPin(string Package, string Version, string Integrity)
{
    private const string Sha512 = "sha512-";

    /// <summary>Gets the hash's bytes.</summary>
    public byte[] Hash => Convert.FromBase64String(Integrity[Sha512.Length..]);

    /// <summary>Reads the pin of a backend.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="platform">The platform, linux-x64.</param>
    /// <param name="folder">The folder of the pins; null for the module's.</param>
    /// <returns>The pin.</returns>
    /// <exception cref="EngineException">The pins are not there, or there is no such backend for the platform.</exception>
    public static BackendPin Read(GpuBackend backend, string platform, string? folder = null)
    {
        string path = Path.Combine(folder ?? Path.Combine(EngineFiles.NativeFolder, "pins"), backend.Folder + ".json");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement packages = document.RootElement.GetProperty("packages");
            if (!packages.TryGetProperty(platform, out JsonElement workspace))
            {
                throw NotForPlatform(backend, platform);
            }

            JsonProperty dependency = workspace.GetProperty("dependencies").EnumerateObject().Single();
            JsonElement package = packages.GetProperty("node_modules/" + dependency.Name);
            string integrity = package.GetProperty("integrity").GetString() ?? string.Empty;
            BackendPin pin = new(dependency.Name, package.GetProperty("version").GetString() ?? string.Empty, integrity);
            return integrity.StartsWith(Sha512, StringComparison.Ordinal) && pin.Hash.Length == 64
                ? pin
                : throw new FormatException($"its hash is {integrity}");
        }
        catch (Exception failure) when (failure
            is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException
                or FormatException)
        {
            throw new EngineException(
                EngineErrorIds.BackendPinsMissing,
                FailureKind.NotInstalled,
                $"{path}, which says what package the backend {backend.Name} is, cannot be read: {failure.Message}",
                "Install the module again, whole; or build it from its repository with the backend (-Backend of build.ps1).",
                failure);
        }
    }

    private static EngineException NotForPlatform(GpuBackend backend, string platform) => new(
        EngineErrorIds.BackendNotForPlatform,
        FailureKind.NotSupported,
        $"There is no backend {backend.Name} for {platform}.",
        platform.StartsWith("osx", StringComparison.Ordinal)
            ? "On macOS nothing is needed: Metal comes with the module for Apple's processors."
            : $"The backends are for {string.Join(" and ", GpuBackend.Platforms)}. Use the CPU.");
}
