namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// Finds the pieces of a vocabulary that a text goes on with, character by character (UTF-16 code units). Tries with several roots share
/// one table, whose edges lie in one open-addressed hash table: 16 to 20 bytes for each node, and no sorting when it is made. Read by any
/// number of threads once it is made.
/// </summary>
internal sealed class PieceTrie
{
    private Node[] _nodes;
    private int[] _slots;
    private int _count;
    private int _shift;

    /// <summary>Initializes a new instance of the <see cref="PieceTrie"/> class.</summary>
    /// <param name="roots">How many tries it holds; their roots are the nodes 0, 1, and so on.</param>
    /// <param name="pieces">About how many pieces it will hold.</param>
    public PieceTrie(int roots, int pieces)
    {
        int bits = Math.Clamp(32 - int.LeadingZeroCount(pieces) + 3, 8, 24);
        _slots = new int[1 << bits];
        _shift = 64 - bits;
        _nodes = new Node[1 << (bits - 1)];
        for (_count = 0; _count < roots; _count++)
        {
            _nodes[_count] = new Node(-1, '\0');
        }
    }

    /// <summary>Adds a piece; where it is there already, its id is replaced.</summary>
    /// <param name="root">The root of the trie that it goes into.</param>
    /// <param name="piece">The piece, at least one character.</param>
    /// <param name="id">Its id, at least 0.</param>
    public void Add(int root, ReadOnlySpan<char> piece, int id)
    {
        int node = root;
        foreach (char label in piece)
        {
            node = ChildOrNew(node, label);
        }

        _nodes[node].Id = id;
    }

    /// <summary>Returns the node after a character, or -1 where no piece goes on with it.</summary>
    /// <param name="node">The node before it.</param>
    /// <param name="label">The character.</param>
    /// <returns>The node, or -1.</returns>
    public int Child(int node, char label)
    {
        int slot = SlotOf(node, label);
        int child;
        while ((child = _slots[slot]) != 0)
        {
            ref Node found = ref _nodes[child];
            if (found.Parent == node && found.Label == label)
            {
                return child;
            }

            slot = (slot + 1) & (_slots.Length - 1);
        }

        return -1;
    }

    /// <summary>Returns the id of the piece that ends at a node, or -1.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The id, or -1.</returns>
    public int Id(int node) => _nodes[node].Id;

    /// <summary>Returns the id of a piece, or -1.</summary>
    /// <param name="root">The root of the trie that it is looked for in.</param>
    /// <param name="piece">The piece.</param>
    /// <returns>The id, or -1.</returns>
    public int Find(int root, ReadOnlySpan<char> piece)
    {
        int node = root;
        foreach (char label in piece)
        {
            node = Child(node, label);
            if (node < 0)
            {
                return -1;
            }
        }

        return _nodes[node].Id;
    }

    private int ChildOrNew(int node, char label)
    {
        int child = Child(node, label);
        if (child >= 0)
        {
            return child;
        }

        if (2 * (_count + 1) > _slots.Length)
        {
            Grow();
        }

        _nodes[_count] = new Node(node, label);
        Place(_count);
        return _count++;
    }

    private void Grow()
    {
        Array.Resize(ref _nodes, 2 * _nodes.Length);
        _slots = new int[2 * _slots.Length];
        _shift--;
        for (int node = 0; node < _count; node++)
        {
            if (_nodes[node].Parent >= 0)
            {
                Place(node);
            }
        }
    }

    private void Place(int node)
    {
        int slot = SlotOf(_nodes[node].Parent, _nodes[node].Label);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = node;
    }

    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4). A slot of 0 is free, since node 0 is a root.
    private int SlotOf(int node, char label) => (int)(((((ulong)(uint)node << 16) | label) * 0x9E3779B97F4A7C15) >> _shift);

    private struct Node(int parent, char label)
    {
        public readonly int Parent = parent;
        public readonly char Label = label;
        public int Id = -1;
    }
}
