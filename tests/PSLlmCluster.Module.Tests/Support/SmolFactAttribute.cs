using Xunit.Abstractions;
using Xunit.Sdk;

namespace PSLlmCluster.Module.Tests.Support;

/// <summary>
/// A test that needs SmolLM2, a model of 98 MB that lies beside the checkout, and llama.cpp to run it. Without the model there is no such
/// test.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PSLlmCluster.Module.Tests.Support.SmolFactDiscoverer", "PSLlmCluster.Module.Tests")]
internal sealed class SmolFactAttribute : FactAttribute
{
    public SmolFactAttribute() => Skip = NodePackages.WithoutLlama;

    /// <summary>Gets the model's path; null where it is not there.</summary>
    public static string? Smol { get; } = Find();

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "models", "SmolLM2-135M-Instruct.Q4_1.gguf");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}

/// <summary>Finds the tests that have the model.</summary>
internal sealed class SmolFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact)
        => SmolFactAttribute.Smol is null
            ? []
            : [new XunitTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)];
}
