namespace PSLlmCluster.Core.Generation;

/// <summary>
/// Reads a grammar as llama.cpp's parser does (llama-grammar.cpp, llama_grammar_parser), and refuses what that one cannot bear. llama.cpp
/// reports a grammar that it cannot read on the process' standard error; and some that it can read overflow its stack (brackets or rules
/// within one another), take all memory ({5,2}; left recursion by way of a rule that may be empty, which it does not see) or more time than
/// there is (rules that begin with one another twice each). Elements that name tokens are refused, since what they mean depends on the
/// model.
/// </summary>
internal sealed class GrammarCheck
{
    private const int MostCharacters = 1 << 16;
    private const int MostDepth = 32;
    private const int MostRules = 500;
    private const int MostElements = 100_000;

    private readonly GrammarText _text;
    private readonly Dictionary<string, GrammarNode> _rules = new(StringComparer.Ordinal);
    private readonly List<(string Name, int Position)> _references = [];
    private int _depth;

    private GrammarCheck(string text) => _text = new GrammarText(text);

    /// <summary>Checks a grammar.</summary>
    /// <param name="grammar">Its text.</param>
    /// <exception cref="EngineException">It cannot be used; the message says what is wrong, and where.</exception>
    public static void Validate(string grammar)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        if (grammar.Length > MostCharacters)
        {
            throw GrammarError.Because($"it has {grammar.Length:N0} characters, and may have {MostCharacters:N0}");
        }

        if (grammar.Contains('\0', StringComparison.Ordinal) || !Utf8Text.IsWellFormed(grammar))
        {
            throw GrammarError.Because("it has a NUL character or half a surrogate pair in it");
        }

        GrammarCheck check = new(grammar);
        check.ReadRules();
        GrammarRules.Validate(check._rules);
    }

    private void ReadRules()
    {
        _text.SkipSpace(acrossLines: true);
        while (!_text.IsAtEnd)
        {
            string name = _text.ReadName();
            _text.SkipSpace(acrossLines: false);
            if (_text.Current != ':' || _text.Peek(1) != ':' || _text.Peek(2) != '=')
            {
                throw _text.Wrong("::= is missing");
            }

            _text.Skip(3);
            _text.SkipSpace(acrossLines: true);
            _rules[name] = ReadAlternatives(isNested: false);
            if (_rules.Count > MostRules)
            {
                throw GrammarError.Because($"it has more than {MostRules} rules");
            }

            if (!_text.IsAtEnd && _text.Current is not ('\r' or '\n'))
            {
                throw _text.Wrong($"'{_text.Current}' cannot stand here");
            }

            _text.SkipSpace(acrossLines: true);
        }

        foreach ((string name, int position) in _references)
        {
            if (!_rules.ContainsKey(name))
            {
                throw _text.Wrong($"there is no rule named {name}", position);
            }
        }

        if (!_rules.ContainsKey("root"))
        {
            throw GrammarError.Because("it has no rule named root");
        }
    }

    private GrammarNode ReadAlternatives(bool isNested)
    {
        List<GrammarNode> alternatives = [ReadSequence(isNested)];
        while (_text.Current == '|')
        {
            _text.Skip();
            _text.SkipSpace(acrossLines: true);
            alternatives.Add(ReadSequence(isNested));
        }

        return new GrammarNode(GrammarNodeKind.Choice, alternatives);
    }

    private GrammarNode ReadSequence(bool isNested)
    {
        List<GrammarNode> items = [];
        while (true)
        {
            switch (_text.Current)
            {
                case '"':
                    items.Add(ReadLiteral());
                    break;
                case '[':
                    items.Add(ReadClass());
                    break;
                case '.':
                    _text.Skip();
                    items.Add(GrammarNode.Characters(1));
                    break;
                case '(':
                    items.Add(ReadGroup());
                    break;
                case '*' or '+' or '?' or '{':
                    Repeat(items, isNested);
                    break;
                case '<' or '!':
                    throw _text.Wrong("an element that names a token is not allowed");
                case var character when GrammarText.IsWord(character):
                    _references.Add((_text.ReadName(), _text.Position));
                    items.Add(new GrammarNode(GrammarNodeKind.Reference, [], _references[^1].Name));
                    break;
                default:
                    return new GrammarNode(GrammarNodeKind.Sequence, items);
            }

            _text.SkipSpace(isNested);
        }
    }

    private GrammarNode ReadGroup()
    {
        if (++_depth > MostDepth)
        {
            throw _text.Wrong($"more than {MostDepth} brackets lie within one another");
        }

        _text.Skip();
        _text.SkipSpace(acrossLines: true);
        GrammarNode group = ReadAlternatives(isNested: true);
        if (_text.Current != ')')
        {
            throw _text.Wrong("a closing bracket is missing");
        }

        _text.Skip();
        _depth--;
        return group;
    }

    private GrammarNode ReadLiteral()
    {
        _text.Skip();
        int count = 0;
        for (; _text.Current != '"'; count++)
        {
            _text.ReadCharacter();
        }

        _text.Skip();
        return count == 0 ? new GrammarNode(GrammarNodeKind.Sequence, []) : GrammarNode.Characters(count);
    }

    private GrammarNode ReadClass()
    {
        _text.Skip();
        if (_text.Current == '^')
        {
            _text.Skip();
        }

        int count = 0;
        for (; _text.Current != ']'; count++)
        {
            _text.ReadCharacter();
            if (_text.Current == '-' && _text.Peek(1) is not (']' or '\0'))
            {
                _text.Skip();
                _text.ReadCharacter();
            }
        }

        _text.Skip();
        return count == 0 ? throw _text.Wrong("a class of no characters") : GrammarNode.Characters(2 * count);
    }

    private void Repeat(List<GrammarNode> items, bool isNested)
    {
        // An item that is a sequence is a literal of no characters: a group is a choice.
        if (items.Count == 0 || items[^1].Kind is GrammarNodeKind.Repetition or GrammarNodeKind.Sequence)
        {
            throw _text.Wrong("there is nothing to repeat, or it is repeated already");
        }

        int least = _text.Current == '+' ? 1 : 0;
        int most = _text.Current == '?' ? 1 : int.MaxValue;
        bool hasBounds = _text.Current == '{';
        _text.Skip();
        if (hasBounds)
        {
            _text.SkipSpace(isNested);
            least = _text.ReadCount();
            most = least;
            _text.SkipSpace(isNested);
            if (_text.Current == ',')
            {
                _text.Skip();
                _text.SkipSpace(isNested);
                most = char.IsAsciiDigit(_text.Current) ? _text.ReadCount() : int.MaxValue;
                _text.SkipSpace(isNested);
            }

            if (_text.Current != '}')
            {
                throw _text.Wrong("a closing brace is missing");
            }

            _text.Skip();
        }

        if (most < least)
        {
            throw _text.Wrong($"at least {least} and at most {most} times cannot be");
        }

        // llama.cpp writes the part out as often as it may stand, and a rule for each time that it need not.
        int times = most == int.MaxValue ? Math.Max(least, 1) : Math.Max(most, 1);
        if ((long)items[^1].Symbols * times > GrammarText.MostRepetitions || (long)items[^1].Length * times > MostElements)
        {
            throw _text.Wrong("the repetitions come to too much");
        }

        items[^1] = new GrammarNode(GrammarNodeKind.Repetition, [items[^1]], Least: least, Most: most);
    }
}
