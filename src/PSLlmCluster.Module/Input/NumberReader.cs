using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads numbers and arrays of numbers, whatever type PowerShell has them in.</summary>
internal static class NumberReader
{
    /// <summary>Reads a number: any of .NET's, or a text that is one, as a CSV file has it (in the invariant culture).</summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <param name="number">Receives the number.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryNumber(object? value, out double number)
    {
        object? plain = PropertyReader.Unwrap(value);
        number = 0;
        return plain is string text ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) : TryTyped(plain, out number);
    }

    /// <summary>Says whether a value is of one of .NET's types of numbers.</summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsNumber(object? value) => TryTyped(PropertyReader.Unwrap(value), out _);

    /// <summary>Reads an array, or any other list, of numbers as single precision.</summary>
    /// <param name="value">The value, wrapped or not; a text and a dictionary are no lists.</param>
    /// <param name="vector">Receives the numbers; where they are a <c>float[]</c> already, that very array.</param>
    /// <returns>Whether it is a list, and all of it numbers.</returns>
    public static bool TryVector(object? value, out float[] vector)
    {
        object? plain = PropertyReader.Unwrap(value);
        switch (plain)
        {
            case float[] singles:
                vector = singles;
                return true;
            case double[] doubles:
                vector = Array.ConvertAll(doubles, number => (float)number);
                return true;
            case Array { Rank: > 1 } or string or IDictionary or null:
                vector = [];
                return false;
            case IEnumerable list:
                return TryList(list, out vector);
            default:
                vector = [];
                return false;
        }
    }

    private static bool TryList(IEnumerable list, out float[] vector)
    {
        List<float> numbers = list is ICollection { Count: int count } ? new(count) : [];
        foreach (object? item in list)
        {
            if (!TryNumber(item, out double number))
            {
                vector = [];
                return false;
            }

            numbers.Add((float)number);
        }

        vector = [.. numbers];
        return true;
    }

    private static bool TryTyped(object? value, out double number)
    {
        number = 0;
        switch (value)
        {
            case double real:
                number = real;
                return true;
            case float real:
                number = real;
                return true;
            case Enum or null:
                return false;
            case System.Numerics.BigInteger integer:
                number = (double)integer;
                return true;
            case Half half:
                number = (double)half;
                return true;
            case IConvertible other when other.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal:
                number = other.ToDouble(CultureInfo.InvariantCulture);
                return true;
            default:
                return false;
        }
    }
}
