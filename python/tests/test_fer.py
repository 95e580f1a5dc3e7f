"""The interface of the package fer."""

from __future__ import annotations

import base64
import os
import pathlib
import unittest
import warnings

import mien
from mien import _fer
from tests import support

_NAMES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


class NamesTest(unittest.TestCase):
    """Names and numbers as fer has them."""

    def test_labels_are_renamed_ordered_and_rounded(self) -> None:
        labels = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
        found = _fer._emotions({label: 0.1 + i / 1000 for i, label in enumerate(labels[::-1])})
        self.assertEqual(list(found), _NAMES)
        self.assertEqual(found["neutral"], 0.1)
        self.assertEqual(found["angry"], 0.11)

    def test_other_labels_keep_their_names(self) -> None:
        self.assertEqual(_fer._emotions({"contempt": 0.75, "happy": 0.25}), {"happy": 0.25, "contempt": 0.75})


@support.needs_library
class FerTest(support.FolderTest):
    """Detection and emotions through the interface of fer."""

    detector: mien.FER

    @classmethod
    def setUpClass(cls) -> None:
        cls.detector = mien.FER(model="tiny")
        cls.addClassCleanup(cls.detector.close)

    def test_faces_have_the_keys_of_fer(self) -> None:
        found = self.detector.detect_emotions(support.PHOTO)
        faces = support.recognizer("tiny").recognize(support.PHOTO)
        self.assertEqual(len(found), len(faces))
        for entry, face in zip(found, faces):
            self.assertEqual(list(entry), ["box", "emotions"])
            self.assertEqual(list(entry["emotions"]), _NAMES)
            self.assertEqual(entry["emotions"]["happy"], round(face.probabilities["happiness"], 2))
            x, y, width, height = entry["box"]
            self.assertEqual([x, y, width, height], [round(value) for value in face.box])
            self.assertIs(type(x), int)
        self.assertIs(self.detector.emotions, found)
        self.assertEqual(self.detector.find_faces(support.PHOTO), [entry["box"] for entry in found])

    def test_top_emotion_is_that_of_the_first_face(self) -> None:
        first = self.detector.detect_emotions(support.PHOTO)[0]["emotions"]
        emotion, score = self.detector.top_emotion(support.PHOTO)
        self.assertEqual((emotion, score), max(first.items(), key=lambda item: item[1]))
        self.assertEqual(self.detector.top_emotion(support.blank_png()), (None, None))
        self.assertEqual(self.detector.detect_emotions(support.blank_png()), [])

    @unittest.skipUnless(support.EXPECTED, "MIEN_EXPECTED names no folder with the photo's pixels.")
    def test_arrays_are_bgr(self) -> None:
        from tests.test_recognizer import ppm

        numpy = support.module_or_skip("numpy")
        width, height, pixels = ppm()
        rgb = numpy.frombuffer(pixels, dtype="uint8").reshape(height, width, 3)
        # A face that is red in one order and blue in the other is another gray.
        tinted = rgb.copy()
        tinted[:, :, 1:] //= 2
        expected = support.recognizer("tiny").recognize(tinted)
        found = self.detector.detect_emotions(numpy.ascontiguousarray(tinted[:, :, ::-1]))
        self.assertEqual(
            [entry["emotions"]["angry"] for entry in found],
            [round(face.probabilities["anger"], 2) for face in expected],
        )
        self.assertEqual(len(self.detector.detect_emotions(tinted.mean(axis=2).astype("uint8"))), len(expected))

    def test_given_rectangles_come_back(self) -> None:
        numpy = support.module_or_skip("numpy")
        boxes = [entry["box"] for entry in self.detector.detect_emotions(support.PHOTO)][:2]
        found = self.detector.detect_emotions(support.PHOTO, face_rectangles=numpy.array(boxes))
        self.assertEqual([list(entry["box"]) for entry in found], boxes)
        self.assertEqual(self.detector.detect_emotions(support.PHOTO, face_rectangles=[]), [])

    def test_small_faces_can_be_left_out(self) -> None:
        boxes = self.detector.find_faces(support.PHOTO)
        limit = sorted(min(box[2:]) for box in boxes)[-2]
        with mien.FER(mtcnn=True, min_face_size=limit, model="tiny") as large:
            self.assertLess(0, len(large.find_faces(support.PHOTO)))
            self.assertLess(len(large.find_faces(support.PHOTO)), len(boxes))
        for wrong in (-1, float("nan"), "50", True):
            with self.assertRaisesRegex(mien.BadUsageError, "min_face_size is .*, expected a number of pixels from 0"):
                mien.FER(min_face_size=wrong)

    def test_a_data_uri_is_an_image(self) -> None:
        text = "data:image/png;base64," + base64.b64encode(support.crop_bytes()).decode()
        self.assertEqual(self.detector.detect_emotions(text), self.detector.detect_emotions(support.crop_bytes()))
        with self.assertRaisesRegex(mien.BadUsageError, "The data URI is not base64"):
            self.detector.detect_emotions("data:image/png;base64,%%%")
        with self.assertRaises(mien.BadUsageError):
            self.detector.detect_emotions("DATA:image/png;base64,é")

    def test_bad_images_are_errors(self) -> None:
        # fer raises ValueError for a path that does not exist.
        with self.assertRaises(ValueError):
            self.detector.detect_emotions(os.path.join(self.folder, "none.jpg"))
        with self.assertRaisesRegex(ValueError, "The image is None"):
            self.detector.detect_emotions(None)
        with self.assertRaisesRegex(ValueError, "Mien downloads nothing"):
            self.detector.detect_emotions("https://example.org/photo.jpg")
        self.assertEqual(len(self.detector.detect_emotions(pathlib.Path(support.PHOTO))), 7)

    def test_arguments_of_fer_are_accepted(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            mien.FER(None, True, False, 1.2, 20, 4, (5, 5), model="tiny").close()
        for name in ("cascade_file", "emotion_model"):
            with self.assertWarnsRegex(UserWarning, f"mien.FER ignores {name}"):
                mien.FER(model="tiny", **{name: "x"}).close()
        with self.assertRaisesRegex(mien.BadUsageError, "tfserving is True"):
            mien.FER(tfserving=True)


if __name__ == "__main__":
    unittest.main()
