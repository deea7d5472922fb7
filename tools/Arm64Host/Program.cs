using System.Reflection;

// Arm64Host ASSEMBLY.dll ARGS…: what `dotnet exec` does, for an emulator, which so runs the very assembly that was built and tested on the
// machine around it.
if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: Arm64Host ASSEMBLY.dll ARGS…");
    return 2;
}

// The assembly looks for its data where it lies itself, not where this program lies.
string path = Path.GetFullPath(args[0]);
AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", Path.GetDirectoryName(path) + Path.DirectorySeparatorChar);

// Loaded by its path, it brings its neighbours along; run by its name, it is the one that was loaded.
return AppDomain.CurrentDomain.ExecuteAssemblyByName(Assembly.LoadFrom(path).GetName(), args[1..]);
