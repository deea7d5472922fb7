using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

public sealed class GetTextEmbeddingTests : IDisposable
{
    private const string Cmdlet = "GetTextEmbedding";
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Strings_become_embeddings_in_the_order_of_input()
    {
        IReadOnlyList<PSObject> output = Tiny("'one', 'two', 'three' | Get-TextEmbedding -Model $tiny").Clean();

        Assert.All(output, embedding => Assert.Equal("PSLlmCluster.TextEmbedding", embedding.TypeNames[0]));
        Assert.Equal([0, 1, 2], output.Values<int>("Index"));
        Assert.Equal(["one", "two", "three"], output.Values<string>("Text"));
        Assert.Equal(["one", "two", "three"], output.Values<string>("Source"));
        Assert.All(output.Values<int>("TokenCount"), count => Assert.True(count > 0));
        Assert.All(output.Values<float[]>("Vector"), vector => Assert.All(vector, number => Assert.True(float.IsFinite(number))));
        Assert.Single(output.Values<float[]>("Vector").Select(vector => vector.Length).Distinct());
    }

    [Fact]
    public void A_property_of_objects_is_the_text_and_the_very_object_is_passed_on()
    {
        PipelineResult result = Tiny(
            """
            $tickets = @([pscustomobject] @{ Id = 7; Subject = 'no network' },
                @{ id = 8; subject = 'printer on fire' }, [System.Version] '1.2.3')
            $made = @($tickets[0..1] | Get-TextEmbedding -Model $tiny -Property Subject)
            $made
            [object]::ReferenceEquals($made[0].Source, $tickets[0])
            [object]::ReferenceEquals($made[1].Source, $tickets[1])
            """);

        IReadOnlyList<PSObject> output = result.Clean();
        Assert.Equal(["no network", "printer on fire"], output.Take(2).Values<string>("Text"));
        Assert.Equal([true, true], output.Skip(2).Select(same => (bool)same.BaseObject));
    }

    [Fact]
    public void Texts_may_stand_as_arguments()
    {
        Assert.Equal(["alone"], Tiny("Get-TextEmbedding 'alone' -Model $tiny").Clean().Values<string>("Text"));
        Assert.Equal(["a", "b"], Tiny("Get-TextEmbedding -InputObject 'a', 'b' -Model $tiny").Clean().Values<string>("Text"));
    }

    [Fact]
    public void Blank_texts_are_skipped_and_counted_in_one_warning_that_names_the_first()
    {
        PipelineResult result = Tiny("'a', '', $null, ' ', \"`t\", '   ', \"`n\", '', 'b' | Get-TextEmbedding -Model $tiny");

        Assert.Equal([0, 8], result.Clean().Values<int>("Index"));
        string warning = Assert.Single(result.Warnings);
        Assert.Contains("7 blank texts", warning, StringComparison.Ordinal);
        Assert.Contains("1, 2, 3, 4, 5, …", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_longer_than_the_window_are_counted_in_one_warning()
    {
        PipelineResult result = Tiny(
            "'short', ('long ' * 300), 'short', ('longer ' * 300) | Get-TextEmbedding -Model $tiny -ContextLength 16");

        Assert.Equal(4, result.Clean().Count);
        string warning = Assert.Single(result.Warnings);
        Assert.Contains("2 texts (index 1, 3) were longer than the model's window of 16 tokens", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_cut_or_refused_where_that_is_asked_for()
    {
        PipelineResult cut = Tiny("('long ' * 300) | Get-TextEmbedding -Model $tiny -ContextLength 16 -LongText Truncate");
        PipelineResult refused = Tiny("'a', ('long ' * 300), 'b' | Get-TextEmbedding -Model $tiny -ContextLength 16 -LongText Error");

        Assert.Single(cut.Clean());
        Assert.Contains("cut off", Assert.Single(cut.Warnings), StringComparison.Ordinal);
        Assert.Equal([0, 2], refused.Output.Values<int>("Index"));
        Assert.Empty(refused.Warnings);
        ErrorRecord error = Assert.Single(refused.Errors).HasId("TextTooLong", ErrorCategory.InvalidData, Cmdlet);
        Assert.StartsWith("long long", (string)error.TargetObject, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_without_a_text_is_an_error_of_its_own_and_the_rest_goes_on()
    {
        PipelineResult result = Tiny(
            """
            $records = 'not an object', [pscustomobject] @{ Title = 'good' }, [pscustomobject] @{ Other = 1 },
                [pscustomobject] @{ Title = @{ de = 'gut' } }, [pscustomobject] @{ Title = $null }, [pscustomobject] @{ Title = 'fine' }
            $records | Get-TextEmbedding -Model $tiny -Property Title
            """);

        Assert.Null(result.Terminating);
        Assert.Equal([1, 5], result.Output.Values<int>("Index"));
        Assert.Equal(3, result.Errors.Count);
        result.Errors[0].HasId("PropertyMissing", ErrorCategory.InvalidData, Cmdlet);
        Assert.Equal("not an object", result.Errors[0].TargetObject);
        result.Errors[1].HasId("PropertyMissing", ErrorCategory.InvalidData, Cmdlet);
        Assert.Contains("Other", result.Errors[1].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(1, ((PSObject)result.Errors[1].TargetObject).Value<int>("Other"));
        result.Errors[2].HasId("PropertyNotText", ErrorCategory.InvalidData, Cmdlet);
        Assert.Single(result.Warnings);
    }

    [Fact]
    public void A_property_that_throws_is_an_error_of_its_own()
    {
        PipelineResult result = Tiny(
            """
            $bad = [pscustomobject] @{ Id = 1 }
            $bad.PSObject.Properties.Add([psscriptproperty]::new('Title', { throw 'no luck' }))
            $bad, [pscustomobject] @{ Title = 'good' } | Get-TextEmbedding -Model $tiny -Property Title
            """);

        Assert.Single(result.Output);
        Assert.Single(result.Errors).HasId("PropertyNotReadable", ErrorCategory.ReadError, Cmdlet);
    }

    [Fact]
    public void An_object_that_is_no_text_names_the_cure()
    {
        PipelineResult result = Tiny("@{ Title = 5 }, 'text', [System.Version] '1.2' | Get-TextEmbedding -Model $tiny");

        Assert.Equal(["text"], result.Output.Values<string>("Text"));
        Assert.Equal(2, result.Errors.Count);
        Assert.All(result.Errors, error => error.HasId("InputNotText", ErrorCategory.InvalidData, Cmdlet));
        Assert.All(result.Errors, error => Assert.Contains("-Property", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_in_gives_nothing_out_and_opens_no_model()
    {
        Assert.Empty(_session.Run("@() | Get-TextEmbedding -Model ./no-such-model.gguf").Clean());
        Assert.Single(_session.Run("'' | Get-TextEmbedding -Model ./no-such-model.gguf").Warnings);
    }

    [Fact]
    public void Vectors_leave_while_texts_still_come()
    {
        // Texts come until the first vector has left: the work has no other end.
        PipelineResult result = Tiny(
            """
            $script:left = 0
            & { $number = 0; while ($script:left -eq 0) { "text number $($number++)" } } |
                Get-TextEmbedding -Model $tiny -ThreadCount 1 | ForEach-Object { $script:left++ }
            $script:left
            """);

        Assert.True((int)Assert.Single(result.Clean()).BaseObject > 0);
    }

    [Theory]
    [InlineData("'tea', 'tin', 'tea'", "1 text equal to one before took its vector.")]
    [InlineData("'tea', 'tea', 'tea'", "2 texts equal to one before took its vector.")]
    public void Equal_texts_are_computed_once_and_counted(string texts, string line)
    {
        PipelineResult result = Tiny($"{texts} | Get-TextEmbedding -Model $tiny -Verbose");
        float[][] vectors = [.. result.Clean().Select(embedding => (float[])embedding.Properties["Vector"].Value)];
        Assert.Equal(3, vectors.Length);
        Assert.Equal(vectors[0], vectors[2]);
        Assert.NotSame(vectors[0], vectors[2]);
        Assert.Contains(line, result.Verbose);
    }

    [LlamaFact]
    public void Vectors_leave_llama_cpp_before_the_input_ends()
    {
        // The input ends when the first vector is there, however long that takes.
        PipelineResult result = Tiny(
            """
            $script:fed = 0
            $script:came = $false
            & { while (-not $script:came) { $script:fed++; "text number $script:fed" } } |
                Get-TextEmbedding -Model $tiny -Engine Llama -ThreadCount 1 -ContextLength 32 -BatchSize 32 |
                ForEach-Object { $script:came = $true; $_.Index }
            $script:fed
            """);

        int[] values = [.. result.Clean().Select(value => (int)value.BaseObject)];
        Assert.Equal(Enumerable.Range(0, values[^1]), values[..^1]);
    }

    [Fact]
    public void Downstream_commands_may_end_the_pipeline_early()
    {
        PipelineResult result = Tiny(
            "foreach ($embedding in 1) { 1..200 | ForEach-Object { \"text $_\" } | Get-TextEmbedding -Model $tiny -BatchSize 32 "
                + "-ContextLength 32 | ForEach-Object { $_; break } }");

        Assert.Single(result.Clean());
        Assert.Single(Tiny("'again' | Get-TextEmbedding -Model $tiny").Clean());
    }

    [LlamaTheory]
    [InlineData("Mean")]
    [InlineData("Cls")]
    [InlineData("Last")]
    [InlineData("Model")]
    public void Each_pooling_gives_vectors(string pooling)
        => Assert.Single(
            _session.Run($"'some text' | Get-TextEmbedding -Model $qwen -Pooling {pooling}", ("qwen", StagedModule.TinyQwen)).Clean());

    [Fact]
    public void Normalize_scales_to_length_one()
    {
        float[] vector = Tiny("'some text' | Get-TextEmbedding -Model $tiny -Normalize").Clean().Values<float[]>("Vector").Single();

        Assert.Equal(1, vector.Sum(number => (double)number * number), 1e-5);
    }

    [Fact]
    public void A_prefix_changes_the_vector_and_not_the_text()
    {
        IReadOnlyList<PSObject> output = Tiny(
            "'text' | Get-TextEmbedding -Model $tiny; 'text' | Get-TextEmbedding -Model $tiny -Prefix 'query: '; 'query: text' | "
                + "Get-TextEmbedding -Model $tiny").Clean();

        Assert.Equal("text", output[1].Value<string>("Text"));
        Assert.NotEqual(output[0].Value<float[]>("Vector"), output[1].Value<float[]>("Vector"));
        Assert.Equal(output[2].Value<float[]>("Vector"), output[1].Value<float[]>("Vector"));
    }

    [Fact]
    public void The_model_path_is_relative_to_the_location_of_the_session()
    {
        PipelineResult result = Tiny(
            "$ExecutionContext.SessionState.Path.SetLocation([System.IO.Path]::GetDirectoryName($tiny)) > $null; 'a' | "
                + "Get-TextEmbedding -Model ./tiny-bert-random.F32.gguf");

        Assert.Single(result.Clean());
    }

    [Fact]
    public void Verbose_says_what_llama_cpp_has_to_say_and_the_device()
    {
        PipelineResult result = Tiny("'a' | Get-TextEmbedding -Model $tiny -Device Cpu -Verbose");

        result.Clean();
        Assert.Contains(result.Verbose, line => line.Contains("CPU", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("-ContextLength 0")]
    [InlineData("-BatchSize 0")]
    [InlineData("-ThreadCount 0")]
    [InlineData("-GpuLayerCount -1")]
    [InlineData("-MainGpu -1")]
    [InlineData("-TensorSplit @()")]
    [InlineData("-TensorSplit a")]
    [InlineData("-Pooling Median")]
    [InlineData("-Device Tpu")]
    [InlineData("-LongText Ignore")]
    [InlineData("-Property ''")]
    [InlineData("-Model ''")]
    public void A_value_out_of_range_is_refused_before_any_work(string argument)
    {
        PipelineResult result = _session.Run($"'a' | Get-TextEmbedding {argument}");

        Assert.NotNull(result.Terminating);
        Assert.StartsWith(
            "ParameterArgument",
            result.Terminating.FullyQualifiedErrorId.Replace(
                "CannotConvertArgumentNoMessage", "ParameterArgument", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_one_another_are_refused_before_any_work()
        => _session.Run("@() | Get-TextEmbedding -Device Cpu -GpuLayerCount 3").EndedWith(
            "GpuLayerCountInvalid", ErrorCategory.InvalidArgument, Cmdlet);

    [Theory]
    [InlineData("MainGpuInvalid", "-Device Cpu -MainGpu 0")]
    [InlineData("MainGpuInvalid", "-GpuLayerCount 0 -main_gpu 0")]
    [InlineData("TensorSplitInvalid", "-Device Cpu -TensorSplit 1, 1")]
    [InlineData("TensorSplitInvalid", "-tensor_split 0, 0")]
    [InlineData("TensorSplitInvalid", "-TensorSplit 1, -1")]
    [InlineData("TensorSplitInvalid", "-TensorSplit ([float]::NaN)")]
    [InlineData("TensorSplitInvalid", "-TensorSplit 1, 1 -MainGpu 1")]
    [InlineData("EngineNotSuitable", "-TensorSplit 1, 1 -Engine Managed")]
    public void GPUs_that_are_chosen_in_a_way_that_makes_no_sense_are_refused_before_any_work(string id, string arguments)
        => _session.Run($"@() | Get-TextEmbedding {arguments}").EndedWith(id, ErrorCategory.InvalidArgument, Cmdlet);

    private PipelineResult Tiny(string script) => _session.Run(script, ("tiny", StagedModule.TinyBert));
}
