namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// A list of values of a type of the engine's own. .NET's list of such a type has to be compiled while it runs, as its code is not the
/// engine's, a dozen methods for each type; this one is compiled with the module.
/// </summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class ValueList<T>
    where T : struct
{
    private T[] _items = [];

    /// <summary>Gets how many values there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the values, until the next one is added.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>Returns a value.</summary>
    /// <param name="place">Its place, from 0; below <see cref="Count"/>.</param>
    /// <returns>The value, where it lies.</returns>
    public ref readonly T this[int place] => ref _items[place];

    /// <summary>Adds a value.</summary>
    /// <param name="item">The value.</param>
    public void Add(in T item)
    {
        if (Count == _items.Length)
        {
            T[] larger = new T[Math.Max(16, 2 * Count)];
            Array.Copy(_items, larger, Count);
            _items = larger;
        }

        _items[Count++] = item;
    }

    /// <summary>Adds all values of another list.</summary>
    /// <param name="others">The other list.</param>
    public void Add(ValueList<T> others)
    {
        foreach (ref readonly T item in others.Items)
        {
            Add(item);
        }
    }

    /// <summary>Removes all values.</summary>
    public void Clear() => Count = 0;
}
