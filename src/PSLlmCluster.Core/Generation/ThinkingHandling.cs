namespace PSLlmCluster.Core.Generation;

/// <summary>What becomes of the thinking that some models write before their answer, between &lt;think&gt; and &lt;/think&gt;.</summary>
public enum ThinkingHandling
{
    /// <summary>
    /// A model whose chat template or vocabulary has thinking is given an empty piece of it at the end of the prompt, so that it answers at
    /// once, as its makers do where thinking is switched off. Thinking that comes nevertheless is removed.
    /// </summary>
    Close,

    /// <summary>The model may think, and its thinking is removed; its tokens count, and stop strings are looked for after it.</summary>
    Remove,

    /// <summary>The model may think, and its thinking is part of the text.</summary>
    Keep,
}
