using Xunit.Abstractions;
using Xunit.Sdk;

namespace PSLlmCluster.Core.Tests.Support;

/// <summary>
/// A test over files that are too large for the clone and lie in ../shared. Where they do not, there is no such test: nobody who has only
/// the
/// clone could do anything about one that was skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PSLlmCluster.Core.Tests.Support.SharedFactDiscoverer", "PSLlmCluster.Core.Tests")]
internal abstract class SharedFactAttribute(bool isThere) : FactAttribute
{
    /// <summary>Gets a value indicating whether the files are there.</summary>
    public bool IsThere { get; } = isThere;
}

/// <summary>Finds the tests that have their files.</summary>
internal sealed class SharedFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact)
        => fact.GetNamedArgument<bool>(nameof(SharedFactAttribute.IsThere))
            ? [new XunitTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)]
            : [];
}
