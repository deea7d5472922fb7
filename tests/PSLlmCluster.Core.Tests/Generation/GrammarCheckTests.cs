using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Tests.Generation;

/// <summary>Grammars that are refused before llama.cpp sees them, and those that are not.</summary>
public sealed class GrammarCheckTests
{
    public static TheoryData<string> Sound =>
    [
        "root ::= \"a\"",
        "root ::= word (\" \" word){0,5}\nword ::= [^ \\n\"\\x00-\\x1F]+",
        "# words\r\nroot ::=\n  item* | (item\n  | \"x\")? # end\nitem ::= [a-z-] . \"\\u3042\" [\\]\\-] \"\"",
        "root ::= \"a\"{3} \"b\"{2,} \"c\"{0,0}",
        "root ::= \"(\" root \")\" | \"x\"",
        "root ::= (\"a\"?)* \"b\"",
        "root ::= \"日本\" [一-龠]{1,20}",
    ];

    public static TheoryData<string, string> Unsound => new()
    {
        { "", "no rule named root" },
        { "start ::= \"a\"", "no rule named root" },
        { "root ::= other", "line 1, character 15: there is no rule named other" },
        { "root = \"a\"", "line 1, character 6: ::= is missing" },
        { "root ::= \"a", "it ends in the middle" },
        { "root ::= [a", "it ends in the middle" },
        { "root ::= []", "a class of no characters" },
        { "root ::= (\"a\"", "a closing bracket is missing" },
        { "root ::= \"a\")", "')' cannot stand here" },
        { "root ::= * \"a\"", "nothing to repeat" },
        { "root ::= \"a\"**", "repeated already" },
        { "root ::= \"a\"{5,2}", "at least 5 and at most 2" },
        { "root ::= \"a\"{99999999999999999999}", "a number from 0 to 2000" },
        { "root ::= \"a\"{2", "a closing brace" },
        { "root ::= ((\"a\"{0,100}){0,100}){0,100}", "repetitions come to too much" },
        { "root ::= \"\\q\"", "an escape that does not exist" },
        { "root ::= \"\\x0\"", "2 hexadecimal digits" },
        { "root ::= \"\\u00g0\"", "4 hexadecimal digits" },
        { "root ::= \"\\U00110000\"", "8 hexadecimal digits" },
        { "root ::= <[5]>", "names a token" },
        { "root ::= !<think>", "names a token" },
        { "root ::= \"a\0b\"", "NUL" },
        { "root ::= root \"a\" | \"b\"", "the rule root begins with itself" },
        { "root ::= empty root \"x\" | \"y\"\nempty ::= none\nnone ::= \"\"", "the rule root begins with itself" },
        { "root ::= a\na ::= b \"x\"\nb ::= \"c\"? a", "begins with itself" },
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public void Sound_grammars_pass(string grammar) => GrammarCheck.Validate(grammar);

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Others_are_errors_that_say_what_is_wrong(string grammar, string reason)
    {
        EngineException failure = Assert.Throws<EngineException>(() => GrammarCheck.Validate(grammar));
        Assert.Equal("GrammarInvalid", failure.ErrorId);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_overflow_a_stack_or_take_for_ever_is_refused()
    {
        string brackets = "root ::= " + new string('(', 5000) + "\"a\"" + new string(')', 5000);
        string doubling = "root ::= r0\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"r{i} ::= r{i + 1} \"a\" | r{i + 1} \"b\"\n")) + "r40 ::= \"c\"";
        string many = string.Concat(Enumerable.Range(0, 501).Select(i => $"r{i} ::= \"a\"\n")) + "root ::= r0";
        string repeated = "root ::= \"" + new string('a', 1000) + "\"{2000}";
        foreach (string grammar in (string[])[brackets, doubling, many, repeated, new string(' ', 70_000), "root ::= \"\uD800\""])
        {
            Assert.Equal("GrammarInvalid", Assert.Throws<EngineException>(() => GrammarCheck.Validate(grammar)).ErrorId);
        }
    }

    [Fact]
    public void Allowed_texts_become_a_sound_grammar()
    {
        string grammar = AllowedTextGrammar.Of(["a \"quoted\" \\ name", "two\nlines\t", "日本", "", "a\u007F", "日本"]);
        Assert.Equal("root ::= \"a \\\"quoted\\\" \\\\ name\" | \"two\\x0Alines\\x09\" | \"日本\" | \"\" | \"a\\x7F\"", grammar);
        GrammarCheck.Validate(grammar);
    }
}
