using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary>
/// The last error of each thread, as strings that C reads. They live until the thread's next error, or its end.
/// </summary>
internal static unsafe class LastError
{
    [ThreadStatic]
    private static Texts? texts;

    /// <summary>An empty string.</summary>
    public static byte* Empty => Literal("\0"u8);

    /// <summary>The code of the calling thread's last error; empty if there was none.</summary>
    public static byte* Code => texts is { } own ? own.Code : Empty;

    /// <summary>Its message.</summary>
    public static byte* Message => texts is { } own ? own.Message : Empty;

    public static void Set(string code, string message)
    {
        byte* codeText = NativeText.Allocate(code);
        byte* messageText;
        try
        {
            messageText = NativeText.Allocate(message);
        }
        catch
        {
            NativeText.Free(codeText);
            throw;
        }

        try
        {
            (texts ??= new Texts()).Own(codeText, messageText);
        }
        catch
        {
            NativeText.Free(codeText);
            NativeText.Free(messageText);
            throw;
        }
    }

    /// <summary>Sets an error without allocating memory, unless it is the first of the thread.</summary>
    public static void SetOutOfMemory() =>
        SetLiteral(
            Literal("outOfMemory"u8),
            Literal("There is not enough memory. Use smaller images, or a machine with more memory."u8)
        );

    /// <summary>The same for a forked process, in which the collector may not run.</summary>
    public static void SetForked() =>
        SetLiteral(
            Literal("forked"u8),
            Literal(
                "This process was forked from one that had used libmien, whose threads it does not have. Use libmien "u8
                    + "only after fork(), or start the process anew (Python: the start method 'spawn')."u8
            )
        );

    private static void SetLiteral(byte* code, byte* message)
    {
        try
        {
            (texts ??= new Texts()).Borrow(code, message);
        }
        catch (OutOfMemoryException)
        {
            // The status of the call says so.
        }
    }

    // A UTF-8 literal lies in the program's data: it ends with a zero byte and never moves.
    private static byte* Literal(ReadOnlySpan<byte> literal) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    /// <summary>The strings of a thread; the collector frees them after its end.</summary>
    private sealed class Texts
    {
        private bool owned;

        ~Texts() => Release();

        public byte* Code { get; private set; } = Empty;

        public byte* Message { get; private set; } = Empty;

        public void Own(byte* code, byte* message)
        {
            Release();
            Code = code;
            Message = message;
            owned = true;
        }

        public void Borrow(byte* code, byte* message)
        {
            Release();
            Code = code;
            Message = message;
        }

        private void Release()
        {
            if (owned)
            {
                owned = false;
                NativeText.Free(Code);
                NativeText.Free(Message);
            }
        }
    }
}
