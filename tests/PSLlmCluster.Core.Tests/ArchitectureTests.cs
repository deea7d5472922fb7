using System.Reflection;
using System.Reflection.Emit;
using System.Xml.Linq;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests;

/// <summary>The arrows of the design: who may know whom.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "PSLlmCluster.Core";
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Assembly _core = typeof(EngineException).Assembly;

    /// <summary>What each part may use beside itself, the root of the engine and the bridge.</summary>
    private static readonly Dictionary<string, string[]> _arrows = new()
    {
        ["Storage"] = [],
        ["Numerics"] = [],
        ["Neighbors"] = ["Numerics"],
        ["Umap"] = ["Neighbors", "Numerics", "Storage"],
        ["Hdbscan"] = ["Neighbors", "Numerics", "Storage"],
        ["Llama"] = [],
        ["Plotting"] = [],
    };

    [Fact]
    public void Every_type_lies_in_a_part_that_the_design_knows()
        => Assert.All(OwnTypes(), type => Assert.True(PartOf(type).Length == 0 || _arrows.ContainsKey(PartOf(type)), type.FullName));

    [Fact]
    public void Parts_use_only_the_parts_that_the_arrows_allow()
    {
        List<string> forbidden = [];
        foreach (Type type in OwnTypes().Where(type => PartOf(type).Length > 0))
        {
            string part = PartOf(type);
            forbidden.AddRange(UsedBy(type)
                .Where(used => used.Assembly == _core && PartOf(used) is { Length: > 0 } other && other != part && !_arrows[part].Contains(other))
                .Select(used => $"{type.FullName} uses {used.FullName}"));
        }

        Assert.Empty(forbidden.Distinct());
    }

    [Fact]
    public void The_root_of_the_engine_uses_none_of_its_parts()
        => Assert.Empty(OwnTypes().Where(type => PartOf(type).Length == 0).SelectMany(UsedBy).Where(used => used.Assembly == _core && PartOf(used).Length > 0).Select(used => used.FullName));

    [Fact]
    public void The_engine_knows_no_PowerShell_and_the_bridge_knows_nothing()
    {
        Assembly bridge = typeof(TextEmbedding).Assembly;

        Assert.DoesNotContain(_core.GetReferencedAssemblies(), name => name.Name!.Contains("Automation", StringComparison.Ordinal) || name.Name == "PSLlmCluster.Module");
        Assert.Contains(_core.GetReferencedAssemblies(), name => name.Name == bridge.GetName().Name);
        Assert.All(bridge.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_plotting_uses_the_drawing_library()
    {
        IEnumerable<Type> users = OwnTypes().Where(type => UsedBy(type).Any(used => used.Assembly.GetName().Name is "ScottPlot" or "SkiaSharp" or "SkiaSharp.HarfBuzz" or "HarfBuzzSharp"));

        Assert.All(users, type => Assert.Equal("Plotting", PartOf(type)));
    }

    [Fact]
    public void Projects_refer_to_one_another_as_the_arrows_say()
    {
        Assert.Empty(References("PSLlmCluster"));
        Assert.Equal(["PSLlmCluster"], References("PSLlmCluster.Core"));
        Assert.Equal(["PSLlmCluster", "PSLlmCluster.Core"], References("PSLlmCluster.Module"));
    }

    private static string[] References(string project)
        => [.. XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal)];

    /// <summary>The types of the engine's own source: what compilers and source generators add lies in other namespaces.</summary>
    private static IEnumerable<Type> OwnTypes() => _core.GetTypes().Where(type => type.Namespace is Root || (type.Namespace?.StartsWith(Root + ".", StringComparison.Ordinal) ?? false));

    private static string PartOf(Type type) => type.Namespace is { Length: > 0 } name && name.StartsWith(Root + ".", StringComparison.Ordinal) ? name[(Root.Length + 1)..].Split('.')[0] : string.Empty;

    /// <summary>All types that a type's members, their signatures and their code name.</summary>
    private static IEnumerable<Type> UsedBy(Type type)
    {
        List<Type?> used = [type.BaseType, .. type.GetInterfaces()];
        foreach (MemberInfo member in type.GetMembers(Everything))
        {
            switch (member)
            {
                case FieldInfo field:
                    used.Add(field.FieldType);
                    break;
                case MethodBase method:
                    used.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
                    used.Add((method as MethodInfo)?.ReturnType);
                    used.AddRange(NamedByCode(method));
                    break;
            }
        }

        return used.OfType<Type>().SelectMany(Parts);
    }

    /// <summary>A type with what it is made of: element types and type arguments.</summary>
    private static IEnumerable<Type> Parts(Type type)
        => type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static IEnumerable<Type?> NamedByCode(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[]? typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = Instructions.At(code, at);
            int operand = at + operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                MemberInfo? named = method.Module.ResolveMember(BitConverter.ToInt32(code, operand), typeArguments, methodArguments);
                yield return named as Type ?? named?.DeclaringType;
            }

            at = operand + Instructions.OperandSize(operation, code, operand);
        }
    }

    /// <summary>Enough of the intermediate language to step from one instruction to the next.</summary>
    private static class Instructions
    {
        private const byte Prefix = 0xFE;
        private static readonly Dictionary<short, OpCode> _all = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

        public static OpCode At(byte[] code, int at) => _all[code[at] == Prefix ? (short)((Prefix << 8) | code[at + 1]) : code[at]];

        public static int OperandSize(OpCode operation, byte[] code, int at) => operation.OperandType switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
            _ => 4,
        };
    }
}
