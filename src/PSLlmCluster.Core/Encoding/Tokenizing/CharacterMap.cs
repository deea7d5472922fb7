using System.Buffers.Binary;

namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// SentencePiece's compiled normaliser (precompiled_charsmap): the size of a trie in bytes as uint32, the trie, and the replacements as
/// UTF-8, each ended by a NUL. The trie is Darts-clone's double array (S. Yata; darts.h of SentencePiece): the unit at i holds the label
/// in its bits 0-7, whether a key ends here in bit 8, and the distance to its children, which are at (i ^ distance) ^ label; the child 0
/// holds where in the replacements a key's lies. Everything that can be reached is checked when it is made, so a damaged one is found then.
/// </summary>
internal sealed class CharacterMap
{
    private const uint HasKey = 1 << 8;
    private const uint LabelMask = (1u << 31) | 0xFF;
    private const uint ValueMask = (1u << 31) - 1;
    private const uint Block = 0xFF;

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <summary>Reads a map.</summary>
    /// <param name="vocabulary">The vocabulary that it is part of.</param>
    /// <returns>The map, or null where the vocabulary has none.</returns>
    /// <exception cref="EngineException">It is damaged.</exception>
    public static CharacterMap? Create(EncoderVocabulary vocabulary)
    {
        ReadOnlySpan<byte> bytes = vocabulary.CharacterMap;
        if (bytes.IsEmpty)
        {
            return null;
        }

        uint length = bytes.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length > bytes.Length - 4 || length == 0 || length % 4 != 0)
        {
            throw VocabularyChecks.Corrupt(vocabulary, "has a table of characters that is cut");
        }

        uint[] units = new uint[length / 4];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (4 * i))..]);
        }

        CharacterMap map = new(units, bytes[(4 + (int)length)..].ToArray());
        return map.IsSound()
            ? map
            : throw VocabularyChecks.Corrupt(vocabulary, "has a table of characters that is damaged");
    }

    /// <summary>
    /// Returns what takes a text's place: the replacement of the shortest key that it starts with, which is what Hugging Face's crate
    /// spm_precompiled takes (SentencePiece takes the longest).
    /// </summary>
    /// <param name="text">A character, or a few, in UTF-8.</param>
    /// <param name="replacement">The replacement in UTF-8.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        uint at = Distance(_units[0]);
        foreach (byte label in text)
        {
            at ^= label;
            uint unit = _units[at];
            if (label == 0 || (unit & LabelMask) != label)
            {
                break;
            }

            at ^= Distance(unit);
            if ((unit & HasKey) != 0)
            {
                replacement = _replacements.AsSpan((int)(_units[at] & ValueMask));
                replacement = replacement[..replacement.IndexOf((byte)0)];
                return true;
            }
        }

        replacement = [];
        return false;
    }

    private static uint Distance(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private bool IsSound()
    {
        if (_replacements.Length == 0 || _replacements[^1] != 0 || !System.Text.Unicode.Utf8.IsValid(_replacements))
        {
            return false;
        }

        // Children of one node lie in one block of 256 units. A node that is met twice is not gone into again, so circles end.
        Stack<uint> open = new();
        bool[] met = new bool[_units.Length];
        open.Push(Distance(_units[0]));
        while (open.TryPop(out uint children))
        {
            if ((children | Block) >= _units.Length)
            {
                return false;
            }

            for (uint label = 1; label <= Block; label++)
            {
                uint child = children ^ label;
                uint unit = _units[child];
                if ((unit & LabelMask) != label || met[child])
                {
                    continue;
                }

                met[child] = true;
                uint next = child ^ Distance(unit);
                if ((unit & HasKey) != 0 && !(next < _units.Length && IsStart(_units[next] & ValueMask)))
                {
                    return false;
                }

                open.Push(next);
            }
        }

        return true;
    }

    private bool IsStart(uint offset) => offset < _replacements.Length && (_replacements[offset] & 0xC0) != 0x80;
}
