[assembly: AssemblyFixture(typeof(Mien.Cli.Tests.CleanEnvironment))]

namespace Mien.Cli.Tests;

/// <summary>
/// Removes the variables of the NATS server, so that no test and no program that a test starts uses the server of the
/// machine that they run on.
/// </summary>
public sealed class CleanEnvironment
{
    public CleanEnvironment()
    {
        foreach (string name in Environment.GetEnvironmentVariables().Keys.Cast<string>().ToList())
        {
            if (name.StartsWith("MIEN_NATS_", StringComparison.OrdinalIgnoreCase))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }
}
