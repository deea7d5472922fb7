using System.Globalization;
using System.Numerics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>The one rule of what is a number, for coordinates, vectors and properties alike.</summary>
public static class NumberValue
{
    /// <summary>Reads a text that is a number in the invariant culture or, where it is none, in another one.</summary>
    /// <param name="text">
    /// The text, such as 1234.5 or 1E-05, with blanks around it or without. Separators of thousands are read in neither culture, as what is
    /// one in one culture is a decimal point in another.
    /// </param>
    /// <param name="culture">The other culture, most often the current one, which has 1234,5 in German.</param>
    /// <param name="number">Receives the number; one too large is infinite. 0 where there is none.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryText(string text, CultureInfo culture, out double number)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            || double.TryParse(text, NumberStyles.Float, culture, out number);

    /// <summary>Reads a value of one of .NET's types of numbers; a choice (an enum) is none.</summary>
    /// <param name="value">The value; may be null.</param>
    /// <param name="number">Receives the number, rounded to a double; 0 where there is none.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryTyped(object? value, out double number)
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
            case BigInteger integer:
                number = (double)integer;
                return true;
            case Half half:
                number = (double)half;
                return true;
            case Int128 integer:
                number = (double)integer;
                return true;
            case UInt128 integer:
                number = (double)integer;
                return true;
            case IConvertible other when other.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal:
                number = other.ToDouble(CultureInfo.InvariantCulture);
                return true;
            default:
                return false;
        }
    }
}
