using PSLlmCluster.Core.Grouping.Naming;

namespace PSLlmCluster.Core.Tests.Grouping.Naming;

public sealed class NameFormTests
{
    [Theory]
    [InlineData("VPN errors", "VPN errors")]
    [InlineData("  \u201CVPN\u00A0errors.\u201D ", "VPN errors")]
    [InlineData("**Printer problems**", "Printer problems")]
    [InlineData(".NET and C#", ".NET and C#")]
    [InlineData("C++", "C++")]
    [InlineData("one two three four five six", "one two three four five six")]
    [InlineData("「経費精算の申請と領収書」", "経費精算の申請と領収書")]
    [InlineData("Sorry notes", "Sorry notes")]
    [InlineData("New York New York", "New York New York")]
    [InlineData("Error 1000000", "Error 1000000")]
    [InlineData("नमस्ते दुनिया", "नमस्ते दुनिया")]
    public void A_name_is_read_without_what_models_put_around_it(string text, string name) => Assert.Equal(name, NameForm.Read(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("\u200B")]
    [InlineData("...")]
    [InlineData("😀")]
    [InlineData("I'm sorry, I can't")]
    [InlineData("I\u2019m sorry")]
    [InlineData("Sorry, no name")]
    [InlineData("As an AI language model")]
    [InlineData("I cannot name this")]
    [InlineData("error error error")]
    [InlineData("ETH-12-12-12-12")]
    [InlineData("aaaaaah")]
    [InlineData("くつくつくつ")]
    [InlineData("broken \uFFFD text")]
    [InlineData("a\u0007b")]
    [InlineData("two\nlines")]
    [InlineData("private \uE000")]
    [InlineData("one two three four five six seven")]
    [InlineData("経費精算の申請と領収書の電子保存と承認者の変更")]
    [InlineData("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft")]
    [InlineData("<|im_end|> name")]
    [InlineData("</think> name")]
    public void What_is_no_name_is_refused(string? text) => Assert.Null(NameForm.Read(text));
}
