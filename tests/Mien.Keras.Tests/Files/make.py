"""Makes fixed.h5, variable.hdf5 and expected.json with h5py (HDF5's own library) and NumPy; the tests need neither.

The files hold what Keras, h5py and their users write and PureHDF's writer cannot: strings of fixed length, bytes,
chunks, gzip with shuffle, half and double precision beside one another, old groups (symbol tables). The outputs are
computed here, independently of Mien. Run: python3 make.py
"""
import json

import h5py
import numpy as np

rng = np.random.default_rng(1)


def values(*shape, scale=0.5, centre=0.0):
    return (centre + scale * rng.uniform(-1, 1, shape)).astype(np.float32)


def pad_same(n, k, s):
    out = -(-n // s)
    total = max((out - 1) * s + k - n, 0)
    return out, total // 2, total - total // 2


def windows(x, k, s, same, fill):
    h, w, _ = x.shape
    if same:
        (oh, t, b), (ow, l, r) = pad_same(h, k, s), pad_same(w, k, s)
        x = np.pad(x, ((t, b), (l, r), (0, 0)), constant_values=fill)
    else:
        oh, ow = (h - k) // s + 1, (w - k) // s + 1
    return np.array([[x[y * s:y * s + k, c * s:c * s + k] for c in range(ow)] for y in range(oh)])


def conv(x, kernel, stride=1, same=False):
    return np.einsum("yxijc,ijcf->yxf", windows(x, kernel.shape[0], stride, same, 0.0), kernel)


def depthwise(x, kernel):
    return np.einsum("yxijc,ijcm->yxcm", windows(x, kernel.shape[0], 1, True, 0.0), kernel).reshape(*x.shape[:2], -1)


def norm(x, w):
    return (x - w[2]) / np.sqrt(w[3] + 1e-3) * w[0] + w[1]


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def norm_weights(n):
    return [values(n, centre=1, scale=0.3), values(n), values(n), values(n, centre=1)]


def layer(name, class_name, **config):
    return {"class_name": class_name, "config": {"name": name, "trainable": True, **config}}


def write(group, name, weights, roles, fixed, **storage):
    g = group.create_group(name)
    names = [f"{name}/{r}:0" for r in roles]
    g.attrs["weight_names"] = np.array([n.encode() for n in names]) if fixed and names else [n.encode() for n in names]
    for n, w in zip(names, weights):
        g.create_dataset(n, data=w, **storage)


NORM = ["gamma", "beta", "moving_mean", "moving_variance"]
image = np.array([[[((y * 7 + x * 13) % 32) / 32] for x in range(10)] for y in range(12)])
expected = {}

# A sequential model: fixed-length strings, compressed chunks, a dense layer in double precision, an optimiser's state.
k1, b1, n1, k2, b2 = values(3, 3, 1, 6), values(6), norm_weights(6), values(6 * 5 * 6, 7, scale=0.3), values(7)
x = np.maximum(norm(conv(image, k1, same=True) + b1, n1), 0)
x = windows(x, 2, 2, False, 0).max(axis=(2, 3))
expected["fixed.h5"] = softmax(x.reshape(-1) @ k2.astype(np.float64) + b2).tolist()
config = {"class_name": "Sequential", "config": [
    layer("conv2d_1", "Conv2D", batch_input_shape=[None, 12, 10, 1], dtype="float32", filters=6, kernel_size=[3, 3],
          strides=[1, 1], padding="same", data_format="channels_last", dilation_rate=[1, 1], activation="linear",
          use_bias=True, kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}}),
    layer("batch_normalization_1", "BatchNormalization", axis=-1, momentum=0.99, epsilon=0.001, center=True,
          scale=True),
    layer("activation_1", "Activation", activation="relu"),
    layer("max_pooling2d_1", "MaxPooling2D", pool_size=[2, 2], padding="valid", strides=[2, 2],
          data_format="channels_last"),
    layer("flatten_1", "Flatten"),
    layer("dense_1", "Dense", units=7, activation="softmax", use_bias=True)]}
with h5py.File("fixed.h5", "w") as f:
    f.attrs["keras_version"] = np.bytes_(b"2.1.6")
    f.attrs["backend"] = np.bytes_(b"tensorflow")
    f.attrs["model_config"] = np.bytes_(json.dumps(config).encode())
    g = f.create_group("model_weights")
    g.attrs["layer_names"] = np.array([l["config"]["name"].encode() for l in config["config"]])
    packed = {"compression": "gzip", "shuffle": True, "chunks": True}
    write(g, "conv2d_1", [k1, b1], ["kernel", "bias"], True, **packed)
    write(g, "batch_normalization_1", n1, NORM, True, **packed)
    write(g, "dense_1", [k2.astype(np.float64), b2.astype(np.float64)], ["kernel", "bias"], True, **packed)
    for name in ("activation_1", "max_pooling2d_1", "flatten_1"):
        write(g, name, [], [], True)
    o = f.create_group("optimizer_weights")
    o.attrs["weight_names"] = [b"Adam/iterations:0"]
    o.create_dataset("Adam/iterations:0", data=np.int64(7))

# A functional model as h5py stores what Keras hands it (bytes, lists of bytes), half precision in one layer, layers
# that TensorFlow renamed, names in parts.
k1, d1, p1, n1 = values(3, 3, 1, 4), values(3, 3, 4, 1), values(1, 1, 4, 6).astype(np.float16), norm_weights(6)
k2, n2, k3, b3 = values(1, 1, 4, 6), norm_weights(6), values(3, 3, 6, 7), values(7)
x = np.maximum(conv(image, k1), 0)
main = norm(conv(depthwise(x, d1), p1.astype(np.float64)), n1)
main = windows(main, 3, 2, True, -np.inf).max(axis=(2, 3))
side = norm(conv(x, k2, stride=2, same=True), n2)
x = (conv(main + side, k3, same=True) + b3).mean(axis=(0, 1))
expected["variable.hdf5"] = (1 / (1 + np.exp(-x))).tolist()


def node(json_layer, *inputs):
    inbound = [[[i, 0, 0, {}] for i in inputs]] if inputs else []
    return {**json_layer, "name": json_layer["config"]["name"], "inbound_nodes": inbound}


layers = [
    node(layer("input_1", "InputLayer", batch_input_shape=[None, 12, 10, 1], dtype="float32", sparse=False)),
    node(layer("conv2d", "Conv2D", filters=4, kernel_size=[3, 3], strides=[1, 1], padding="valid", activation="relu",
               use_bias=False), "input_1"),
    node(layer("separable_conv2d", "SeparableConv2D", filters=6, kernel_size=[3, 3], strides=[1, 1], padding="same",
               depth_multiplier=1, activation="linear", use_bias=False), "conv2d"),
    node(layer("batch_normalization_1", "BatchNormalization", axis=[3], momentum=0.99, epsilon=0.001),
         "separable_conv2d"),
    node(layer("conv2d_1", "Conv2D", filters=6, kernel_size=[1, 1], strides=[2, 2], padding="same",
               activation="linear", use_bias=False), "conv2d"),
    node(layer("max_pooling2d", "MaxPooling2D", pool_size=[3, 3], strides=[2, 2], padding="same"),
         "batch_normalization_1"),
    node(layer("batch_normalization", "BatchNormalization", axis=[3], momentum=0.99, epsilon=0.001), "conv2d_1"),
    node(layer("add", "Add"), "max_pooling2d", "batch_normalization"),
    node(layer("conv2d_2", "Conv2D", filters=7, kernel_size=[3, 3], strides=[1, 1], padding="same",
               activation="linear", use_bias=True), "add"),
    node(layer("global_average_pooling2d", "GlobalAveragePooling2D"), "conv2d_2"),
    node(layer("predictions", "Activation", activation="sigmoid"), "global_average_pooling2d")]
config = {"class_name": "Functional", "config": {
    "name": "model", "layers": layers, "input_layers": [["input_1", 0, 0]], "output_layers": [["predictions", 0, 0]]}}
with h5py.File("variable.hdf5", "w") as f:
    f.attrs["keras_version"] = "2.4.0"
    f.attrs["backend"] = b"tensorflow"
    f.attrs["model_config"] = json.dumps(config).encode()
    g = f.create_group("model_weights")
    names = [l["name"].encode() for l in layers]
    g.attrs["layer_names0"], g.attrs["layer_names1"] = names[:6], names[6:]
    weights = {
        "conv2d": ([k1], ["kernel"]),
        "separable_conv2d": ([d1, p1], ["depthwise_kernel", "pointwise_kernel"]),
        "batch_normalization_1": (n1, NORM),
        "conv2d_1": ([k2], ["kernel"]),
        "batch_normalization": (n2, NORM),
        "conv2d_2": ([k3, b3], ["kernel", "bias"]),
    }
    for name in (l["name"] for l in layers):
        write(g, name, *weights.get(name, ([], [])), False)

with open("expected.json", "w") as f:
    json.dump(expected, f, indent=1)
    f.write("\n")
