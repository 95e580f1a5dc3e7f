using Mien.CommandLine;
using Mien.Lab;

return ConsoleProgram.Run(LabCommand.Create(), args, asMien: LabCommand.AsMien);
