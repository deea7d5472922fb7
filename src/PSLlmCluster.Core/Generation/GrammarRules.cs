namespace PSLlmCluster.Core.Generation;

/// <summary>What a part of a grammar is.</summary>
internal enum GrammarNodeKind
{
    /// <summary>One character or more.</summary>
    Character,

    /// <summary>Parts one after the other; nothing where there are none.</summary>
    Sequence,

    /// <summary>One of several parts.</summary>
    Choice,

    /// <summary>A part several times.</summary>
    Repetition,

    /// <summary>Another rule.</summary>
    Reference,
}

/// <summary>A part of a grammar.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Parts">What it is made of.</param>
/// <param name="Name">The rule that a reference names.</param>
/// <param name="Least">How often a repeated part stands at least.</param>
/// <param name="Most">How often it stands at most; int.MaxValue for any number.</param>
/// <param name="Length">The elements that it takes in its rule.</param>
internal sealed record GrammarNode(
    GrammarNodeKind Kind, IReadOnlyList<GrammarNode> Parts, string Name = "", int Least = 0, int Most = 0, int Length = 1)
{
    /// <summary>Gets how many rules llama.cpp makes of it, at least 1.</summary>
    public int Symbols { get; } = 1 + Parts.Sum(part => part.Symbols) + (Most is 0 or int.MaxValue ? 0 : Most - Least);

    /// <summary>Returns the part that is one character or more.</summary>
    /// <param name="length">The elements that it takes in its rule.</param>
    /// <returns>The part.</returns>
    public static GrammarNode Characters(int length) => new(GrammarNodeKind.Character, [], Length: length);
}

/// <summary>
/// Refuses rules that begin with themselves, and rules that begin in too many ways: llama.cpp keeps a stack for each way to go on, and
/// finds rules that begin with themselves by walking all ways.
/// </summary>
internal sealed class GrammarRules
{
    private const long MostWays = 20_000;

    private readonly Dictionary<string, GrammarNode> _rules;
    private readonly HashSet<string> _nullable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ways = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inProgress = new(StringComparer.Ordinal);

    private GrammarRules(Dictionary<string, GrammarNode> rules) => _rules = rules;

    /// <summary>Checks rules.</summary>
    /// <param name="rules">The rules by name; every reference names one.</param>
    /// <exception cref="EngineException">They cannot be used.</exception>
    public static void Validate(Dictionary<string, GrammarNode> rules)
    {
        GrammarRules check = new(rules);
        check.FindNullable();
        foreach (string name in rules.Keys)
        {
            _ = check.WaysOfRule(name);
        }
    }

    private void FindNullable()
    {
        int before;
        do
        {
            before = _nullable.Count;
            foreach ((string name, GrammarNode rule) in _rules)
            {
                if (IsNullable(rule))
                {
                    _nullable.Add(name);
                }
            }
        }
        while (_nullable.Count > before);
    }

    private bool IsNullable(GrammarNode node) => node.Kind switch
    {
        GrammarNodeKind.Sequence => node.Parts.All(IsNullable),
        GrammarNodeKind.Choice => node.Parts.Any(IsNullable),
        GrammarNodeKind.Repetition => node.Least == 0 || IsNullable(node.Parts[0]),
        GrammarNodeKind.Reference => _nullable.Contains(node.Name),
        _ => false,
    };

    private long WaysOfRule(string name)
    {
        if (_ways.TryGetValue(name, out long known))
        {
            return known;
        }

        if (!_inProgress.Add(name))
        {
            throw GrammarError.Because($"the rule {name} begins with itself");
        }

        long ways = 1 + Ways(_rules[name]);
        if (ways > MostWays)
        {
            throw GrammarError.Because($"the rule {name} begins in more than {MostWays:N0} ways");
        }

        _inProgress.Remove(name);
        _ways.Add(name, ways);
        return ways;
    }

    private long Ways(GrammarNode node)
    {
        long ways = 1;
        switch (node.Kind)
        {
            case GrammarNodeKind.Reference:
                return WaysOfRule(node.Name);
            case GrammarNodeKind.Choice:
                return Math.Min(1 + node.Parts.Sum(Ways), MostWays);
            case GrammarNodeKind.Repetition:
                // What may be empty can be passed over in each of its places.
                long once = Ways(node.Parts[0]);
                return Math.Min(1 + (IsNullable(node.Parts[0]) && node.Most != int.MaxValue ? once * node.Most : once), MostWays);
            case GrammarNodeKind.Sequence:
                foreach (GrammarNode part in node.Parts)
                {
                    ways = Math.Min(ways + Ways(part), MostWays);
                    if (!IsNullable(part))
                    {
                        break;
                    }
                }

                return ways;
            default:
                return ways;
        }
    }
}
