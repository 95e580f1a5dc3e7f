"""Recognition through libmien: the same results as the managed library, every kind of image, options and errors."""

from __future__ import annotations

import array
import io
import json
import math
import os
import pathlib
import re
import unittest
from typing import Any, List

import mien
from tests import support


def ppm() -> tuple:
    """The width, the height and the RGB pixels of the sample photo, as the .NET tests decoded it."""
    with open(os.path.join(str(support.EXPECTED), "photo.ppm"), "rb") as file:
        assert file.readline() == b"P6\n"
        width, height = map(int, file.readline().split())
        assert file.readline() == b"255\n"
        return width, height, file.read()


@support.needs_expected
class ManagedLibraryTest(unittest.TestCase):
    """The sample photo in every form, against what the managed library found in it."""

    def assert_same(self, faces: mien.Faces) -> None:
        expected = support.expected()
        self.assertEqual(
            (faces.status, faces.width, faces.height, faces.is_face_crop, faces.model, faces.head),
            ("ok", expected["width"], expected["height"], False, expected["model"], expected["head"]),
        )
        self.assertEqual(len(expected["faces"]), 7)
        self.assertEqual([face.label for face in faces], [face["label"] for face in expected["faces"]])
        for face, other in zip(faces, expected["faces"]):
            self.assertEqual(list(face.probabilities), list(other["scores"]))
            for label, probability in other["scores"].items():
                self.assertAlmostEqual(face.probabilities[label], probability, delta=1e-5)
            self.assertEqual(face.confidence, face.probabilities[face.label])
            self.assertAlmostEqual(sum(face.probabilities.values()), 1, delta=1e-5)
            self.assertEqual(face.uncertain, other["uncertainReason"])
            for field, value in other["box"].items():
                self.assertAlmostEqual(getattr(face.box, field), value, delta=0.02)
            self.assertAlmostEqual(face.roll, other["roll"], delta=0.02)
            self.assertAlmostEqual(face.detection_score, other["detectionScore"], delta=1e-5)
            self.assertEqual(list(face.keypoints or {}), list(other["keypoints"]))
            for name, point in other["keypoints"].items():
                self.assertAlmostEqual(face.keypoints[name].x, point["x"], delta=0.02)
                self.assertAlmostEqual(face.keypoints[name].y, point["y"], delta=0.02)
            quality = other["quality"]
            self.assertAlmostEqual(face.quality.size, quality["size"], delta=0.02)
            self.assertAlmostEqual(face.quality.sharpness, quality["sharpness"], delta=1e-3)
            self.assertAlmostEqual(face.quality.contrast, quality["contrast"], delta=0.02)
            self.assertAlmostEqual(face.quality.yaw, quality["yaw"], delta=0.02)
            self.assertEqual(face.quality.touches_edge, quality["touchesEdge"])

    def test_a_path(self) -> None:
        faces = support.recognizer().recognize(support.PHOTO)
        self.assertEqual(faces.path, support.PHOTO)
        self.assert_same(faces)
        self.assert_same(support.recognizer().recognize(pathlib.Path(support.PHOTO)))

    def test_bytes(self) -> None:
        content = pathlib.Path(support.PHOTO).read_bytes()
        for image in (content, bytearray(content), memoryview(content), array.array("B", content)):
            faces = support.recognizer().recognize(image)
            self.assertIsNone(faces.path)
            self.assert_same(faces)

    def test_arrays(self) -> None:
        numpy = support.module_or_skip("numpy")
        width, height, pixels = ppm()
        rgb = numpy.frombuffer(pixels, dtype="uint8").reshape(height, width, 3)
        bgr = numpy.ascontiguousarray(rgb[:, :, ::-1])
        opaque = numpy.full((height, width, 1), 255, "uint8")
        wide = numpy.zeros((height + 4, width + 6, 3), "uint8")
        wide[2:-2, 3:-3] = rgb
        for image, order in (
            (rgb, "rgb"),
            (bgr, "bgr"),
            (bgr[:, :, ::-1], "rgb"),
            (rgb[:, :, ::-1], "bgr"),
            (numpy.asfortranarray(rgb), "rgb"),
            (wide[2:-2, 3:-3], "rgb"),
            (numpy.concatenate([rgb, opaque], axis=2), "rgb"),
            (numpy.concatenate([bgr, opaque], axis=2), "bgr"),
            (memoryview(rgb), "rgb"),
        ):
            self.assert_same(support.recognizer().recognize(image, order=order))

    def test_an_array_as_pil_has_it(self) -> None:
        from tests.test_images import FakePil

        width, height, pixels = ppm()
        self.assert_same(support.recognizer().recognize(FakePil("RGB", (width, height), pixels)))

    def test_json_is_that_of_the_managed_library(self) -> None:
        found = json.loads(support.recognizer().recognize_json(support.PHOTO))
        expected = support.expected()
        found.pop("path", None)
        expected.pop("path", None)
        self.assertEqual(_rounded(found), _rounded(expected))

    def test_the_label_set_and_the_head_can_be_chosen(self) -> None:
        recognizer = support.recognizer()
        self.assertEqual(recognizer.heads, ("blend", "fer2013", "ferplus"))
        self.assertEqual(recognizer.head, "blend")
        other = recognizer.recognize(support.PHOTO, head="fer2013")
        self.assertEqual(other.head, "fer2013")
        self.assertEqual(json.loads(recognizer.recognize_json(support.PHOTO, head="fer2013"))["head"], "fer2013")
        self.assertNotEqual(other[0].probabilities, recognizer.recognize(support.PHOTO)[0].probabilities)
        with mien.Recognizer(head="fer2013") as chosen:
            self.assertEqual(chosen.head, "fer2013")
            self.assertEqual(chosen.recognize(support.PHOTO), other)


def _rounded(value: Any) -> Any:
    """Numbers to four digits: the two libraries round differently in the last bit."""
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return round(value, 3) if isinstance(value, float) else value


@support.needs_library
class OptionsTest(support.FolderTest):
    """Options of recognizers and of calls."""

    def setUp(self) -> None:
        super().setUp()
        self.tiny = support.recognizer("tiny")

    def test_a_recognizer_describes_its_model(self) -> None:
        self.assertEqual(self.tiny.model, "tiny")
        self.assertEqual(
            self.tiny.labels, ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
        )
        self.assertEqual(self.tiny.contract["labels"], list(self.tiny.labels))
        self.assertEqual(repr(self.tiny), "<mien.Recognizer 'tiny', head 'blend'>")

    def test_a_small_image_is_a_face_crop(self) -> None:
        faces = self.tiny.recognize(support.crop_bytes())
        self.assertEqual((len(faces), faces.is_face_crop, faces.width, faces.height), (1, True, 48, 48))
        face = faces[0]
        self.assertEqual((tuple(face.box), face.roll), ((0, 0, 48, 48), 0))
        self.assertIsNone(face.detection_score)
        self.assertIsNone(face.keypoints)
        self.assertIsNone(face.quality.yaw)
        self.assertEqual(str(face).split(" ")[0], face.label)

    def test_crop_decides_whether_faces_are_detected(self) -> None:
        blank = support.blank_png()
        self.assertEqual(self.tiny.recognize(blank), [])
        self.assertEqual(self.tiny.recognize(blank).status, "noFace")
        whole = self.tiny.recognize(blank, crop=True)
        self.assertEqual((len(whole), whole.is_face_crop), (1, True))
        self.assertIn("noContrast", whole[0].uncertain)
        self.assertFalse(self.tiny.recognize(support.crop_bytes(), crop=False).is_face_crop)

    def test_given_boxes_are_classified_in_their_order(self) -> None:
        detected = self.tiny.recognize(support.PHOTO)
        boxes = [face.box for face in detected][::-1]
        faces = self.tiny.recognize(support.PHOTO, boxes=boxes)
        self.assertEqual([face.box for face in faces], boxes)
        self.assertEqual([face.detection_score for face in faces], [None] * len(boxes))
        self.assertEqual(self.tiny.recognize(support.PHOTO, boxes=[list(box) for box in boxes]), faces)
        self.assertEqual(self.tiny.recognize(support.PHOTO, boxes=iter(boxes)), faces)

    def test_no_boxes_are_no_faces(self) -> None:
        self.assertEqual(self.tiny.recognize(support.PHOTO, boxes=[]), [])

    def test_options_reach_the_library(self) -> None:
        with mien.Recognizer("tiny", max_faces=2) as two:
            self.assertEqual(len(two.recognize(support.PHOTO)), 2)
        with mien.Recognizer("tiny", uncertain_below=1) as strict:
            self.assertTrue(all("lowConfidence" in face.uncertain for face in strict.recognize(support.PHOTO)))
        with mien.Recognizer("tiny", max_face_crop_size=0) as none:
            self.assertFalse(none.recognize(support.crop_bytes()).is_face_crop)
        with mien.Recognizer("tiny", min_score=1) as sure:
            self.assertEqual(sure.recognize(support.PHOTO), [])
        with mien.Recognizer("tiny", min_face=700.5) as large:
            self.assertEqual(large.recognize(support.PHOTO), [])
        with mien.Recognizer("tiny", max_pixels=100) as small, self.assertRaises(mien.MienError) as caught:
            small.recognize(support.PHOTO)
        self.assertIn("1280", caught.exception.message)
        with mien.Recognizer("tiny", max_bytes=100) as small, self.assertRaises(mien.MienError):
            small.recognize(support.PHOTO)
        with mien.Recognizer(
            "tiny", device="cpu", threads=1, detector="back", angles="upright", tiles="none"
        ) as chosen:
            self.assertGreater(len(chosen.recognize(support.PHOTO)), 3)

    def test_a_model_is_also_a_file(self) -> None:
        path = pathlib.Path(support.ROOT, "models", "tiny", "tiny.onnx")
        with mien.Recognizer(path) as recognizer:
            self.assertEqual(recognizer.recognize(support.crop_bytes()), self.tiny.recognize(support.crop_bytes()))

    def test_wrong_options_are_errors(self) -> None:
        for options, text in (
            ({"device": "gpu"}, "device is 'gpu', expected one of 'auto', 'cpu', 'cuda'"),
            ({"detector": 1}, "detector is 1, expected one of 'auto'"),
            ({"threads": -1}, "threads is -1, expected a whole number from 0 to"),
            ({"threads": 2**32}, "threads is 4294967296"),
            ({"threads": True}, "threads is True"),
            ({"max_faces": 1.5}, "max_faces is 1.5, expected a whole number"),
            ({"min_score": 1.5}, "min_score is 1.5, expected a number from 0 to 1"),
            ({"min_score": -1}, "min_score is -1"),
            ({"min_face": math.nan}, "min_face is nan, expected a number of pixels from 0"),
            ({"uncertain_below": "a"}, "uncertain_below is 'a'"),
            ({"max_pixels": 2**63}, "max_pixels is 9223372036854775808"),
            ({"model": 5}, "model is 5, expected a name"),
            ({"model": ""}, "model is '', expected a name"),
            ({"head": "a\0b"}, "head is 'a\\x00b', expected a name"),
            ({"model": "tiny", "head": "none"}, "has no head 'none'"),
            ({"model": os.path.join(self.folder, "none.onnx")}, "none.onnx"),
            ({"model": "largest"}, "largest"),
        ):
            with self.subTest(options), self.assertRaises(mien.BadUsageError) as caught:
                mien.Recognizer(**options)
            self.assertIn(text, caught.exception.message)

    def test_wrong_arguments_of_a_call_are_errors(self) -> None:
        for arguments, text in (
            ({"crop": 1}, "crop is 1, expected True, False or None"),
            ({"boxes": [(1, 2, 3)]}, "A box is (1, 2, 3), expected four numbers"),
            ({"boxes": [(1, 2, 3, "4")]}, "expected four numbers"),
            ({"boxes": [(1, 2, 3, math.inf)]}, "expected four numbers"),
            ({"boxes": [5]}, "A box is 5"),
            ({"boxes": [(9000, 9000, 50, 50)]}, "outside"),
            ({"boxes": [(5, 5, 0, 50)]}, "box"),
            ({"head": "none"}, "has no head 'none'"),
            ({"order": "bgra"}, "order is 'bgra'"),
        ):
            with self.subTest(arguments), self.assertRaises(mien.BadUsageError) as caught:
                self.tiny.recognize(support.PHOTO, **arguments)
            self.assertIn(text, caught.exception.message)


@support.needs_library
class ErrorsTest(support.FolderTest):
    """Images and models that cannot be used."""

    def test_bad_images(self) -> None:
        tiny = support.recognizer("tiny")
        whole = pathlib.Path(support.PHOTO).read_bytes()
        for image, kind in (
            (self.write("текст.jpg", b"not an image"), mien.BadInputError),
            (self.write("empty.jpg", b""), mien.BadInputError),
            (b"", mien.BadInputError),
            (b"not an image", mien.BadInputError),
            (whole[: len(whole) // 2], mien.BadInputError),
            (os.path.join(self.folder, "нет.jpg"), mien.BadUsageError),
            (self.folder, mien.MienError),
        ):
            with self.subTest(str(image)[:60]), self.assertRaises(kind) as caught:
                tiny.recognize(image)
            self.assertRegex(caught.exception.code, "^[a-z][a-zA-Z]+$")
            self.assertGreater(len(caught.exception.message), 20)
        with self.assertRaises(mien.BadUsageError) as caught:
            tiny.recognize(os.path.join(self.folder, "нет.jpg"))
        self.assertIn("нет.jpg", caught.exception.message)

    def test_a_model_without_a_contract_and_one_of_a_newer_contract(self) -> None:
        model = pathlib.Path(support.ROOT, "models", "tiny", "tiny.onnx").read_bytes()
        newer = re.sub(rb'"version":\d', b'"version":9', model)
        self.assertNotEqual(newer, model)
        for content, text in ((b"no model", "model.onnx"), (newer, "its version is 9, this program reads 1 to ")):
            with self.assertRaises(mien.BadInputError) as caught:
                mien.Recognizer(self.write("model.onnx", content))
            self.assertIn(text, caught.exception.message)

    def test_a_closed_recognizer(self) -> None:
        with mien.Recognizer("tiny") as recognizer:
            self.assertFalse(recognizer.closed)
            faces = recognizer.recognize(support.crop_bytes())
        self.assertTrue(recognizer.closed)
        self.assertIn("closed", repr(recognizer))
        recognizer.close()
        with self.assertRaises(mien.BadUsageError) as caught:
            recognizer.recognize(support.crop_bytes())
        self.assertEqual(caught.exception.code, "closed")
        self.assertEqual(len(faces[0].probabilities), 7)  # results stay


@support.needs_library
class ManyTest(support.FolderTest):
    """Many images on several threads."""

    def test_results_are_in_order_and_errors_end_nothing(self) -> None:
        tiny = support.recognizer("tiny")
        crops = sorted(pathlib.Path(support.FACES).glob("*.png"))
        missing = os.path.join(self.folder, "none.png")
        images: List[Any] = [*crops, missing, b"junk", support.blank_png(), None, *crops[::-1]]
        expected = [tiny.recognize(crop)[0].label for crop in crops]

        results = list(tiny.recognize_many(images, threads=3))

        self.assertEqual(len(results), len(images))
        self.assertEqual([result[0].label for result in results[: len(crops)]], expected)
        self.assertEqual([result[0].label for result in results[-len(crops) :]], expected[::-1])
        self.assertEqual([result.path for result in results[: len(crops)]], [str(crop) for crop in crops])
        failed, junk, blank, none = results[len(crops) : len(crops) + 4]
        self.assertEqual([r.status for r in (failed, junk, blank, none)], ["error", "error", "noFace", "error"])
        self.assertEqual((failed.path, list(failed)), (missing, []))
        self.assertIsInstance(failed.error, mien.BadUsageError)
        self.assertIsInstance(junk.error, mien.BadInputError)
        self.assertIsNone(blank.error)

    def test_images_are_taken_as_they_are_needed(self) -> None:
        taken = []

        def images() -> Any:
            for number in range(1000):
                taken.append(number)
                yield support.crop_bytes()

        results = support.recognizer("tiny").recognize_many(images(), threads=2)
        self.assertEqual(taken, [])
        self.assertEqual(len(next(results)), 1)
        self.assertLess(len(taken), 10)
        results.close()
        self.assertLess(len(taken), 10)

    def test_wrong_arguments(self) -> None:
        tiny = support.recognizer("tiny")
        for threads in (0, -1, 1.5, True):
            with self.assertRaisesRegex(mien.BadUsageError, "expected a whole number from 1"):
                tiny.recognize_many([], threads=threads)
        with self.assertRaisesRegex(mien.BadUsageError, "images is one image"):
            tiny.recognize_many(support.PHOTO)
        # Wrong arguments are not errors of every image.
        with self.assertRaisesRegex(mien.BadUsageError, "order is 'xyz'"):
            tiny.recognize_many([], order="xyz")
        with self.assertRaisesRegex(mien.BadUsageError, "head is 'none', expected one of blend"):
            tiny.recognize_many([], head="none")
        self.assertEqual(list(tiny.recognize_many([])), [])
        with self.assertRaises(TypeError):
            tiny.recognize_many(5)

    def test_an_error_of_the_source_is_raised(self) -> None:
        def images() -> Any:
            yield support.crop_bytes()
            raise io.UnsupportedOperation("source")

        with self.assertRaises(io.UnsupportedOperation):
            list(support.recognizer("tiny").recognize_many(images(), threads=1))


if __name__ == "__main__":
    unittest.main()
