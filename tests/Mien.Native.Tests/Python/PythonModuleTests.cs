namespace Mien.Native.Tests;

/// <summary>Every module of python/tests has a class here, so that it runs and reports by itself.</summary>
public sealed class PythonModuleTests
{
    [Fact]
    public void Every_module_of_Python_tests_is_run()
    {
        IEnumerable<string> modules = Directory
            .EnumerateFiles(Repository.PathOf("python/tests"), "test_*.py")
            .Select(file => Path.GetFileNameWithoutExtension(file));
        string run = File.ReadAllText(Repository.PathOf("tests/Mien.Native.Tests/Python/PythonModuleTests.cs"));
        Check.All(modules, module => Assert.Contains($"\"{module}\"", run, StringComparison.Ordinal));
    }
}

/// <summary>The Python package: the declarations of mien.h.</summary>
public sealed class PythonHeaderTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_header");
}

/// <summary>The Python package: images of Python as arguments of libmien.</summary>
public sealed class PythonImageTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_images");
}

/// <summary>The Python package: finding and loading libmien.</summary>
public sealed class PythonLibraryTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_library");
}

/// <summary>The Python package: recognition through libmien.</summary>
public sealed class PythonRecognizerTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_recognizer");
}

/// <summary>The Python package: threads, processes and memory.</summary>
public sealed class PythonThreadTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_threads");
}

/// <summary>The Python package: the interface of the package fer.</summary>
public sealed class PythonFerTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_fer");
}

/// <summary>The Python package: tables of pandas.</summary>
public sealed class PythonPandasTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_pandas");
}

/// <summary>The Python package: the command line.</summary>
public sealed class PythonCommandTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_main");
}

/// <summary>The Python package: README, docs and wheels.</summary>
public sealed class PythonPackageTests(PythonModules python)
{
    [Fact]
    public Task Its_tests_pass() => python.Run("test_package");
}
