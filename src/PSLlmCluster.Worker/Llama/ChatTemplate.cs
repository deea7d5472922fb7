using System.Runtime.InteropServices;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>What stands at a place of a prompt.</summary>
internal enum PromptPart
{
    /// <summary>Text of the template itself, special tokens included.</summary>
    Template,

    /// <summary>The instructions.</summary>
    System,

    /// <summary>The user's message.</summary>
    User,

    /// <summary>The beginning of the answer.</summary>
    Answer,
}

/// <summary>
/// The parts of a prompt in their order: <c>llama_chat_apply_template</c> of llama.h, with marks in place of the texts, so that a text
/// never meets what interprets the template. llama.cpp runs no template's code: it recognises some fifty families by strings in them. One
/// that it does not recognise is an error, and not put into a form that the model was not trained with, which gives answers that look as if
/// they were meant; a name such as chatml can be given instead. A model without a template is a base model, and is given plain text.
/// </summary>
internal static unsafe class ChatTemplate
{
    private const string SystemMark = "PSLLMCLUSTERSYSTEMTEXT";
    private const string UserMark = "PSLLMCLUSTERUSERTEXT";
    private const string Between = "\n\n";

    /// <summary>Returns the parts of a prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="hasThinking">Whether the marks of thinking are tokens of the model.</param>
    /// <returns>The parts; the text of those of the template.</returns>
    /// <exception cref="EngineException">llama.cpp does not know the template.</exception>
    public static IReadOnlyList<(PromptPart Part, string Text)> Parts(LlamaModel model, GenerationOptions options, bool hasThinking)
    {
        string? template = !options.UsesChatTemplate ? null : options.ChatTemplate ?? OfFile(model);
        bool hasSystem = options.System.Length > 0;
        if (template is null)
        {
            return hasSystem
                ?
                [
                    (PromptPart.System, string.Empty), (PromptPart.Template, Between), (PromptPart.User, string.Empty),
                    (PromptPart.Answer, string.Empty),
                ]
                : [(PromptPart.User, string.Empty), (PromptPart.Answer, string.Empty)];
        }

        string text = hasSystem ? Apply(template, ("system", SystemMark), ("user", UserMark)) : Apply(template, ("user", UserMark));
        if (hasSystem && !text.Contains(SystemMark, StringComparison.Ordinal))
        {
            // The template has no place for instructions, so they are the beginning of the message.
            text = Apply(template, ("user", SystemMark + Between + UserMark));
        }

        if (!text.Contains(UserMark, StringComparison.Ordinal))
        {
            throw Unsupported(model.Path, "it has no place for a message");
        }

        bool thinks = hasThinking || template.Contains("</think>", StringComparison.Ordinal);
        return
        [
            .. Split(options.Thinking == ThinkingHandling.Close && thinks ? WithThinkingClosed(text) : text),
            (PromptPart.Answer, string.Empty),
        ];

        string Apply(string itsTemplate, params ReadOnlySpan<(string Role, string Content)> messages)
            => ApplyNative(itsTemplate, messages)
                ?? throw Unsupported(model.Path, "it is of none of the families that llama.cpp knows");
    }

    /// <summary>Splits a text at marks.</summary>
    private static List<(PromptPart Part, string Text)> Split(string text)
    {
        List<(PromptPart Part, string Text)> parts = [];
        int start = 0;
        while (start < text.Length)
        {
            int system = text.IndexOf(SystemMark, start, StringComparison.Ordinal);
            int user = text.IndexOf(UserMark, start, StringComparison.Ordinal);
            int next = system < 0 || (user >= 0 && user < system) ? user : system;
            if (next < 0)
            {
                parts.Add((PromptPart.Template, text[start..]));
                break;
            }

            if (next > start)
            {
                parts.Add((PromptPart.Template, text[start..next]));
            }

            parts.Add((next == user ? PromptPart.User : PromptPart.System, string.Empty));
            start = next + (next == user ? UserMark.Length : SystemMark.Length);
        }

        return parts;
    }

    /// <summary>Adds what the templates of Qwen3 and of DeepSeek-R1's descendants add where thinking is switched off.</summary>
    private static string WithThinkingClosed(string text) => text.TrimEnd().EndsWith("<think>", StringComparison.Ordinal)
        ? text.TrimEnd() + "\n\n</think>\n\n"
        : text + "<think>\n\n</think>\n\n";

    private static string? OfFile(LlamaModel model)
    {
        string? template = Marshal.PtrToStringUTF8((nint)LlamaNative.llama_model_chat_template(model.Handle, null));
        return string.IsNullOrWhiteSpace(template) ? null : template;
    }

    private static string? ApplyNative(string template, ReadOnlySpan<(string Role, string Content)> messages)
    {
        List<nint> strings = [];
        llama_chat_message* chat = stackalloc llama_chat_message[messages.Length];
        try
        {
            for (int i = 0; i < messages.Length; i++)
            {
                chat[i] = new llama_chat_message { role = Native(messages[i].Role), content = Native(messages[i].Content) };
            }

            byte* name = Native(template);
            byte[] buffer = new byte[4096];
            while (true)
            {
                int length;
                fixed (byte* bytes = buffer)
                {
                    length = LlamaNative.llama_chat_apply_template(
                        name, chat, (nuint)messages.Length, add_ass: true, bytes, buffer.Length);
                }

                if (length <= buffer.Length)
                {
                    return length < 0 ? null : System.Text.Encoding.UTF8.GetString(buffer, 0, length);
                }

                buffer = new byte[length];
            }
        }
        finally
        {
            strings.ForEach(Marshal.FreeCoTaskMem);
        }

        byte* Native(string text)
        {
            strings.Add(Marshal.StringToCoTaskMemUTF8(text));
            return (byte*)strings[^1];
        }
    }

    private static EngineException Unsupported(string path, string reason) => new(
        EngineErrorIds.ChatTemplateUnsupported,
        FailureKind.NotSupported,
        $"The chat template of {path} cannot be used: {reason}.",
        "Name the template of the family that the model belongs to (chatml, llama3, gemma, phi3, …), use none, or take another model.");
}
