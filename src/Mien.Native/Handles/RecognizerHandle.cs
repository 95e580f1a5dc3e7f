namespace Mien.Native;

/// <summary>A recognizer, and the strings of its labels. Thread-safe.</summary>
internal sealed unsafe class RecognizerHandle(FaceExpressionRecognizer recognizer) : NativeHandle
{
    public const string Name = "recognizer";

    private readonly nint[] labels = new nint[recognizer.Contract.Labels.Count];
    private readonly Lock gate = new();

    public FaceExpressionRecognizer Recognizer => recognizer;

    public IReadOnlyList<string> Labels => recognizer.Contract.Labels;

    public override string Kind => Name;

    /// <summary>Gets a label as a string that lives as long as the handle.</summary>
    public nint Label(int index)
    {
        if ((uint)index >= labels.Length)
        {
            throw Argument.Bad(
                "badIndex",
                $"There is no label {index}: the model has the labels 0 to {labels.Length - 1}."
            );
        }

        lock (gate)
        {
            return labels[index] == 0 ? labels[index] = (nint)NativeText.Allocate(Labels[index]) : labels[index];
        }
    }

    protected override void FreeContent()
    {
        recognizer.Dispose();
        foreach (nint label in labels)
        {
            NativeText.Free((byte*)label);
        }
    }
}
