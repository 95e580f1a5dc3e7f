using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// Creates the ONNX Runtime sessions of all networks in this library from <see cref="ClassifierOptions"/>. Thread-safe.
/// </summary>
internal static class SessionFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";
    private const string CoreMlProvider = "CoreMLExecutionProvider";

    /// <summary>
    /// Opens a network on the requested device. <see cref="InferenceDevice.Auto"/> tries CUDA first and falls back to
    /// the CPU if <paramref name="open"/> fails.
    /// </summary>
    /// <typeparam name="T">The type of the opened network.</typeparam>
    /// <param name="requested">The requested device.</param>
    /// <param name="open">
    /// Opens the network on a device other than <see cref="InferenceDevice.Auto"/>. It should include a first run, so
    /// that errors that appear only in a run also lead to the fallback, and must free its resources if it throws.
    /// </param>
    /// <exception cref="MienException">
    /// <c>noCuda</c>, <c>noCoreMl</c>: it was requested but is not available; <c>noNativeLibrary</c>; or an error of
    /// <paramref name="open"/>.
    /// </exception>
    public static T Open<T>(InferenceDevice requested, Func<InferenceDevice, T> open)
    {
        if (requested == InferenceDevice.CoreMl)
        {
            return Providers().Contains(CoreMlProvider, StringComparer.Ordinal)
                ? open(InferenceDevice.CoreMl)
                : throw new MienException(
                    ErrorKind.BadUsage,
                    "noCoreMl",
                    $"The device coreml was requested, but this build of ONNX Runtime supports only "
                        + $"{string.Join(", ", Providers())}. Core ML exists on macOS only: use the device auto or cpu."
                );
        }

        bool cuda = requested != InferenceDevice.Cpu && Providers().Contains(CudaProvider, StringComparer.Ordinal);
        if (requested == InferenceDevice.Cuda && !cuda)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noCuda",
                $"The device cuda was requested, but this build of ONNX Runtime supports only "
                    + $"{string.Join(", ", Providers())}. Use the device auto or cpu, or replace the package "
                    + $"Microsoft.ML.OnnxRuntime by Microsoft.ML.OnnxRuntime.Gpu."
            );
        }

        try
        {
            return open(cuda ? InferenceDevice.Cuda : InferenceDevice.Cpu);
        }
        catch (Exception e)
            when (cuda && requested == InferenceDevice.Auto && e is (MienException or OnnxRuntimeException))
        {
            // Possible causes: no driver, no cuDNN, a GPU that is too old or out of memory. An error of the model
            // itself occurs again on the CPU.
            return open(InferenceDevice.Cpu);
        }
    }

    /// <summary>Creates a session.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="source">The name of the source for error messages.</param>
    /// <param name="options">The number of threads and the spinning; its device is ignored.</param>
    /// <param name="device">
    /// The device as chosen by <see cref="Open{T}"/>, never <see cref="InferenceDevice.Auto"/>.
    /// </param>
    /// <exception cref="MienException">
    /// <c>notAModel</c>, <c>noCuda</c>, <c>noCoreMl</c>, <c>noNativeLibrary</c>.
    /// </exception>
    public static InferenceSession Create(
        byte[] model,
        string source,
        ClassifierOptions options,
        InferenceDevice device
    )
    {
        NativeLibraries.Check(NativeLibraries.OnnxRuntimeFile);
        try
        {
            OnnxRuntimeTelemetry.TurnOff();
            using var sessionOptions = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                IntraOpNumThreads = options.Threads,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // errors are thrown as exceptions
            };
            sessionOptions.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
            // Never ONNX Runtime's own format, which it would recognise by itself and which nothing here checks.
            sessionOptions.AddSessionConfigEntry("session.load_model_format", "ONNX");
            if (device == InferenceDevice.Cuda)
            {
                AppendCuda(sessionOptions);
            }
            else if (device == InferenceDevice.CoreMl)
            {
                // What Core ML cannot run stays on the CPU, as ONNX Runtime divides the graph.
                sessionOptions.AppendExecutionProvider("CoreML");
            }

            return new InferenceSession(model, sessionOptions);
        }
        catch (OnnxRuntimeException e) when (device is InferenceDevice.Cuda or InferenceDevice.CoreMl)
        {
            (string code, string name) = device == InferenceDevice.Cuda ? ("noCuda", "CUDA") : ("noCoreMl", "Core ML");
            throw new MienException(
                ErrorKind.BadUsage,
                code,
                $"{source}: the network cannot be opened on {name} ({e.Message}). Try the device cpu; if that fails "
                    + $"too, the file is invalid.",
                e
            );
        }
        catch (OnnxRuntimeException e)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "notAModel",
                $"{source}: not an ONNX model that can be loaded ({e.Message}). Expected a file written by mien-lab "
                    + $"export; if it is one, copy or download it again.",
                e
            );
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("ONNX Runtime", e);
        }
    }

    private static void AppendCuda(SessionOptions options)
    {
        try
        {
            options.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException e)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noCuda",
                $"ONNX Runtime cannot use CUDA on this machine ({e.Message}). Install the driver, CUDA and cuDNN "
                    + $"that it requires, or use the device auto or cpu.",
                e
            );
        }
    }

    private static string[] Providers()
    {
        NativeLibraries.Check(NativeLibraries.OnnxRuntimeFile);
        try
        {
            OnnxRuntimeTelemetry.TurnOff();
            return OrtEnv.Instance().GetAvailableProviders();
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("ONNX Runtime", e);
        }
    }
}
