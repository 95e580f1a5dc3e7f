"""How images of Python become arguments of libmien. Nothing here needs the library."""

from __future__ import annotations

import array
import ctypes
import mmap
import os
import pathlib
import unittest

import mien
from mien import _abi, _images
from tests import support


def pixels_of(source: _images.Pixels) -> bytes:
    """Reads pixels as libmien does, in RGB or RGBA or gray."""
    channels = {_abi.PIXELS_GRAY: 1, _abi.PIXELS_RGB: 3, _abi.PIXELS_BGR: 3}.get(source.format, 4)
    rows = []
    for y in range(source.height):
        start = y * source.stride
        assert start + source.width * channels <= source.length
        row = ctypes.string_at(source.address + start, source.width * channels)
        if source.format in (_abi.PIXELS_BGR, _abi.PIXELS_BGRA):
            pixels = (row[i : i + channels] for i in range(0, len(row), channels))
            row = b"".join(pixel[2::-1] + pixel[3:] for pixel in pixels)
        rows.append(row)
    return b"".join(rows)


class PathAndBytesTest(support.FolderTest):
    """Files and encoded images."""

    def test_a_path_is_text_or_a_path_object(self) -> None:
        self.assertEqual(_images.source_of("фото.jpg"), _images.File("фото.jpg".encode()))
        self.assertEqual(_images.source_of(pathlib.Path("a") / "b.png"), _images.File(b"a/b.png"))

    def test_a_name_that_is_not_unicode_is_read_here(self) -> None:
        path = os.path.join(os.fsencode(self.folder), b"\xff.jpg")
        try:
            with open(path, "wb") as file:
                file.write(b"content")
        except OSError:
            self.skipTest("This file system allows only names in Unicode.")
        source = _images.source_of(os.fsdecode(path))
        self.assertEqual((bytes(source.data), source.length), (b"content", 7))
        with self.assertRaises(mien.UnavailableError) as caught:
            _images.source_of(os.fsdecode(path + b"2"))
        self.assertIn("No such file", caught.exception.message)

    def test_bytes_like_objects_are_encoded_images(self) -> None:
        content = b"\x89PNG content"
        with open(self.write("file", content), "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m:
            for image in (content, bytearray(content), memoryview(content), memoryview(content * 2)[::2], m):
                source = _images.source_of(image)
                self.assertIsInstance(source, _images.Encoded)
                self.assertEqual(bytes(source.data), bytes(memoryview(image)))
                self.assertEqual(source.length, len(memoryview(image)))
                del source, image  # an open view would keep the map from closing
        self.assertEqual(bytes(_images.source_of(array.array("B", content)).data), content)

    def test_bytes_and_bytearrays_are_not_copied(self) -> None:
        content = b"content"
        self.assertIs(_images.source_of(content).data, content)
        writable = bytearray(content)
        source = _images.source_of(writable)
        writable[0] = ord("C")
        self.assertEqual(bytes(source.data), b"Content")

    def test_wrong_types_say_what_was_found_and_what_to_do(self) -> None:
        class Tensor:
            def numpy(self) -> None: ...

        with open(support.PHOTO, "rb") as file:
            for image, text in (
                (None, "The image is None. cv2.imread returns None"),
                (3, "of the type builtins.int, expected a path, the bytes"),
                (file, "_io.BufferedReader, expected a path, the bytes of an image file, a NumPy array or a PIL image."
                 " For an open file, give what its read() returns."),
                (Tensor(), "image.cpu().numpy()"),
                (array.array("f", [1.0]), "the format 'f', expected bytes"),
                ("", "The path is empty"),
                ("a\0b", "holds a zero character"),
            ):
                with self.subTest(text), self.assertRaises(mien.BadUsageError) as caught:
                    _images.source_of(image)
                self.assertIn(text, caught.exception.message)
                self.assertIsInstance(caught.exception, ValueError)
        with self.assertRaisesRegex(mien.BadUsageError, "order is 'RGB', expected 'rgb' or 'bgr'"):
            _images.source_of(b"", "RGB")


class ArrayTest(unittest.TestCase):
    """NumPy arrays of every layout."""

    def setUp(self) -> None:
        self.numpy = support.module_or_skip("numpy")
        self.rgb = self.numpy.arange(5 * 7 * 3, dtype="uint8").reshape(5, 7, 3)
        self.rgba = self.numpy.arange(5 * 7 * 4, dtype="uint8").reshape(5, 7, 4)

    def layouts(self) -> dict:
        """Arrays by name, and whether each is passed without a copy."""
        rgb, numpy = self.rgb, self.numpy
        large = numpy.arange(20 * 30 * 3, dtype="uint8").reshape(20, 30, 3)
        read_only = rgb.copy()
        read_only.flags.writeable = False
        return {
            "packed": (rgb, True),
            "read only": (read_only, True),
            "part of a larger array": (large[3:9, 5:11], True),
            "every second row": (large[::2], True),
            "channels reversed": (rgb[:, :, ::-1], True),
            "channels of a part reversed": (large[3:9, 5:11, ::-1], True),
            "upside down": (rgb[::-1], False),
            "mirrored": (rgb[:, ::-1], False),
            "all axes reversed": (rgb[::-1, ::-1, ::-1], False),
            "every second column": (large[:, ::2], False),
            "Fortran order": (numpy.asfortranarray(rgb), False),
            "transposed": (rgb.transpose(1, 0, 2), False),
            "three of four channels": (self.rgba[:, :, :3], False),
            "channels first in memory": (numpy.ascontiguousarray(rgb.transpose(2, 0, 1)).transpose(1, 2, 0), False),
            "one row for all": (numpy.broadcast_to(rgb[:1], rgb.shape), False),
            "one pixel": (rgb[:1, :1], True),
            "one column": (rgb[:, 2:3], True),
            "one row reversed": (rgb[2:3][::-1], True),
            "gray": (rgb[:, :, 0].copy(), True),
            "gray with an axis": (rgb[:, :, :1].copy(), True),
            "one channel of three": (rgb[:, :, 1], False),
            "four channels": (self.rgba, True),
            "four channels reversed": (self.rgba[:, :, ::-1], False),
            "a subclass": (rgb.view(numpy.recarray), True),
        }

    def test_every_layout_is_read_as_the_array_shows_it(self) -> None:
        for name, (image, direct) in self.layouts().items():
            with self.subTest(name):
                source = _images.source_of(image)
                self.assertEqual((source.height, source.width), image.shape[:2])
                self.assertEqual(pixels_of(source), image.tobytes())
                self.assertIs(source.owner is image, direct)

    def test_bgr_exchanges_red_and_blue_and_keeps_alpha(self) -> None:
        for name, (image, direct) in self.layouts().items():
            with self.subTest(name):
                source = _images.source_of(image, "bgr")
                channels = image.shape[2] if image.ndim == 3 else 1
                places = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
                expected = image.reshape(*image.shape[:2], channels)[:, :, places]
                self.assertEqual(pixels_of(source), expected.tobytes())
                self.assertIs(source.owner is image, direct)

    def test_an_array_of_one_axis_is_an_encoded_image(self) -> None:
        content = b"\x89PNG content"
        source = _images.source_of(self.numpy.frombuffer(content, dtype="uint8"))
        self.assertEqual((bytes(source.data), source.length), (content, len(content)))

    def test_wrong_arrays_say_what_to_do(self) -> None:
        numpy = self.numpy
        for image, text in (
            (numpy.zeros((4, 4, 3)), "float64, expected uint8 with values from 0 to 255. For values from 0 to 1"),
            (numpy.zeros((4, 4, 3), "float32"), "float32, expected uint8"),
            (numpy.zeros((4, 4), "uint16"), "uint16, expected uint8 with values from 0 to 255. For values of 16 bits"),
            (numpy.zeros((4, 4), "int8"), "int8, expected uint8"),
            (numpy.zeros((4, 4), bool), "bool, expected uint8"),
            (numpy.zeros((4, 4), object), "|O, expected uint8"),
            (numpy.zeros((3, 9, 9), "uint8"), "(3, 9, 9), expected height × width, or height × width × 1, 3 or 4 "
             "channels. Put the channels last: image.transpose(1, 2, 0)."),
            (numpy.zeros((9, 9, 2), "uint8"), "the shape (9, 9, 2), expected height × width"),
            (numpy.zeros((2, 9, 9, 3), "uint8"), "Give the images of a batch to recognize_many"),
            (numpy.zeros((), "uint8"), "the shape ()"),
            (numpy.zeros((0, 5, 3), "uint8"), "the shape (0, 5, 3), expected sides of 1 to"),
            (numpy.zeros(5), "the shape (5,)"),
        ):
            with self.subTest(text), self.assertRaises(mien.BadUsageError) as caught:
                _images.source_of(image)
            self.assertIn(text, caught.exception.message)

    def test_advice_fits_the_data_type(self) -> None:
        for kind, advice in (("uint16", "(image // 257)"), ("float64", "(image * 255)"), ("bool", "* 255")):
            with self.subTest(kind), self.assertRaises(mien.BadUsageError) as caught:
                _images.source_of(self.numpy.zeros((4, 4), kind))
            self.assertIn(advice, caught.exception.message)
        for kind in ("int8", "int32", object):
            with self.subTest(kind), self.assertRaises(mien.BadUsageError) as caught:
                _images.source_of(self.numpy.zeros((4, 4), kind))
            self.assertTrue(caught.exception.message.endswith("with values from 0 to 255."))

    def test_a_huge_array_is_refused_before_it_is_copied(self) -> None:
        huge = self.numpy.broadcast_to(self.numpy.uint8(3), (60000, 60000, 3))
        with self.assertRaisesRegex(mien.BadInputError, "60000×60000, at most 1000 pixels") as caught:
            _images.source_of(huge, max_pixels=1000)
        self.assertEqual(caught.exception.code, "tooLarge")

    def test_a_view_of_another_library_is_read_too(self) -> None:
        view = memoryview(self.rgb.tobytes()).cast("B", (5, 7, 3))
        self.assertEqual(pixels_of(_images.source_of(view)), self.rgb.tobytes())
        with self.assertRaisesRegex(mien.BadUsageError, "expected height"):
            _images.source_of(memoryview(bytes(10)).cast("B", (1, 2, 5)))


class FakePil:
    """What of a PIL image is used. Pillow itself need not be installed."""

    def __init__(self, mode: str, size: tuple, data: bytes, info: "dict | None" = None) -> None:
        self.mode, self.size, self.data, self.info = mode, size, data, info or {}
        self.__array_interface__ = {"shape": (0,), "typestr": "|u1", "data": b"", "version": 3}  # must not be used

    def tobytes(self) -> bytes:
        return self.data

    def convert(self, mode: str) -> "FakePil":
        return FakePil(mode, self.size, bytes(range(self.size[0] * self.size[1] * len(mode))))


class PilTest(unittest.TestCase):
    """PIL images, whose arrays would have other colours than RGB in many modes."""

    def test_modes_with_the_channels_of_rgb_are_read_as_they_are(self) -> None:
        for mode, channels in (("L", 1), ("RGB", 3), ("RGBA", 4)):
            data = bytes(range(2 * 3 * channels))
            source = _images.source_of(FakePil(mode, (2, 3), data), "bgr")  # PIL has no BGR
            self.assertEqual((source.width, source.height, pixels_of(source)), (2, 3, data))

    def test_other_modes_are_converted(self) -> None:
        for mode, info, channels in (
            ("P", {}, 3),
            ("P", {"transparency": 0}, 4),
            ("CMYK", {}, 3),
            ("YCbCr", {}, 3),
            ("1", {}, 3),
            ("LA", {}, 4),
            ("RGBa", {}, 4),
        ):
            source = _images.source_of(FakePil(mode, (2, 3), b"", info))
            self.assertEqual(pixels_of(source), bytes(range(2 * 3 * channels)))

    def test_deep_and_empty_images_are_errors(self) -> None:
        for mode in ("I", "F", "I;16"):
            with self.assertRaisesRegex(mien.BadUsageError, "expected 8 bits per channel"):
                _images.source_of(FakePil(mode, (2, 3), b""))
        with self.assertRaisesRegex(mien.BadUsageError, "expected sides of 1 to"):
            _images.source_of(FakePil("RGB", (0, 3), b""))

    def test_pillow_itself(self) -> None:
        image_module = support.module_or_skip("PIL.Image", "pil").Image
        colours = image_module.frombytes("RGB", (5, 4), bytes(range(60)))
        self.assertEqual(pixels_of(_images.source_of(colours)), bytes(range(60)))
        for mode in ("L", "RGBA"):
            self.assertEqual(pixels_of(_images.source_of(colours.convert(mode))), colours.convert(mode).tobytes())
        for mode in ("P", "CMYK", "YCbCr", "HSV", "1"):
            image = colours.convert(mode)
            self.assertEqual(pixels_of(_images.source_of(image)), image.convert("RGB").tobytes())
        with_alpha = colours.convert("LA")
        self.assertEqual(pixels_of(_images.source_of(with_alpha)), with_alpha.convert("RGBA").tobytes())
        for mode in ("I", "F", "I;16"):
            with self.assertRaisesRegex(mien.BadUsageError, "expected 8 bits per channel"):
                _images.source_of(image_module.new(mode, (5, 4)))


if __name__ == "__main__":
    unittest.main()
