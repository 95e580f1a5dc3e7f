using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// Makes ONNX Runtime sessions the way <see cref="ClassifierOptions"/> says, for every network of this library.
/// Thread-safe.
/// </summary>
internal static class SessionFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>
    /// Opens a network with <paramref name="open"/> on the device that is wished for; with
    /// <see cref="InferenceDevice.Auto"/> on CUDA if that works to the end of <paramref name="open"/>, else on the
    /// processor.
    /// </summary>
    /// <typeparam name="T">What is opened.</typeparam>
    /// <param name="wish">The device that is wished for.</param>
    /// <param name="open">
    /// Opens it on <see cref="InferenceDevice.Cpu"/> or <see cref="InferenceDevice.Cuda"/>, best with a first run;
    /// frees what it made where it throws.
    /// </param>
    /// <exception cref="MienException">
    /// <c>noCuda</c>: CUDA is wished for and not there; <c>noNativeLibrary</c>; whatever <paramref name="open"/>
    /// throws.
    /// </exception>
    public static T Open<T>(InferenceDevice wish, Func<InferenceDevice, T> open)
    {
        bool cuda = wish != InferenceDevice.Cpu && Providers().Contains(CudaProvider, StringComparer.Ordinal);
        if (wish == InferenceDevice.Cuda && !cuda)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noCuda",
                $"The device cuda was asked for, but this build of ONNX Runtime runs "
                    + $"on {string.Join(", ", Providers())} only. Take the device auto or cpu, or put the package "
                    + $"Microsoft.ML.OnnxRuntime.Gpu in the place of Microsoft.ML.OnnxRuntime."
            );
        }

        try
        {
            return open(cuda ? InferenceDevice.Cuda : InferenceDevice.Cpu);
        }
        catch (Exception e) when (cuda && wish == InferenceDevice.Auto && e is (MienException or OnnxRuntimeException))
        {
            // No driver, no cuDNN, a GPU too old or too full. A fault of the model itself comes again on the processor.
            return open(InferenceDevice.Cpu);
        }
    }

    /// <summary>Makes a session.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="options">Threads; its device is not looked at.</param>
    /// <param name="device">
    /// <see cref="InferenceDevice.Cpu"/> or <see cref="InferenceDevice.Cuda"/>, as <see cref="Open{T}"/> gives it.
    /// </param>
    /// <exception cref="MienException"><c>notAModel</c>, <c>noCuda</c>, <c>noNativeLibrary</c>.</exception>
    public static InferenceSession Create(
        byte[] model,
        string source,
        ClassifierOptions options,
        InferenceDevice device
    )
    {
        try
        {
            OnnxRuntimeTelemetry.TurnOff();
            using var sessionOptions = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                IntraOpNumThreads = options.Threads,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // errors come as exceptions
            };
            sessionOptions.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
            if (device == InferenceDevice.Cuda)
            {
                AppendCuda(sessionOptions);
            }

            return new InferenceSession(model, sessionOptions);
        }
        catch (OnnxRuntimeException e) when (device == InferenceDevice.Cuda)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noCuda",
                $"{source}: the network cannot be opened on CUDA ({e.Message}). Take the device cpu: if that "
                    + $"fails too, the file is at fault.",
                e
            );
        }
        catch (OnnxRuntimeException e)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "notAModel",
                $"{source}: is no ONNX model that can be loaded ({e.Message}). Expected a file that mien-lab "
                    + $"export wrote; if it was one, copy or download it again.",
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
                $"ONNX Runtime cannot use CUDA on this machine ({e.Message}). Install the driver, CUDA and "
                    + $"cuDNN that it asks for, or take the device auto or cpu.",
                e
            );
        }
    }

    private static string[] Providers()
    {
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
