"""What the tests share: the sample photo, pictures made of bytes, one recognizer per model, child processes."""

from __future__ import annotations

import functools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from typing import Any, Dict, List, Optional

import mien
from mien import _library

PYTHON_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(PYTHON_FOLDER)
PHOTO = os.path.join(ROOT, "samples", "photo.jpg")
FACES = os.path.join(ROOT, "samples", "faces")
HEADER = os.path.join(ROOT, "src", "Mien.Native", "include", "mien.h")

#: The folder in which the .NET tests put what the managed library found; unset if the tests are run by hand.
EXPECTED = os.environ.get("MIEN_EXPECTED")


def is_required(name: str) -> bool:
    """Whether MIEN_REQUIRE demands what a test needs, so that it must not be skipped."""
    return not {"all", name}.isdisjoint(os.environ.get("MIEN_REQUIRE", "").replace(" ", "").split(","))


def has_library() -> bool:
    """Whether libmien is there. A folder that was named must hold it: the tests then fail."""
    if os.environ.get(_library.VARIABLE):
        return True
    try:
        _library.find()
        return True
    except mien.UnavailableError:
        return False


needs_library = unittest.skipUnless(has_library(), f"libmien is missing; make it with: {_library.publish_command()}")

needs_expected = unittest.skipUnless(
    has_library() and EXPECTED, "MIEN_EXPECTED names no folder with the managed library's results: run dotnet test."
)


def module_or_skip(name: str, package: str = "") -> Any:
    """Imports a module that may be missing, and skips the test then."""
    try:
        return __import__(name)
    except ImportError:
        if is_required("python"):
            raise
        raise unittest.SkipTest(f"{name} is missing: apt-get install python3-{package or name}.") from None


def compiler() -> str:
    """The path of a C compiler; skips the test if there is none."""
    found = next((path for path in map(shutil.which, ("clang", "gcc", "cc")) if path), None)
    if found is None:
        if is_required("python"):
            raise AssertionError("There is no C compiler.")
        raise unittest.SkipTest("There is no C compiler: apt-get install clang.")
    return found


@functools.lru_cache(maxsize=None)
def recognizer(model: str = "default") -> mien.Recognizer:
    """A recognizer that all tests of a process share."""
    return mien.Recognizer(model)


def expected() -> Dict[str, Any]:
    """What the managed library found in the sample photo with the default model."""
    with open(os.path.join(str(EXPECTED), "photo.json"), encoding="utf-8") as file:
        return json.load(file)


def face_file() -> str:
    """A photo of one face, 256×256 pixels."""
    return os.path.join(FACES, "happiness.png")


@functools.lru_cache(maxsize=None)
def crop_bytes() -> bytes:
    """A PNG file of 48×48 pixels, which is a face crop by its size: a drawn face."""
    dark = {(x, y) for x in (14, 15, 16, 31, 32, 33) for y in (18, 19, 20)} | {(x, 36) for x in range(16, 32)}
    pixels = [40 if (x, y) in dark else 130 + x + y for y in range(48) for x in range(48)]
    return png(48, 48, bytes(value for gray in pixels for value in (gray, gray, gray)))


def png(width: int, height: int, rgb: bytes) -> bytes:
    """A PNG file of RGB pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + rgb[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def blank_png(width: int = 200, height: int = 120) -> bytes:
    """A photo without a face."""
    return png(width, height, b"\x80" * (width * height * 3))


def run_python(
    code: str, *args: str, env: Optional[Dict[str, str]] = None, python: str = sys.executable
) -> "subprocess.CompletedProcess[str]":
    """Runs Python code in a process of its own, which can import mien."""
    return run([python, "-c", code, *args], env=env)


def run(command: List[str], env: Optional[Dict[str, str]] = None, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Runs a command that can import mien, and captures its output."""
    variables = {**os.environ, "PYTHONPATH": PYTHON_FOLDER, "PYTHONIOENCODING": "utf-8", **(env or {})}
    # Python takes modules from the current folder first; the root of the repository holds none.
    more.setdefault("cwd", ROOT)
    return subprocess.run(command, env=variables, capture_output=True, encoding="utf-8", timeout=300, **more)


class FolderTest(unittest.TestCase):
    """A test with a folder of its own, whose name is not ASCII."""

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="mien тест ü 顔 ")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name: str, content: bytes) -> str:
        """Writes a file and returns its path."""
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path
