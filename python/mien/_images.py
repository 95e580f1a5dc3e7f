"""Turns images (paths, bytes, arrays, PIL images) into arguments of libmien, without a copy where possible."""

from __future__ import annotations

import ctypes
import os
from typing import Any, NamedTuple, Optional, Tuple, Union

from . import _abi
from ._errors import BadInputError, BadUsageError, UnavailableError

#: How arrays of other data types become uint8, by the kind of the type.
_ADVICE = {
    "f": " For values from 0 to 1: (image * 255).round().astype('uint8').",
    "b": " For true as white: image.astype('uint8') * 255.",
}
_ADVICE_16 = " For values of 16 bits: (image // 257).astype('uint8')."

#: The channels of an array's last axis, by name.
ORDERS = ("rgb", "bgr")

_FORMATS = {
    ("rgb", 1): _abi.PIXELS_GRAY,
    ("bgr", 1): _abi.PIXELS_GRAY,
    ("rgb", 3): _abi.PIXELS_RGB,
    ("bgr", 3): _abi.PIXELS_BGR,
    ("rgb", 4): _abi.PIXELS_RGBA,
    ("bgr", 4): _abi.PIXELS_BGRA,
}
_PIL_MODES = {"L": 1, "RGB": 3, "RGBA": 4}
_PIL_WITH_ALPHA = ("LA", "La", "PA", "RGBa")
_PIL_DEEP = ("I", "F")
_MAX_SIDE = 2**31 - 1
#: What libmien reads at most, whatever its options say.
_MAX_PIXELS = 2**29


class File(NamedTuple):
    """An image file by its path in UTF-8."""

    path: bytes


class Encoded(NamedTuple):
    """An encoded image, such as the content of a JPEG file."""

    data: Any
    length: int


class Pixels(NamedTuple):
    """Pixels in memory."""

    address: int
    length: int
    width: int
    height: int
    stride: int
    format: int
    owner: Any


Source = Union[File, Encoded, Pixels]


def source_of(image: Any, order: str = "rgb", max_pixels: int = _MAX_PIXELS) -> Source:
    """Describes an image for libmien.

    Args:
        image: the image.
        order: the order of an array's channels.
        max_pixels: the largest array that is copied.

    Raises:
        BadInputError: an array that would have to be copied has more pixels.
        BadUsageError: the type, the shape or the data type is not one that can be read.
        UnavailableError: a file whose name is not Unicode cannot be read.
    """
    if order not in ORDERS:
        raise BadUsageError(f"order is {order!r}, expected 'rgb' or 'bgr'.", "badOrder")
    if isinstance(image, (str, os.PathLike)):
        return _file(image)
    if isinstance(image, (bytes, bytearray)):
        return _encoded(memoryview(image))
    if _is_pil(image):
        return _pil(image)
    interface = getattr(image, "__array_interface__", None)
    if isinstance(interface, dict):
        return _array(image, interface, order, max_pixels)
    try:
        view = memoryview(image)
    except TypeError:
        raise _wrong_type(image) from None
    if view.ndim == 1:
        return _encoded(view)
    return _view(view, order, max_pixels)


def name_of(image: Any) -> Optional[str]:
    """The path of an image file as text; None for other images."""
    return os.fsdecode(image) if isinstance(image, (str, os.PathLike)) else None


def _file(image: Union[str, "os.PathLike[Any]"]) -> Source:
    path = os.fsdecode(image)
    if "\0" in path:
        raise BadUsageError(f"The path {path!r} holds a zero character, which no path can.", "badPath")
    if not path:
        raise BadUsageError("The path is empty. Give the path of an image.", "badPath")
    try:
        return File(path.encode("utf-8"))
    except UnicodeEncodeError:
        # Linux allows names that are not UTF-8; libmien does not.
        try:
            with open(path, "rb") as file:
                return _encoded(memoryview(file.read()))
        except OSError as error:
            raise UnavailableError(f"{path!r} cannot be read: {error.strerror}.", "cannotRead") from error


def _encoded(view: memoryview) -> Encoded:
    if view.format not in ("B", "b", "c"):
        raise BadUsageError(
            f"The bytes of the image have the format {view.format!r}, expected bytes. Give the content of an image "
            "file, or an array of height × width × channels.",
            "badType",
        )
    if isinstance(view.obj, bytes) and view.nbytes == len(view.obj):
        return Encoded(view.obj, view.nbytes)
    if view.readonly or not view.c_contiguous or view.nbytes == 0:
        return Encoded(view.tobytes(), view.nbytes)
    return Encoded((ctypes.c_char * view.nbytes).from_buffer(view), view.nbytes)


def _view(view: memoryview, order: str, max_pixels: int) -> Pixels:
    """Pixels of an array of another library than NumPy."""
    channels = _channels(tuple(view.shape or ()), "|u1" if view.format == "B" else str(view.format))
    _check_pixels(tuple(view.shape or ()), max_pixels)
    return _packed(view.tobytes(), tuple(view.shape or ()), channels, order)


def _is_pil(image: Any) -> bool:
    # PIL need not be there: an image is known by what it can do.
    return isinstance(getattr(image, "mode", None), str) and callable(getattr(image, "convert", None))


def _pil(image: Any) -> Pixels:
    if image.mode in _PIL_DEEP or image.mode.startswith("I;"):
        raise BadUsageError(
            f"The PIL image has the mode {image.mode!r}, expected 8 bits per channel. Scale it to 0..255 first.",
            "badType",
        )
    if image.mode not in _PIL_MODES:
        with_alpha = image.mode in _PIL_WITH_ALPHA or (image.mode == "P" and "transparency" in image.info)
        image = image.convert("RGBA" if with_alpha else "RGB")
    width, height = image.size
    channels = _PIL_MODES[image.mode]
    shape = (height, width) if channels == 1 else (height, width, channels)
    _channels(shape, "|u1")
    return _packed(image.tobytes(), shape, channels, "rgb")


def _array(image: Any, interface: "dict[str, Any]", order: str, max_pixels: int) -> Source:
    shape = tuple(interface["shape"])
    typestr = interface["typestr"]
    if len(shape) == 1 and typestr == "|u1":
        return _encoded(memoryview(image))  # the content of a file, as numpy.fromfile and cv2.imencode give it
    channels = _channels(shape, typestr)
    data = interface.get("data")
    if not isinstance(data, tuple):
        _check_pixels(shape, max_pixels)
        return _packed(_bytes(image if data is None else data), shape, channels, order)
    height, width = shape[:2]
    strides = interface.get("strides") or _packed_strides(shape)
    # The step along a side of length 1 means nothing.
    row = strides[0] if height > 1 else width * channels
    column = strides[1] if width > 1 else channels
    channel = strides[2] if channels > 1 else 1
    address = data[0]
    memory_order = order
    if channels == 3 and channel == -1:
        # A view such as image[:, :, ::-1]: the pixels in memory have the other order.
        memory_order, channel, address = ("bgr" if order == "rgb" else "rgb"), 1, address - 2
    if channel != 1 or column != channels or row < width * channels:
        _check_pixels(shape, max_pixels)
        return _packed(_bytes(image), shape, channels, order)
    length = (height - 1) * row + width * channels
    return Pixels(address, length, width, height, row, _FORMATS[memory_order, channels], image)


def _check_pixels(shape: Tuple[int, ...], max_pixels: int) -> None:
    """Refuses what libmien would refuse, before it is copied: numpy.broadcast_to makes huge arrays of one byte."""
    height, width = shape[:2]
    if height * width > max_pixels:
        raise BadInputError(f"The image is {width}×{height}, at most {max_pixels} pixels are read.", "tooLarge")


def _packed_strides(shape: Tuple[int, ...]) -> Tuple[int, ...]:
    channels = shape[2] if len(shape) == 3 else 1
    return (shape[1] * channels, channels, 1)


def _bytes(image: Any) -> bytes:
    """Copies pixels, row by row from the top and without gaps, whatever the layout of the array is."""
    copy = getattr(image, "tobytes", None)
    return copy() if callable(copy) else memoryview(image).tobytes()


def _packed(data: bytes, shape: Tuple[int, ...], channels: int, order: str) -> Pixels:
    height, width = shape[:2]
    if len(data) != height * width * channels:
        raise BadUsageError(
            f"The image holds {len(data)} bytes, expected {height * width * channels} for {shape}.", "badShape"
        )
    address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
    return Pixels(address, len(data), width, height, width * channels, _FORMATS[order, channels], data)


def _channels(shape: Tuple[int, ...], typestr: str) -> int:
    """The number of channels of an array.

    Raises:
        BadUsageError: no image has such a shape or data type.
    """
    expected = "height × width, or height × width × 1, 3 or 4 channels"
    if len(shape) == 4:
        raise BadUsageError(
            f"The array has the shape {shape}, expected one image: {expected}. Give the images of a batch to "
            "recognize_many.",
            "badShape",
        )
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3, 4)):
        first = len(shape) == 3 and shape[0] in (1, 3, 4)
        advice = " Put the channels last: image.transpose(1, 2, 0)." if first else ""
        raise BadUsageError(f"The array has the shape {shape}, expected {expected}.{advice}", "badShape")
    if 0 in shape or max(shape) > _MAX_SIDE:
        raise BadUsageError(f"The array has the shape {shape}, expected sides of 1 to {_MAX_SIDE} pixels.", "badShape")
    if typestr != "|u1":
        raise BadUsageError(
            f"The array has the data type {_data_type(typestr)}, expected uint8 with values from 0 to 255."
            f"{_ADVICE.get(typestr[1:2], '') if typestr[1:] != 'u2' else _ADVICE_16}",
            "badType",
        )
    return shape[2] if len(shape) == 3 else 1


def _data_type(typestr: str) -> str:
    """The name that NumPy has for a data type, such as float64 for <f8."""
    kinds = {"f": "float", "i": "int", "u": "uint", "b": "bool", "c": "complex"}
    kind = kinds.get(typestr[1:2])
    if kind is None or not typestr[2:].isdigit():
        return typestr
    return kind if kind == "bool" else f"{kind}{int(typestr[2:]) * 8}"


def _wrong_type(image: Any) -> BadUsageError:
    if image is None:
        return BadUsageError(
            "The image is None. cv2.imread returns None for a file that it cannot read: check the path.", "badType"
        )
    hint = ""
    if callable(getattr(image, "read", None)):
        hint = " For an open file, give what its read() returns."
    elif callable(getattr(image, "numpy", None)):
        hint = " For a tensor, give image.cpu().numpy() as uint8, height × width × channels."
    kind = type(image)
    return BadUsageError(
        f"The image is of the type {kind.__module__}.{kind.__qualname__}, expected a path, the bytes of an image file, "
        f"a NumPy array or a PIL image.{hint}",
        "badType",
    )
