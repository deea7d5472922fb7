namespace PSLlmCluster.Core;

/// <summary>Where the files lie that ship beside the engine: models, llama.cpp's libraries, the plotting bundle.</summary>
public static class EngineFiles
{
    /// <summary>The name of the model that is used where none is named.</summary>
    public const string DefaultModelName = "all-MiniLM-L6-v2.Q8_0.gguf";

    /// <summary>Gets the module's folder. The engine lies in a folder of its own below it.</summary>
    public static string Root { get; internal set; } = Path.GetDirectoryName(Path.GetDirectoryName(typeof(EngineFiles).Assembly.Location))
        ?? AppContext.BaseDirectory;

    /// <summary>Gets the folder of llama.cpp's libraries, one folder for each platform in it.</summary>
    public static string NativeFolder => Path.Combine(Root, "native");

    /// <summary>Gets the folder of what an HTML page carries.</summary>
    public static string WebFolder => Path.Combine(Root, "web");

    /// <summary>Gets the folder of the models that ship with the module.</summary>
    public static string ModelsFolder => Path.Combine(Root, "models");

    /// <summary>Gets the path of the model that ships with the module.</summary>
    public static string DefaultModel => Path.Combine(ModelsFolder, DefaultModelName);
}
