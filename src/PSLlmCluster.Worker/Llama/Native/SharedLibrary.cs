using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Reads what a shared library says of itself, without loading it: whether it is one, whole and for this processor, and on Linux which
/// others it needs. To load one that is cut off would end the process (SIGBUS), which nothing can catch. ELF: the System V ABI, chapters
/// 4 and 5 (file header, program headers, the dynamic section); Windows: .NET's own reader of PE files.
/// </summary>
/// <param name="Fault">Why it cannot be loaded, a clause; null where nothing stands against it.</param>
/// <param name="Needs">The names of the libraries that it needs (DT_NEEDED); none where the system's format is not ELF.</param>
internal sealed record SharedLibrary(string? Fault, IReadOnlyList<string> Needs)
{
    private const int HeaderLength = 64;
    private const int ProgramHeaderLength = 56;
    private const int DynamicEntryLength = 16;
    private const int MostProgramHeaders = 4096;
    private const int LongestDynamicSection = 1 << 20;
    private const int LongestStrings = 1 << 24;
    private const uint Loaded = 1;
    private const uint Dynamic = 2;
    private const ulong Needed = 1;
    private const ulong Strings = 5;
    private const ulong StringsLength = 10;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>What it says.</returns>
    public static SharedLibrary Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return file.Length == 0 ? Faulty("it is empty")
                : OperatingSystem.IsLinux() ? ReadElf(file)
                : OperatingSystem.IsWindows() ? ReadPortableExecutable(file)
                : new SharedLibrary(null, []);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Faulty("it cannot be read: " + failure.Message);
        }
    }

    private static SharedLibrary Faulty(string clause) => new(clause, []);

    private static SharedLibrary ReadPortableExecutable(FileStream file)
    {
        try
        {
            using PEReader reader = new(file);
            bool suits = RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => reader.PEHeaders.CoffHeader.Machine == Machine.Amd64,
                Architecture.Arm64 => reader.PEHeaders.CoffHeader.Machine == Machine.Arm64,
                _ => true,
            };
            long end = reader.PEHeaders.SectionHeaders.Select(section => (long)section.PointerToRawData + section.SizeOfRawData)
                .DefaultIfEmpty().Max();
            return !suits ? Faulty("it is for another processor")
                : end > file.Length ? Faulty("it is cut off")
                : new SharedLibrary(null, []);
        }
        catch (BadImageFormatException)
        {
            return Faulty("it is no library");
        }
    }

    private static SharedLibrary ReadElf(FileStream file)
    {
        byte[] header = new byte[HeaderLength];
        int read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (read < 4 || !header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            return Faulty("it is no library");
        }

        if (read < HeaderLength)
        {
            return Faulty("it is cut off");
        }

        // 64 bits, little-endian, a shared object.
        if (header[4] != 2 || header[5] != 1 || UInt16(header, 16) != 3)
        {
            return Faulty("it is no library for a 64-bit system like this one");
        }

        int machine = UInt16(header, 18);
        if (machine != MachineOfThis())
        {
            string name = machine switch { 62 => "x64", 183 => "arm64", 243 => "RISC-V", _ => $"ELF machine {machine}" };
            return Faulty($"it is for another processor ({name}; this is {NativePlatform.Name})");
        }

        int count = UInt16(header, 56);
        ulong sections = UInt64(header, 40);
        ulong sectionsEnd = sections == 0 ? 0 : sections + ((ulong)UInt16(header, 58) * UInt16(header, 60));
        if (UInt16(header, 54) != ProgramHeaderLength || count is 0 or > MostProgramHeaders)
        {
            return Faulty("its header is damaged");
        }

        byte[] table = new byte[count * ProgramHeaderLength];
        if (sectionsEnd > (ulong)file.Length || !TryRead(file, UInt64(header, 32), table))
        {
            return Faulty("it is cut off");
        }

        return ReadSegments(file, [.. Enumerable.Range(0, count).Select(i => Segment.From(table.AsSpan(i * ProgramHeaderLength)))]);
    }

    private static SharedLibrary ReadSegments(FileStream file, Segment[] segments)
    {
        ulong length = (ulong)file.Length;
        if (segments.Any(
            segment => segment.Type is Loaded or Dynamic && (segment.Offset > length || segment.Length > length - segment.Offset)))
        {
            return Faulty("it is cut off");
        }

        if (segments.FirstOrDefault(segment => segment.Type == Dynamic) is not { Length: > 0 and <= LongestDynamicSection } dynamic)
        {
            return Faulty("its header is damaged");
        }

        byte[] entries = new byte[dynamic.Length / DynamicEntryLength * DynamicEntryLength];
        TryRead(file, dynamic.Offset, entries);
        List<ulong> names = [];
        ulong strings = 0;
        ulong stringsLength = 0;
        for (int at = 0; at < entries.Length && UInt64(entries, at) != 0; at += DynamicEntryLength)
        {
            ulong value = UInt64(entries, at + 8);
            switch (UInt64(entries, at))
            {
                case Needed:
                    names.Add(value);
                    break;
                case Strings:
                    strings = value;
                    break;
                case StringsLength:
                    stringsLength = value;
                    break;
                default:
                    break;
            }
        }

        // The strings are named by where they will lie in memory; the segment that is loaded there says where they lie in the file.
        Segment? holder = segments.FirstOrDefault(
            segment => segment.Type == Loaded && strings >= segment.Address && strings - segment.Address < segment.Length);
        byte[] text = new byte[stringsLength <= LongestStrings ? stringsLength : 0];
        return holder is not null && TryRead(file, holder.Offset + (strings - holder.Address), text)
            ? new SharedLibrary(null, [.. names.Select(name => TextAt(text, name)).Where(name => name.Length > 0)])
            : Faulty("its header is damaged");
    }

    private static string TextAt(byte[] strings, ulong start)
    {
        ReadOnlySpan<byte> rest = start < (ulong)strings.Length ? strings.AsSpan((int)start) : [];
        int end = rest.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? [] : rest[..end]);
    }

    private static bool TryRead(FileStream file, ulong offset, byte[] target)
    {
        if (offset > (ulong)file.Length || (ulong)target.Length > (ulong)file.Length - offset)
        {
            return false;
        }

        file.Position = (long)offset;
        file.ReadExactly(target);
        return true;
    }

    private static int MachineOfThis() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 62,
        Architecture.Arm64 => 183,
        _ => -1,
    };

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    /// <summary>A program header: a piece of the file that is loaded, or that says how.</summary>
    private sealed record Segment(uint Type, ulong Offset, ulong Address, ulong Length)
    {
        public static Segment From(ReadOnlySpan<byte> bytes)
            => new(BinaryPrimitives.ReadUInt32LittleEndian(bytes), UInt64(bytes, 8), UInt64(bytes, 16), UInt64(bytes, 32));
    }
}
