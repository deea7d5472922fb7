using System.Text.RegularExpressions;
using PSLlmCluster.Core.Plotting.Page;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Plotting;

public sealed partial class PageSourceTests
{
    [Fact]
    public void Each_module_is_in_the_script_and_no_two_have_a_name_in_common()
    {
        string folder = Path.Combine(Repository.Root, "web", "map");
        string script = PageSource.Own.Script;
        List<string> names = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.js"))
        {
            string[] own = [.. NamePattern().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)];
            Assert.NotEmpty(own);
            Assert.All(own, name => Assert.Matches($@"(?m)^(async )?(function|const|class|let) {Regex.Escape(name)}\b", script));
            names.AddRange(own);
        }

        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void Nothing_of_the_script_ends_its_element_or_imports()
    {
        string script = PageSource.Own.Script;
        Assert.DoesNotContain("</script", script, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<!--", script, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^(import|export) ", script);
        Assert.DoesNotContain("</style", PageSource.Own.Style, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\r', script + PageSource.Own.Style);
    }

    /// <summary>What runs text as a program or as HTML, or asks another machine, is nowhere in the source.</summary>
    [Theory]
    [InlineData(@"\beval\b")]
    [InlineData(@"new Function")]
    [InlineData(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write")]
    [InlineData(@"\bWorker\b|\bfetch\(|XMLHttpRequest|WebSocket|https?:")]
    public void The_script_has_no(string pattern) => Assert.DoesNotMatch(pattern, PageSource.Own.Script);

    [GeneratedRegex(@"^(?:export )?(?:async )?(?:function|const|class|let) ([A-Za-z_][A-Za-z0-9_]*)", RegexOptions.Multiline)]
    private static partial Regex NamePattern();
}
