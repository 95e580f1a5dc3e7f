using BenchmarkDotNet.Attributes;

namespace Mien.Benchmarks;

/// <summary>
/// The peak performance of the processor: 2048³ × 2 = 17.18 billion operations per call (see <see
/// cref="GemmSession"/>).
/// </summary>
public class GemmBenchmarks : IDisposable
{
    private GemmSession? gemm;

    [GlobalSetup]
    public void Setup() => gemm = new GemmSession(threads: 0);

    [Benchmark]
    public void MatMul2048() => gemm!.Run();

    [GlobalCleanup]
    public void Dispose()
    {
        gemm?.Dispose();
        GC.SuppressFinalize(this);
    }
}
