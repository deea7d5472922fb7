using System.Reflection;
using System.Reflection.Emit;

namespace PSLlmCluster.Core.Tests.Support;

/// <summary>Which types a type names: in its members, their signatures and their code, read from the intermediate language.</summary>
internal static class TypeUses
{
    private const BindingFlags Everything
        = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Returns all types that a type names.</summary>
    public static IEnumerable<Type> Of(Type type)
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

    /// <summary>
    /// Returns the groups of types that use one another, directly or through others, each in alphabetical order (Tarjan 1972).
    /// </summary>
    /// <param name="types">The types; what is nested in a type is part of it.</param>
    public static IReadOnlyList<string[]> Cycles(IEnumerable<Type> types)
    {
        Dictionary<Type, HashSet<Type>> uses = [];
        foreach (Type type in types)
        {
            Type outer = Outermost(type);
            if (!uses.TryGetValue(outer, out HashSet<Type>? used))
            {
                uses[outer] = used = [];
            }

            used.UnionWith(Of(type).Select(Outermost));
        }

        return new CycleSearch(uses).Find();
    }

    /// <summary>Returns a type's name, without the number of its type parameters.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>A type with what it is made of: element types and type arguments.</summary>
    private static IEnumerable<Type> Parts(Type type)
        => type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
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
            if (operation.OperandType
                is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                MemberInfo? named = method.Module.ResolveMember(BitConverter.ToInt32(code, operand), typeArguments, methodArguments);
                yield return named as Type ?? named?.DeclaringType;
            }

            at = operand + Instructions.OperandSize(operation, code, operand);
        }
    }

    private sealed class CycleSearch(Dictionary<Type, HashSet<Type>> uses)
    {
        private readonly Dictionary<Type, int> _order = [];
        private readonly Dictionary<Type, int> _lowest = [];
        private readonly Stack<Type> _open = [];
        private readonly HashSet<Type> _isOpen = [];
        private readonly List<string[]> _cycles = [];

        public List<string[]> Find()
        {
            foreach (Type type in uses.Keys.Where(type => !_order.ContainsKey(type)))
            {
                Visit(type);
            }

            return _cycles;
        }

        private void Visit(Type type)
        {
            _order[type] = _lowest[type] = _order.Count;
            _open.Push(type);
            _isOpen.Add(type);
            foreach (Type used in uses[type].Where(uses.ContainsKey))
            {
                if (!_order.TryGetValue(used, out int order))
                {
                    Visit(used);
                    _lowest[type] = Math.Min(_lowest[type], _lowest[used]);
                }
                else if (_isOpen.Contains(used))
                {
                    _lowest[type] = Math.Min(_lowest[type], order);
                }
            }

            if (_lowest[type] < _order[type])
            {
                return;
            }

            List<string> cycle = [];
            Type member;
            do
            {
                member = _open.Pop();
                _isOpen.Remove(member);
                cycle.Add(NameOf(member));
            }
            while (member != type);

            if (cycle.Count > 1)
            {
                _cycles.Add([.. cycle.Order(StringComparer.Ordinal)]);
            }
        }
    }

    /// <summary>Enough of the intermediate language to step from one instruction to the next.</summary>
    private static class Instructions
    {
        private const byte Prefix = 0xFE;
        private static readonly Dictionary<short, OpCode> _all
            = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

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
