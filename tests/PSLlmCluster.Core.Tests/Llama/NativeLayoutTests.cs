using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Sizes and offsets of the structs against what gcc 14 says of include/llama.h of llama.cpp v0.5.0 (node-llama-cpp 3.22.1's
/// gitRelease.bundle), and of v0.4.0, which is the same: a C program of offsetof lines, x86-64 Linux. All of them are made of
/// 4-byte numbers, pointers and bytes, which every 64-bit platform here lays out alike.
/// </summary>
public sealed class NativeLayoutTests
{
    private const string ModelParams = """
        devices 0 tensor_buft_overrides 8 n_gpu_layers 16 split_mode 20 load_mode 24 lazy_mode 28 main_gpu 32 tensor_split 40
        progress_callback 48 progress_callback_user_data 56 kv_overrides 64 vocab_only 72 check_tensors 73 use_extra_bufts 74
        no_host 75 no_alloc 76 load_mtp 77
        """;

    private const string ContextParams = """
        n_ctx 0 n_batch 4 n_ubatch 8 n_seq_max 12 n_rs_seq 16 n_outputs_max 20 n_outputs_max_per_seq 24 n_threads 28
        n_threads_batch 32 ctx_type 36 rope_scaling_type 40 pooling_type 44 attention_type 48 flash_attn_type 52
        rope_freq_base 56 rope_freq_scale 60 yarn_ext_factor 64 yarn_attn_factor 68 yarn_beta_fast 72 yarn_beta_slow 76
        yarn_orig_ctx 80 defrag_thold 84 cb_eval 88 cb_eval_user_data 96 type_k 104 type_v 108 abort_callback 112
        abort_callback_data 120 embeddings 128 offload_kqv 129 no_perf 130 op_offload 131 swa_full 132 kv_unified 133
        samplers 136 n_samplers 144 ctx_other 152
        """;

    private const string TokenDataArray = "data 0 size 8 selected 16 sorted 24";

    private const string Batch = "n_tokens 0 token 8 embd 16 pos 24 n_seq_id 32 seq_id 40 logits 48";

    [Fact]
    public void Sizes_are_the_headers()
    {
        Assert.Equal(80, Unsafe.SizeOf<llama_model_params>());
        Assert.Equal(160, Unsafe.SizeOf<llama_context_params>());
        Assert.Equal(56, Unsafe.SizeOf<llama_batch>());
        Assert.Equal(16, Unsafe.SizeOf<llama_chat_message>());
        Assert.Equal(12, Unsafe.SizeOf<llama_token_data>());
        Assert.Equal(32, Unsafe.SizeOf<llama_token_data_array>());
    }

    [Theory]
    [InlineData("llama_model_params", ModelParams)]
    [InlineData("llama_context_params", ContextParams)]
    [InlineData("llama_batch", Batch)]
    [InlineData("llama_chat_message", "role 0 content 8")]
    [InlineData("llama_token_data", "id 0 logit 4 p 8")]
    [InlineData("llama_token_data_array", TokenDataArray)]
    public void Fields_are_where_the_header_has_them(string type, string table)
    {
        Type structure = typeof(llama_batch).Assembly.GetType("PSLlmCluster.Worker.Llama.Native." + type)!;
        string[] words = table.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(words.Length / 2, structure.GetFields().Length);
        for (int i = 0; i < words.Length; i += 2)
        {
            Assert.Equal((words[i], int.Parse(words[i + 1])), (words[i], (int)Marshal.OffsetOf(structure, words[i])));
        }
    }

    [LlamaFact]
    public void Defaults_of_the_loaded_library_read_as_the_header_says()
    {
        NativeLibraryLoader.EnsureLoaded(null);
        llama_context_params context = LlamaNative.llama_context_default_params();
        Assert.Equal(-1f, context.yarn_ext_factor);
        Assert.Equal((1, 1, 1, 1, 0), (context.offload_kqv, context.no_perf, context.op_offload, context.swa_full, context.kv_unified));
        Assert.Equal(-1, LlamaNative.llama_model_default_params().n_gpu_layers);
    }
}
