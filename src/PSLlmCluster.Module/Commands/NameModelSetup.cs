using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Grouping.Naming;

namespace PSLlmCluster.Module.Commands;

/// <summary>Makes of parameters how a language model names clusters, and finds what is wrong with them before any work.</summary>
internal static class NameModelSetup
{
    /// <summary>Returns how clusters are named.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="nameModel">What was bound to -NameModel; null for none.</param>
    /// <param name="nameEndpoint">The servers of -NameEndpoint; null for none.</param>
    /// <param name="context">What was bound to -Context.</param>
    /// <param name="language">What was bound to -Language.</param>
    /// <param name="model">The model of the vectors.</param>
    /// <param name="threadCount">The most threads, or null.</param>
    /// <returns>The options; null where no model is to name.</returns>
    public static ModelNamingOptions? Options(
        CancellableCmdlet cmdlet,
        string? nameModel,
        EndpointOptions? nameEndpoint,
        string? context,
        string? language,
        ModelOptions model,
        int? threadCount = null)
    {
        if (nameEndpoint is not null)
        {
            ParameterRules.Exclude(cmdlet, "NameEndpoint", "One language model makes the names.", "NameModel");
        }

        if (nameModel is not null || nameEndpoint is not null)
        {
            return new ModelNamingOptions
            {
                NameModel = nameEndpoint is null
                    ? new ModelOptions(FilePaths.Resolve(cmdlet, nameModel!), model.Device)
                    : ModelOptions.Of(nameEndpoint),
                Model = model,
                Context = context ?? string.Empty,
                Language = language ?? string.Empty,
                ThreadCount = threadCount,
            };
        }

        if (context is not null || language is not null)
        {
            cmdlet.WriteWarning("-Context and -Language tell a language model what to know; without -NameModel or "
                    + "-NameEndpoint they change nothing.");
        }

        return null;
    }

    /// <summary>Loads both models, so that what is wrong with them ends the cmdlet before any input is read.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="options">How clusters are named.</param>
    /// <param name="isDefault">Whether nobody named the model of the vectors.</param>
    /// <param name="log">Receives the engines' lines.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Check(
        CancellableCmdlet cmdlet,
        ModelNamingOptions options,
        bool isDefault,
        Action<string> log,
        IProgress<StageProgress> progress,
        CancellationToken token)
    {
        _ = cmdlet.RunEngine(
            () =>
            {
                ModelNaming.Check(options, log, progress, token);
                return true;
            },
            options.NameModel.Path);
        _ = cmdlet.RunEngine(
            () =>
            {
                try
                {
                    return ModelCache.Acquire(options.Model, log, progress, token);
                }
                catch (EngineException failure) when (isDefault && failure.Is(EngineErrorIds.OfModelFile))
                {
                    throw DefaultModel.Explained(failure, options.Model.Path, "Model");
                }
            },
            options.Model.Path);
    }
}
