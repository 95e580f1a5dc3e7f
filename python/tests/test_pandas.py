"""Results as a table."""

from __future__ import annotations

import os
import re
import unittest

import mien
from tests import support


def face(label: str = "happiness", **more: object) -> mien.Face:
    """A face without a detection."""
    fields: dict = {
        "label": label,
        "confidence": 0.75,
        "probabilities": {label: 0.75, "neutral": 0.25},
        "box": mien.Box(1.5, 2, 30, 40),
        "roll": 0.0,
        "detection_score": None,
        "keypoints": None,
        "uncertain": [],
        "quality": mien.Quality(35, 0.5, 40, False, None),
    }
    return mien.Face(**{**fields, **more})


class PandasTest(unittest.TestCase):
    """Tables of results that are made here."""

    def setUp(self) -> None:
        self.pandas = support.module_or_skip("pandas")

    def test_columns_are_those_of_csv(self) -> None:
        with open(os.path.join(support.ROOT, "docs", "predict.md"), encoding="utf-8") as file:
            table = file.read().split("### CSV (")[1].split("#### ")[0]
        rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
        documented = re.findall(r"`(\w+)`( … )?", " ".join(rows))
        expected = [name for name, _ in documented]
        at = expected.index("anger")
        labels = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
        expected[at : at + 2] = labels
        one = face(probabilities={label: 1 / 7 for label in labels})
        self.assertEqual(list(mien.to_pandas([mien.Faces([one])]).columns), expected)

    def test_rows_are_faces_and_images_without_one(self) -> None:
        results = [
            mien.Faces([face(), face("contempt", uncertain=["lowConfidence", "tooSmall"])], path="a.jpg", width=9,
                       height=8, model="m", head="blend"),
            mien.Faces(path="b.jpg", width=5, height=4, model="m", head="blend"),
            mien.Faces(path="c.jpg", model="m", error=mien.BadInputError("c.jpg: is no image.", "notAnImage")),
        ]
        table = mien.to_pandas(iter(results))
        self.assertEqual(list(table.status), ["ok", "ok", "noFace", "error"])
        self.assertEqual(list(table.faces), [2, 2, 0, 0])
        self.assertEqual(list(table.face.dropna()), [1, 2])
        self.assertEqual(list(table.expression.fillna("")), ["happiness", "", "", ""])
        self.assertEqual(list(table.uncertain.dropna()), [False, True])
        self.assertEqual(table.uncertainReason[1], "lowConfidence;tooSmall")
        self.assertEqual(table.error[3], "notAnImage: c.jpg: is no image.")
        self.assertEqual((table.boxX[0], table.boxHeight[0]), (1.5, 40))
        self.assertTrue(self.pandas.isna(table.contempt[0]))
        self.assertTrue(self.pandas.isna(table.imageWidth[3]))
        self.assertEqual(str(table.imageWidth.dtype), "Int64")
        self.assertEqual(len(table[table.uncertain.fillna(False)]), 1)

    def test_one_result_and_none(self) -> None:
        self.assertEqual(len(mien.to_pandas(mien.Faces([face()]))), 1)
        empty = mien.to_pandas([])
        self.assertEqual((len(empty), list(empty.columns)[0]), (0, "path"))

    @support.needs_library
    def test_the_sample_photo(self) -> None:
        recognizer = support.recognizer("tiny")
        faces = recognizer.recognize(support.PHOTO)
        table = mien.to_pandas(recognizer.recognize_many([support.PHOTO, b"junk"], threads=1))
        self.assertEqual(list(table.label[: len(faces)]), [one.label for one in faces])
        self.assertEqual(list(table.happiness[: len(faces)]), [one.probabilities["happiness"] for one in faces])
        self.assertEqual(len(table), len(faces) + 1)


class WithoutPandasTest(unittest.TestCase):
    """A machine without pandas."""

    def test_the_error_says_what_to_install(self) -> None:
        done = support.run_python(
            "import sys; sys.modules['pandas'] = None\n"
            "import mien\n"
            "try: mien.to_pandas([])\n"
            "except ImportError as e: print(e)"
        )
        self.assertEqual(
            (done.stdout.strip(), done.stderr),
            ("mien.to_pandas needs pandas, which is not installed: pip install pandas", ""),
        )


if __name__ == "__main__":
    unittest.main()
