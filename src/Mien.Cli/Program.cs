using Mien.Cli;
using Mien.CommandLine;

return await ConsoleProgram.RunAsync(MienCommand.Create(args), args).ConfigureAwait(false);
