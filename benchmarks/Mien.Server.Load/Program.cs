// Load and fault tests for 'mien serve'. Starts the service on this machine and stops it at the end.
//
//   dotnet run -c Release --project benchmarks/Mien.Server.Load -- load [--seconds 10] [--clients 1,8,64]
//   dotnet run -c Release --project benchmarks/Mien.Server.Load -- soak [--requests 20000] [--clients 16]
using Mien.Server.Load;

if (!Arguments.TryRead(args, out Arguments arguments, out string wrong))
{
    Console.Error.WriteLine(wrong);
    return 2;
}

Console.WriteLine(Machine.Line());
Console.WriteLine();
return arguments.Mode == "load" ? await new LoadRun(arguments).RunAsync() : await new SoakRun(arguments).RunAsync();
