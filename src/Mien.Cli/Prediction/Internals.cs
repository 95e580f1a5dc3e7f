using System.Runtime.CompilerServices;

// The pipeline's order and look-ahead are counted, not guessed from outputs.
[assembly: InternalsVisibleTo("Mien.Cli.Tests")]
