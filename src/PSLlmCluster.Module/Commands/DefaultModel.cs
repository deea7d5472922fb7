using PSLlmCluster.Core;
using PSLlmCluster.Module.Completion;

namespace PSLlmCluster.Module.Commands;

/// <summary>The model that is used where none is named.</summary>
internal static class DefaultModel
{
    /// <summary>Gets its path, as the environment variable has it, or else that of the model that comes with the module.</summary>
    public static string Path
        => Environment.GetEnvironmentVariable(ModelCompleter.DefaultVariable) is { Length: > 0 } path ? path : EngineFiles.DefaultModel;

    /// <summary>Returns the failure to use it, whose recommended action says who named the file, as nobody did in the command.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="path">The full path.</param>
    /// <param name="parameter">The parameter that names another.</param>
    /// <returns>The same failure.</returns>
    public static EngineException Explained(EngineException failure, string path, string parameter)
    {
        string recommendedAction = path == EngineFiles.DefaultModel
            ? "This is the model that comes with the module, whose files are not complete: build or install the module again, or "
                + $"name another model with -{parameter}."
            : $"The environment variable {ModelCompleter.DefaultVariable} names this model: correct it, "
                + $"or name another with -{parameter}.";
        return new EngineException(failure.ErrorId, failure.Kind, failure.Message, recommendedAction, failure);
    }
}
