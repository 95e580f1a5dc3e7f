"""The package as a whole: versions, what the README and the docs show, wheels."""

from __future__ import annotations

import ast
import glob
import os
import pathlib
import re
import shutil
import sys
import sysconfig
import unittest
import zipfile

import mien
from mien import _library
from tests import support


class SourcesTest(unittest.TestCase):
    """The files of the package."""

    def test_the_code_is_read_by_the_oldest_python(self) -> None:
        files = sorted(pathlib.Path(support.PYTHON_FOLDER).glob("**/*.py"))
        self.assertGreater(len(files), 15)
        for file in files:
            ast.parse(file.read_text(encoding="utf-8"), str(file), feature_version=(3, 9))

    def test_every_public_name_has_a_docstring(self) -> None:
        for name in mien.__all__:
            if name != "__version__":
                self.assertTrue(getattr(mien, name).__doc__, name)

    def test_the_version_is_that_of_the_repository(self) -> None:
        properties = pathlib.Path(support.ROOT, "Directory.Build.props")
        if not properties.is_file():
            self.skipTest("This is no clone.")
        version = re.search(r"<Version>(.*?)</Version>", properties.read_text(encoding="utf-8"))
        assert version is not None
        self.assertEqual(mien.__version__, version[1])


@support.needs_library
class ExamplesTest(support.FolderTest):
    """The examples of README.md and docs/python.md are run as they are."""

    def examples(self, path: str) -> list:
        text = pathlib.Path(support.ROOT, path).read_text(encoding="utf-8")
        return re.findall(r"```python\n(.*?)```", text, flags=re.S)

    def test_the_readme(self) -> None:
        example = self.examples("python/README.md")[0]
        done = support.run_python(example)
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 7)
        self.assertRegex(lines[0], r"^anger 0\.\d+ Box\(x=")

    def test_the_docs(self) -> None:
        support.module_or_skip("numpy")
        support.module_or_skip("pandas")
        examples = self.examples("docs/python.md")
        self.assertGreater(len(examples), 3)
        for number, example in enumerate(examples):
            with self.subTest(number):
                done = support.run_python(example)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertTrue(done.stdout.strip())


@support.needs_library
class WheelTest(support.FolderTest):
    """A wheel of the folder and its native files, made and installed without a network."""

    def setUp(self) -> None:
        super().setUp()
        for name in ("setuptools", "wheel", "pip"):
            support.module_or_skip(name)
        self.source = os.path.join(self.folder, "python")
        shutil.copytree(
            support.PYTHON_FOLDER, self.source, ignore=shutil.ignore_patterns("native", "build", "*.egg-info", "tests")
        )

    def wheel(self) -> "object":
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
        return support.run([*command, "-w", self.folder, self.source], cwd=self.folder)

    def test_without_native_files_no_wheel_is_made(self) -> None:
        done = self.wheel()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("holds none of libmien.so", done.stdout + done.stderr)
        self.assertEqual(glob.glob(os.path.join(self.folder, "*.whl")), [])

    def test_a_wheel_is_of_its_platform_and_runs_when_installed(self) -> None:
        published = os.path.dirname(_library.find())
        shutil.copytree(published, os.path.join(self.source, "mien", "native"))
        done = self.wheel()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        (wheel,) = glob.glob(os.path.join(self.folder, "*.whl"))
        machine = sysconfig.get_platform().split("-", 1)[1].replace("-", "_")
        self.assertRegex(
            os.path.basename(wheel), rf"^mien-{re.escape(mien.__version__)}-py3-none-manylinux_2_\d+_{machine}\.whl$"
        )
        with zipfile.ZipFile(wheel) as file:
            names = file.namelist()
            (about,) = [name for name in names if name.endswith(".dist-info/WHEEL")]
            self.assertIn("Root-Is-Purelib: false", file.read(about).decode())
        for name in ("libmien.so", "libonnxruntime.so", "libSkiaSharp.so"):
            self.assertIn(f"mien/native/{name}", names)
        self.assertIn("mien/py.typed", names)
        self.assertEqual([name for name in names if "test" in name or ".data/" in name], [])

        installed = os.path.join(self.folder, "installed")
        command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", installed, wheel]
        done = support.run(command, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        env = {"PYTHONPATH": installed, _library.VARIABLE: ""}
        done = support.run_python("import mien; print(mien.__file__); mien.Recognizer('tiny')", env=env)
        self.assertEqual((done.stderr, done.stdout.strip()), ("", os.path.join(installed, "mien", "__init__.py")))


if __name__ == "__main__":
    unittest.main()
