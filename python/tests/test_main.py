"""The command line: python3 -m mien."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unittest

import mien
from tests import support


def main(*args: str, **more: object) -> "subprocess.CompletedProcess[str]":
    """Runs the command line in a process of its own."""
    return support.run([sys.executable, "-m", "mien", *args], **more)  # type: ignore[arg-type]


def _take_interruptions() -> None:
    # What was started in the background of a script ignores the signal, and so do its children.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class UsageTest(unittest.TestCase):
    """Calls that do nothing."""

    def test_help_and_version(self) -> None:
        self.assertEqual(main("--version").stdout.strip(), f"mien {mien.__version__}")
        self.assertIn("Exit codes: 0 done, 1 an image failed, 2 wrong usage, 130 interrupted", main("--help").stdout)

    def test_wrong_usage_is_2(self) -> None:
        for args, text in (
            ((), "IMAGE"),
            (("--device", "gpu", support.PHOTO), "--device"),
            (("--crop", "--no-crop", support.PHOTO), "--no-crop"),
            (("nowhere.jpg", support.PHOTO), "'nowhere.jpg' is no file"),
            ((support.ROOT,), "is no file"),
        ):
            done = main(*args)
            self.assertEqual((done.returncode, done.stdout), (2, ""), args)
            self.assertIn(text, done.stderr)

    def test_a_missing_library_is_1(self) -> None:
        done = main(support.PHOTO, env={"MIEN_LIBRARY": "/nowhere"})
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("mien: MIEN_LIBRARY is '/nowhere', where there is no libmien.so.", done.stderr)


@support.needs_library
class CommandTest(support.FolderTest):
    """Images and their results."""

    def test_one_line_per_image_and_1_if_one_failed(self) -> None:
        bad = self.write("плохо.jpg", b"no image")
        blank = self.write("blank.png", support.blank_png())
        done = main("--model", "tiny", support.face_file(), bad, blank)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line["status"] for line in lines], ["ok", "error", "noFace"])
        self.assertEqual([line["path"] for line in lines], [support.face_file(), bad, blank])
        self.assertEqual(set(lines[1]), {"path", "status", "error", "model", "faces"})
        self.assertEqual(set(lines[1]["error"]), {"code", "message"})
        label = support.recognizer("tiny").recognize(support.face_file())[0].label
        self.assertEqual(lines[0]["faces"][0]["label"], label)
        self.assertEqual((lines[2]["width"], lines[2]["faces"]), (200, []))

    @support.needs_expected
    def test_the_sample_photo_has_the_fields_of_mien_predict(self) -> None:
        done = main(support.PHOTO)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found, expected = json.loads(done.stdout), support.expected()
        self.assertEqual(list(found), ["path", *(name for name in expected if name != "path")])
        self.assertEqual([list(face) for face in found["faces"]], [list(face) for face in expected["faces"]])
        self.assertEqual([face["label"] for face in found["faces"]], [face["label"] for face in expected["faces"]])

    def test_standard_input_and_options(self) -> None:
        options = ["--model", "tiny", "--head", "ferplus", "--threads", "1", "--crop"]
        command = [sys.executable, "-m", "mien", *options, "-"]
        done = subprocess.run(
            command,
            input=support.blank_png(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": support.PYTHON_FOLDER},
            timeout=300,
        )
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        line = json.loads(done.stdout)
        self.assertEqual((line["path"], line["head"], line["isFaceCrop"]), ("-", "ferplus", True))

    def test_an_unknown_head_is_2(self) -> None:
        done = main("--model", "tiny", "--head", "none", support.face_file())
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("mien: ", done.stderr)
        self.assertIn("has no head 'none'", done.stderr)

    @unittest.skipIf(os.name == "nt", "Windows has other signals.")
    def test_an_interruption_is_130(self) -> None:
        command = [sys.executable, "-m", "mien", "--model", "tiny", *[support.PHOTO] * 2000]
        environment = {**os.environ, "PYTHONPATH": support.PYTHON_FOLDER}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_take_interruptions
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            self.assertEqual((process.stderr.read(), process.wait(60)), (b"", 130))

    @unittest.skipIf(os.name == "nt", "Windows has no such pipe.")
    def test_a_reader_that_ends_is_no_traceback(self) -> None:
        command = [sys.executable, "-m", "mien", "--model", "tiny", *[support.face_file()] * 500]
        environment = {**os.environ, "PYTHONPATH": support.PYTHON_FOLDER}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            time.sleep(0.1)
            self.assertEqual(process.stderr.read(), b"")
            self.assertEqual(process.wait(60), 1)


if __name__ == "__main__":
    unittest.main()
