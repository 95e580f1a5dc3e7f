using System.Globalization;
using Mien.Native.Benchmarks;

// dotnet run -c Release --project benchmarks/Mien.Native.Benchmarks -- [CROPS] [PHOTOS]
//
// libmien, called from C (calls.c), against the managed library: calls per second and memory. Publishes libmien and
// compiles calls.c, with clang. CROPS: calls with a crop, 100,000 by default; PHOTOS: different photos, 1,000.
if (
    args.Length > 2
    || args.Any(a => !int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n < 100)
)
{
    Console.Error.WriteLine("usage: [CROPS] [PHOTOS], numbers of calls, 100 or more each");
    return 2;
}

int crops = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
int photos = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
CallTables.Write(crops, photos);
return 0;
