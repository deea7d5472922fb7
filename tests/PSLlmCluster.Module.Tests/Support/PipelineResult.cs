using System.Management.Automation;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>All that a script wrote.</summary>
internal sealed record PipelineResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    ErrorRecord? Terminating,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<ProgressRecord> Progress)
{
    public IEnumerable<ErrorRecord> AllErrors => Terminating is null ? Errors : [.. Errors, Terminating];

    public static PipelineResult Of(PowerShell shell)
    {
        List<PSObject> output = [];
        ErrorRecord? terminating = null;
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException problem)
        {
            terminating = problem.ErrorRecord;
        }

        return new PipelineResult(
            output,
            [.. shell.Streams.Error],
            terminating,
            [.. shell.Streams.Warning.Select(warning => warning.Message)],
            [.. shell.Streams.Verbose.Select(line => line.Message)],
            [.. shell.Streams.Progress]);
    }

    /// <summary>Asserts that there was no error, and returns the output.</summary>
    public IReadOnlyList<PSObject> Clean()
    {
        Assert.Empty(AllErrors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"));
        return Output;
    }

    /// <summary>Asserts that the script ended with an error of a cmdlet of the module.</summary>
    public ErrorRecord EndedWith(string id, ErrorCategory category, string cmdlet)
    {
        Assert.NotNull(Terminating);
        return Terminating.HasId(id, category, cmdlet);
    }
}

/// <summary>What is asserted of errors and results.</summary>
internal static class Assertions
{
    public static ErrorRecord HasId(this ErrorRecord error, string id, ErrorCategory category, string cmdlet)
    {
        Assert.Equal($"{id},PSLlmCluster.Module.Commands.{cmdlet}Command", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails?.RecommendedAction), $"{id} names no cure.");
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails.Message));
        return error;
    }

    /// <summary>A property's value, taken out of PowerShell's wrapping.</summary>
    public static T Value<T>(this PSObject record, string property)
    {
        object? value = record.Properties[property]?.Value;
        return (T)(value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value)!;
    }

    public static IEnumerable<T> Values<T>(this IEnumerable<PSObject> records, string property)
        => records.Select(record => record.Value<T>(property));
}
