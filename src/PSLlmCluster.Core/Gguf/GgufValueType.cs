namespace PSLlmCluster.Core.Gguf;

/// <summary>The types of a GGUF file's values (<c>enum gguf_type</c> of gguf.h).</summary>
internal enum GgufValueType : uint
{
    /// <summary>A byte.</summary>
    UInt8 = 0,

    /// <summary>A byte with a sign.</summary>
    Int8 = 1,

    /// <summary>16 bits.</summary>
    UInt16 = 2,

    /// <summary>16 bits with a sign.</summary>
    Int16 = 3,

    /// <summary>32 bits.</summary>
    UInt32 = 4,

    /// <summary>32 bits with a sign.</summary>
    Int32 = 5,

    /// <summary>A number in single precision.</summary>
    Float32 = 6,

    /// <summary>A byte, 0 or 1.</summary>
    Bool = 7,

    /// <summary>A length in 8 bytes, and a text in UTF-8.</summary>
    String = 8,

    /// <summary>The elements' type, their count in 8 bytes, and the elements.</summary>
    Array = 9,

    /// <summary>64 bits.</summary>
    UInt64 = 10,

    /// <summary>64 bits with a sign.</summary>
    Int64 = 11,

    /// <summary>A number in double precision.</summary>
    Float64 = 12,
}
