using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Net;
using System.Security;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Makes of parameters which servers are asked, and finds what is wrong with them before any work.</summary>
internal static class EndpointSetup
{
    /// <summary>The seconds that a try of a request may take where nothing else is asked for.</summary>
    public const int UsualTimeout = 120;

    /// <summary>The requests that a server has at a time where nothing else is asked for.</summary>
    public const int UsualConcurrency = 4;

    /// <summary>What -Endpoint and -NameEndpoint are, for messages.</summary>
    public const string Address = "the address of the server, such as http://localhost:8080";

    private const string KeyVariable = "PSLLMCLUSTER_API_KEY";
    private const string NameKeyVariable = "PSLLMCLUSTER_NAME_API_KEY";

    /// <summary>Returns the servers that some parameters name.</summary>
    /// <param name="cmdlet">The cmdlet, which an error ends.</param>
    /// <param name="prefix">What the parameters' names begin with, before Endpoint, EndpointModel and ApiKey.</param>
    /// <param name="addresses">What was bound to -Endpoint.</param>
    /// <param name="model">What was bound to -EndpointModel.</param>
    /// <param name="key">What was bound to -ApiKey.</param>
    /// <param name="manner">How they are asked; addresses, model and key are put in.</param>
    /// <returns>The servers; null where none are named.</returns>
    public static EndpointOptions? Options(
        CancellableCmdlet cmdlet, string prefix, Uri[]? addresses, string? model, object? key, EndpointOptions manner)
    {
        (string endpoint, string modelName, string keyName) = (prefix + "Endpoint", prefix + "EndpointModel", prefix + "ApiKey");
        bool keyIsGiven = cmdlet.MyInvocation.BoundParameters.ContainsKey(keyName);
        if (addresses is null)
        {
            return model is null && !keyIsGiven
                ? null
                : throw Missing(cmdlet, model is null ? keyName : modelName, "-" + endpoint, Address);
        }

        if (model is null)
        {
            throw Missing(cmdlet, endpoint, "-" + modelName, "the name that the server knows the model by");
        }

        string variable = prefix.Length == 0 ? KeyVariable : NameKeyVariable;
        return manner with
        {
            Addresses = addresses,
            Model = model,
            Key = keyIsGiven ? KeyOf(cmdlet, keyName, key) : KeyOf(Environment.GetEnvironmentVariable(variable)),
            KeyParameter = keyName,
        };
    }

    /// <summary>Refuses a parameter that makes no sense without another one.</summary>
    /// <param name="cmdlet">The cmdlet, which the error ends.</param>
    /// <param name="given">The name of the parameter.</param>
    /// <param name="missing">The other one, or several, as they are written.</param>
    /// <param name="what">What the other one is.</param>
    /// <returns>The failure, for the compiler: it is thrown before.</returns>
    public static EngineException Missing(CancellableCmdlet cmdlet, string given, string missing, string what)
    {
        EngineException failure = new(
            ErrorIds.ParameterMissing,
            FailureKind.InvalidArgument,
            $"-{given} needs {missing}: {what}.",
            $"Give {missing} too, or leave -{given} out.");
        cmdlet.ThrowTerminatingError(ErrorRecords.From(failure, null));
        return failure;
    }

    private static EndpointKey? KeyOf(string? key) => string.IsNullOrEmpty(key) ? null : new EndpointKey(_ => key, canChange: false);

    private static EndpointKey? KeyOf(CancellableCmdlet cmdlet, string parameter, object? key)
    {
        object? value = key is PSObject wrapped ? wrapped.BaseObject : key;
        switch (value)
        {
            case null:
                return null;
            case SecureString secret:
                return new EndpointKey(_ => Revealed(secret), canChange: false);
            case ScriptBlock script:
                return new EndpointKey(token => cmdlet.OnPipeline(() => Run(script, parameter), token), canChange: true);
            default:
                cmdlet.ThrowTerminatingError(ErrorRecords.From(
                    new EngineException(
                        EngineErrorIds.EndpointKeyInvalid,
                        FailureKind.InvalidArgument,
                        $"-{parameter} takes a SecureString or a script block, and was given something else. As plain text a key would be "
                            + "in the session's history.",
                        $"Give -{parameter} (Read-Host -AsSecureString), or a script block such as {{ Get-Secret name }}."),
                    null));
                return null;
        }
    }

    private static string? Run(ScriptBlock script, string parameter)
    {
        Collection<PSObject> output;
        try
        {
            output = script.Invoke();
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw new EngineException(
                EngineErrorIds.EndpointKeyInvalid,
                FailureKind.InvalidArgument,
                $"The script block of -{parameter} failed: {failure.Message}",
                "Run it by itself to see why.");
        }

        return output.LastOrDefault()?.BaseObject switch
        {
            SecureString secret => Revealed(secret),
            string text => text,
            _ => throw new EngineException(
                EngineErrorIds.EndpointKeyInvalid,
                FailureKind.InvalidArgument,
                $"The script block of -{parameter} returns neither a string nor a SecureString.",
                "Have it return the key, and nothing else."),
        };
    }

    private static string Revealed(SecureString secret) => new NetworkCredential(string.Empty, secret).Password;
}
