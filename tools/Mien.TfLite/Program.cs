using Mien.TfLite;

return ConvertProgram.Run(args, Console.Error);
