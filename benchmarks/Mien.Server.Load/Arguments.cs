using System.Globalization;

namespace Mien.Server.Load;

/// <summary>The parsed command line. Every value has an upper bound.</summary>
internal sealed record Arguments
{
    public string Mode { get; init; } = "load";

    public double Seconds { get; init; } = 10;

    public int Requests { get; init; } = 20_000;

    public IReadOnlyList<int> Clients { get; init; } = [];

    public string? Model { get; init; }

    public static bool TryRead(string[] args, out Arguments arguments, out string wrong)
    {
        arguments = new Arguments();
        wrong = "";
        if (args is not [("load" or "soak") and var mode, .. var rest])
        {
            wrong =
                "Expected 'load [--seconds S] [--clients N,N,…] [--model NAME]' or 'soak [--requests N] "
                + "[--clients N] [--model NAME]'.";
            return false;
        }

        arguments = arguments with { Mode = mode, Clients = mode == "load" ? [1, 8, 64] : [16] };
        for (int i = 0; i < rest.Length; i += 2)
        {
            string value = i + 1 < rest.Length ? rest[i + 1] : "";
            Arguments? read = rest[i] switch
            {
                "--seconds" when Number(value, 0.5, 600) is { } seconds => arguments with { Seconds = seconds },
                "--requests" when Number(value, 1, 1_000_000) is { } requests => arguments with
                {
                    Requests = (int)requests,
                },
                "--clients"
                    when value.Split(',').Select(v => Number(v, 1, 256)).ToArray() is var clients
                        && clients.All(c => c is not null) => arguments with
                {
                    Clients = [.. clients.Select(c => (int)c!.Value)],
                },
                "--model" when value.Length > 0 => arguments with { Model = value },
                _ => null,
            };
            if (read is null)
            {
                wrong =
                    $"'{rest[i]} {value}' is invalid: expected --seconds 0.5..600, --requests 1..1000000, "
                    + $"--clients 1..256 or --model NAME.";
                return false;
            }

            arguments = read;
        }

        return true;
    }

    private static double? Number(string text, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && value >= least
        && value <= most
            ? value
            : null;
}
