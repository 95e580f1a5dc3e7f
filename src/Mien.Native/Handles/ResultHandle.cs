namespace Mien.Native;

/// <summary>A result, and the structs and strings that C reads. Immutable.</summary>
internal sealed unsafe class ResultHandle : NativeHandle
{
    public const string Name = "result";

    private readonly RecognitionResult result;
    private readonly string model;
    private readonly FaceBlock block;

    public ResultHandle(RecognitionResult result, ModelContract contract)
    {
        this.result = result;
        model = contract.Name;
        block = new FaceBlock(result.Faces);
        Image = new MienImage
        {
            Width = result.Width,
            Height = result.Height,
            IsFaceCrop = result.IsFaceCrop ? 1 : 0,
            FaceCount = result.Faces.Count,
            LabelCount = contract.Labels.Count,
        };
    }

    public override string Kind => Name;

    public MienImage Image { get; }

    public MienFace* Faces => block.Faces;

    /// <summary>Serializes the result as <c>mien predict --json</c> does.</summary>
    public string ToJson() => RecognitionJson.ToJson(result, model);

    protected override void FreeContent() => block.Free();
}
