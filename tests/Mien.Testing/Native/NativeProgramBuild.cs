namespace Mien.Testing;

/// <summary>
/// The program <c>mien</c> as a native one. It is published once per test run, into the build output of these tests.
/// </summary>
public static class NativeProgramBuild
{
    private static readonly Lazy<string> Published = new(() =>
        NativeBuild.Publish("src/Mien.Cli", "mien", "-p:NativeProgram=true")
    );

    /// <summary>
    /// The published folder. Skips the test if clang is missing, or the platform is none that this is tried on.
    /// </summary>
    public static string Folder
    {
        get
        {
            NativeBuild.Require();
            return Published.Value;
        }
    }

    /// <summary>The path of the program.</summary>
    public static string Program => Path.Combine(Folder, "mien");
}
