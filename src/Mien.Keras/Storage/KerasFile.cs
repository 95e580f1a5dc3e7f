using PureHDF;

namespace Mien.Keras;

/// <summary>
/// A Keras HDF5 file: either a whole model (<c>model_config</c>, <c>model_weights</c>) or weights only. Optimizer state
/// is ignored. Not thread-safe; weights are read while the file is open.
/// </summary>
internal sealed class KerasFile : IDisposable
{
    private readonly IH5Group file;
    private readonly IH5Group weights;

    private KerasFile(string path, IH5Group file)
    {
        Path = path;
        this.file = file;
        Structure = Hdf5Text.Read(file, "model_config");
        weights = file.LinkExists("model_weights") ? file.Group("model_weights") : file;
        LayerNames = Hdf5Text.ReadList(weights, "layer_names") ?? [];
        KerasVersion = Hdf5Text.Read(file, "keras_version") ?? Hdf5Text.Read(weights, "keras_version");
        Backend = Hdf5Text.Read(file, "backend") ?? Hdf5Text.Read(weights, "backend");
    }

    public string Path { get; }

    /// <summary>The model's structure as JSON, or <c>null</c> in a weights-only file.</summary>
    public string? Structure { get; }

    public string? KerasVersion { get; }

    public string? Backend { get; }

    /// <summary>All layers in the order of the model, including those without weights.</summary>
    public IReadOnlyList<string> LayerNames { get; }

    public static KerasFile Open(string path)
    {
        ForeignFormat.Check(path);
        IH5Group? file = null;
        try
        {
            file = H5File.OpenRead(path);
            var opened = new KerasFile(path, file);
            opened.CheckForm();
            return opened;
        }
        catch (Exception e)
        {
            (file as IDisposable)?.Dispose();
            throw Wrap(e, path);
        }
    }

    /// <summary>A layer's weights in the order in which Keras wrote them; empty for a layer without weights.</summary>
    public IReadOnlyList<WeightEntry> WeightsOf(string layer)
    {
        try
        {
            if (!weights.LinkExists(layer))
            {
                return [];
            }

            IH5Group group = weights.Group(layer);

            // The names are paths below the group. Its children are only their first parts and may have other names.
            return
            [
                .. (Hdf5Text.ReadList(group, "weight_names") ?? []).Select(name => new WeightEntry(
                    name,
                    group.Dataset(name),
                    Path
                )),
            ];
        }
        catch (Exception e)
        {
            throw Wrap(e, Path, layer);
        }
    }

    public void Dispose() => ((IDisposable)file).Dispose();

    private void CheckForm()
    {
        bool isKeras3 =
            LayerNames.Count == 0 && (file.LinkExists("layers") || file.LinkExists("_layer_checkpoint_dependencies"));
        if (isKeras3)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "kerasVersion",
                $"{Path}: has weights in the Keras 3 format (.weights.h5: "
                    + $"layers/…/vars/0){(KerasVersion is null ? "" : $", written by Keras {KerasVersion}")}, "
                    + $"expected Keras 2's HDF5. In Python, with the model loaded: model.save('model.h5')."
            );
        }

        if (Structure is null && LayerNames.Count == 0)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "badFile",
                $"{Path}: is an HDF5 file without a Keras model: it has neither 'model_config' nor "
                    + $"'layer_names'. Expected a file written by model.save('model.h5') or "
                    + $"model.save_weights('weights.h5')."
            );
        }
    }

    // PureHDF reports damage with exceptions of many types, including plain Exception.
    private static Exception Wrap(Exception e, string path, string? layer = null) =>
        e is KerasException or OutOfMemoryException
            ? e
            : new KerasException(
                ErrorKind.BadInput,
                "badFile",
                $"{path}: the HDF5 file cannot be "
                    + $"read{(layer is null ? "" : $" at the weights of layer '{layer}'")}: {e.Message} It is "
                    + $"damaged or truncated: copy or download it again.",
                layer,
                e
            );
}
