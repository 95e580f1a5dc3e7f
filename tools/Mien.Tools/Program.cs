using Mien.CommandLine;
using Mien.Tools;

return ConsoleProgram.Run(ToolsCommand.Create(), args);
