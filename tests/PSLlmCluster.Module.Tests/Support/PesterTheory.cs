using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>A theory over what Pester says of its tests: what Pester skipped is skipped here, with Pester's reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PSLlmCluster.Module.Tests.Support.PesterDiscoverer", "PSLlmCluster.Module.Tests")]
internal sealed class PesterTheoryAttribute : TheoryAttribute;

/// <summary>Finds such a theory, whose tests are known when it runs.</summary>
internal sealed class PesterDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo theory)
        => [new PesterTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)];
}

/// <summary>The theory as xunit runs it.</summary>
internal sealed class PesterTestCase : XunitTheoryTestCase
{
    [Obsolete("Called by xunit where a test case comes from another process.")]
    public PesterTestCase()
    {
    }

    public PesterTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod method)
        : base(messages, display, displayOptions, method)
    {
    }

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
        => new Runner(this, diagnosticMessageSink, messageBus, constructorArguments, aggregator, cancellationTokenSource).RunAsync();

    private sealed class Runner(
        IXunitTestCase test,
        IMessageSink messages,
        IMessageBus bus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation)
        : XunitTheoryTestCaseRunner(
            test, test.DisplayName, test.SkipReason, constructorArguments, messages, bus, aggregator, cancellation)
    {
        protected override XunitTestRunner CreateTestRunner(
            ITest test,
            IMessageBus messageBus,
            Type testClass,
            object[] constructorArguments,
            MethodInfo testMethod,
            object[] testMethodArguments,
            string skipReason,
            IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
            ExceptionAggregator aggregator,
            CancellationTokenSource cancellationTokenSource)
            => base.CreateTestRunner(
                test,
                messageBus,
                testClass,
                constructorArguments,
                testMethod,
                testMethodArguments,
                testMethodArguments is [PesterTest { Result: "Skipped" } skipped] ? skipped.Message : skipReason,
                beforeAfterAttributes,
                aggregator,
                cancellationTokenSource);
    }
}
