using Mien.Tests.Images;

namespace Mien.Tests;

/// <summary>The program in the package's README is this one: it compiles, and it runs where a model is built in.</summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)] // it changes the current folder and the console
public sealed class ReadmeTests
{
    [Fact]
    public void The_program_in_the_readme_is_the_one_that_is_compiled_here()
    {
        string[] readme = Block(File.ReadAllLines(Path.Combine(Repository(), "src", "Mien", "README.md")), "```csharp", "```");
        string[] compiled = Block(File.ReadAllLines(Path.Combine(Repository(), "tests", "Mien.Tests", "ReadmeTests.cs")), "        // README begins", "        // README ends");
        Assert.NotEmpty(readme);
        Assert.Equal(readme, compiled.Select(l => l.Length > 8 ? l[8..] : l));
    }

    [Fact]
    public void The_program_in_the_readme_runs()
    {
        if (!BuiltInModels.Names.Contains(BuiltInModels.Default))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "This build holds no default model (models/deep/deep.onnx).");
        }

        using var folder = new TempFolder();
        string before = Environment.CurrentDirectory;
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Console.SetOut(output);
            folder.Write("face.jpg", ImageFiles.Encode(ImageFiles.Gradient(48, 48), SkiaSharp.SKEncodedImageFormat.Jpeg));
            Program();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }

        Assert.All(Expressions.Names, name => Assert.Contains(name, output.ToString(), StringComparison.Ordinal));
    }

    private static void Program()
    {
        // README begins
        using ExpressionClassifier classifier = ExpressionClassifier.Load();
        GrayImage face = GrayImage.Decode("face.jpg");
        ExpressionResult result = classifier.Classify(face);

        Console.WriteLine(result); // the top expression and its probability
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            Console.WriteLine($"{expression.Name(),-10} {result[expression]:0.000}");
        }

        // README ends
    }

    private static string[] Block(string[] lines, string begin, string end) =>
        [.. lines.SkipWhile(l => l != begin).Skip(1).TakeWhile(l => l != end).Reverse().SkipWhile(l => l.Length == 0).Reverse()];

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Mien.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
