using System.Net;
using PSLlmCluster.Core.Endpoints;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>Which servers are asked by way of a proxy.</summary>
public sealed class OtherMachinesProxyTests
{
    private static readonly OtherMachinesProxy _proxy = new(new WebProxy("http://proxy:3128", false, ["http://near"]));

    [Theory]
    [InlineData("http://localhost:8080/v1")]
    [InlineData("http://127.0.0.1:8080/v1")]
    [InlineData("http://[::1]:8080/v1")]
    [InlineData("http://near/v1")]
    public void This_machine_and_what_the_proxy_leaves_out_are_asked_directly(string address)
    {
        Assert.True(_proxy.IsBypassed(new Uri(address)));
        Assert.Null(_proxy.GetProxy(new Uri(address)));
    }

    [Fact]
    public void Other_machines_are_asked_by_way_of_the_proxy()
    {
        Uri address = new("https://far.example/v1");
        Assert.False(_proxy.IsBypassed(address));
        Assert.Equal("http://proxy:3128/", _proxy.GetProxy(address)!.AbsoluteUri);
    }
}
