"""Finding and loading libmien, and what is said if it is missing, damaged, for another processor or another version."""

from __future__ import annotations

import os
import pickle
import platform
import shutil
import struct
import unittest

import mien
from mien import _abi, _errors, _library
from tests import support

_LOAD = "import mien\ntry:\n    print(mien.library_version())\nexcept mien.MienError as e:\n    print(e.code, '|', e)"


def load(place: str, **env: str) -> str:
    """What a process says that loads the library from a place."""
    done = support.run_python(_LOAD, env={_library.VARIABLE: place, **env})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class ErrorsTest(unittest.TestCase):
    """The classes of errors."""

    def test_each_status_has_a_class_that_python_programs_expect(self) -> None:
        for status, kind, base in (
            (1, mien.BadInputError, ValueError),
            (2, mien.BadUsageError, ValueError),
            (3, mien.UnavailableError, OSError),
            (4, mien.InternalError, RuntimeError),
            (99, mien.InternalError, RuntimeError),
        ):
            error = _errors.of_status(status, "notAnImage", "text.jpg: is no image.")
            self.assertIs(type(error), kind)
            self.assertIsInstance(error, mien.MienError)
            self.assertIsInstance(error, base)
            self.assertEqual(
                (str(error), error.message, error.code, error.status),
                ("text.jpg: is no image.", "text.jpg: is no image.", "notAnImage", min(status, 4)),
            )

    def test_errors_can_be_sent_between_processes(self) -> None:
        for kind in (mien.BadInputError, mien.BadUsageError, mien.UnavailableError, mien.InternalError):
            copy = pickle.loads(pickle.dumps(kind("text", "code")))
            self.assertEqual((type(copy), copy.message, copy.code), (kind, "text", "code"))


class FindingTest(support.FolderTest):
    """Where the library is looked up."""

    def test_the_variable_names_a_folder_or_a_file(self) -> None:
        path = self.write("libmien.so", b"")
        other = self.write("other.so", b"")
        for named, found in ((self.folder, path), (path, path), (other, other)):
            done = support.run_python(
                "import mien._library as l; print(l.find())", env={_library.VARIABLE: named, "PYTHONUTF8": "1"}
            )
            self.assertEqual((done.stdout.strip(), done.stderr), (found, ""))

    def test_a_place_without_it_is_named(self) -> None:
        said = load(self.folder)
        self.assertIn(f"noLibrary | MIEN_LIBRARY is {self.folder!r}, where there is no libmien.so.", said)

    def test_the_message_lists_the_places_and_the_command(self) -> None:
        shutil.copytree(
            os.path.join(support.PYTHON_FOLDER, "mien"),
            os.path.join(self.folder, "python", "mien"),
            ignore=shutil.ignore_patterns("native"),
        )
        env = {_library.VARIABLE: "", "PYTHONPATH": os.path.join(self.folder, "python")}
        said = support.run_python(_LOAD, env=env).stdout
        self.assertIn("noLibrary | libmien.so was not found in ", said)
        for place in (os.path.join("python", "mien", "native"), os.path.join("src", "Mien.Native", "bin")):
            self.assertIn(os.path.join(self.folder, place), said)
        self.assertIn(f"dotnet publish src/Mien.Native -c Release -r {_library.runtime_identifier()} -o python/", said)

        # The package's own folder is the first place, then the folder that dotnet publish writes.
        for place in _library._default_places()[::-1]:
            folder = os.path.join(self.folder, os.path.relpath(place, support.ROOT))
            os.makedirs(folder)
            path = os.path.join(folder, "libmien.so")
            with open(path, "wb"):
                found = support.run_python("import mien._library as l; print(l.find())", env=env)
            self.assertEqual(found.stdout.strip(), path)

    def test_importing_the_package_loads_no_library(self) -> None:
        done = support.run_python("import mien, sys; print('numpy' in sys.modules)", env={_library.VARIABLE: "/none"})
        self.assertEqual((done.stdout.strip(), done.stderr), ("False", ""))


@unittest.skipUnless(platform.system() == "Linux", "The files are libraries for Linux.")
class BrokenLibraryTest(support.FolderTest):
    """Files that are no usable libmien."""

    def elf(self, machine: int, bits: int = 64) -> bytes:
        """The begin of a library for a processor."""
        header = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1, 1]) + bytes(9)
        return header + struct.pack("<HH", 3, machine) + bytes(44)

    def test_a_text_file(self) -> None:
        said = load(self.write("libmien.so", b"version https://git-lfs.github.com/spec/v1\n"))
        self.assertIn("badLibrary | ", said)
        self.assertIn("is not a library for Linux: it does not begin with an ELF header.", said)
        self.assertIn("is not a library for Linux", load(self.write("empty.so", b"")))

    def test_another_processor(self) -> None:
        other, number = ("x64", 62) if platform.machine() == "aarch64" else ("arm64", 183)
        own = "arm64" if other == "x64" else "x64"
        said = load(self.write("libmien.so", self.elf(number)))
        self.assertIn("wrongArchitecture | ", said)
        self.assertIn(f"is for {other} (64 bits), and this Python runs on {own} (64 bits).", said)
        self.assertIn("is for x86 (32 bits), and this Python", load(self.write("libmien.so", self.elf(3, 32))))
        self.assertIn("is for processor 243 (64 bits)", load(self.write("libmien.so", self.elf(243))))

    def test_a_damaged_library(self) -> None:
        number = 183 if platform.machine() == "aarch64" else 62
        said = load(self.write("libmien.so", self.elf(number)))
        self.assertIn("badLibrary | ", said)
        self.assertIn("cannot be loaded: ", said)

    def test_another_library(self) -> None:
        path = self.compiled("int something_else(void) { return 1; }")
        said = load(path)
        self.assertIn("badLibrary | ", said)
        self.assertIn("has no function mien_abi_version: it is another library", said)

    def test_an_older_and_a_newer_version_are_refused_before_any_other_call(self) -> None:
        for version, advice in ((0, "older than this module: publish it again"), (2, "newer than this module")):
            with self.subTest(version):
                said = load(self.compiled(self.all_functions(version)))
                self.assertIn("wrongAbiVersion | ", said)
                self.assertIn(
                    f"has version {version} of the C interface, this module needs version {_abi.ABI_VERSION}.", said
                )
                self.assertIn(advice, said)

    def test_a_library_that_lacks_a_function(self) -> None:
        path = self.compiled(f"unsigned mien_abi_version(void) {{ return {_abi.ABI_VERSION}; }}")
        self.assertIn("has no function mien_version: it is another library, or one of another version", load(path))

    def test_errors_of_the_library_are_raised_with_code_and_message(self) -> None:
        text = self.all_functions(_abi.ABI_VERSION).replace(
            "int mien_create(void) { abort(); }", "int mien_create(void) { return 3; }"
        )
        for name, value in (("error_code", "noMemory"), ("error_message", "Kein Speicher: größer als erlaubt")):
            text = text.replace(
                f"int mien_{name}(void) {{ abort(); }}", f'const char *mien_{name}(void) {{ return "{value}"; }}'
            )
        text = text.replace("int mien_options_init(void) { abort(); }", "int mien_options_init(void) { return 0; }")
        code = "import mien\ntry:\n    mien.Recognizer()\nexcept OSError as e:\n    print(type(e).__name__, e.code, e)"
        done = support.run_python(code, env={_library.VARIABLE: self.compiled(text)})
        self.assertEqual(
            (done.stdout.strip(), done.stderr), ("UnavailableError noMemory Kein Speicher: größer als erlaubt", "")
        )

    def all_functions(self, version: int) -> str:
        """A library of this version that ends the process if anything but its version is asked for."""
        others = (name for name in _abi.FUNCTIONS if name != "mien_abi_version")
        return "\n".join(
            [
                "#include <stdlib.h>",
                f"unsigned mien_abi_version(void) {{ return {version}; }}",
                *(f"int {name}(void) {{ abort(); }}" for name in others),
            ]
        )

    def compiled(self, text: str) -> str:
        source = self.write("source.c", text.encode())
        path = os.path.join(self.folder, "libmien.so")
        made = support.run([support.compiler(), "-shared", "-fPIC", source, "-o", path])
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        return path


@support.needs_library
class PublishedFolderTest(support.FolderTest):
    """The published folder, whole and with parts that are missing or wrong."""

    def copy(self) -> str:
        """A copy of the published folder with links to its files."""
        folder = os.path.join(self.folder, "native")
        source = os.path.dirname(_library.find())
        os.mkdir(folder)
        for name in os.listdir(source):
            os.symlink(os.path.join(source, name), os.path.join(folder, name))
        # The library finds its neighbours beside its own file.
        os.remove(os.path.join(folder, "libmien.so"))
        shutil.copy(os.path.join(source, "libmien.so"), folder)
        return folder

    def create(self, folder: str) -> str:
        code = (
            "import mien\ntry:\n    with mien.Recognizer('tiny') as r: print(r.recognize(__import__('sys').argv[1]))\n"
            "except mien.MienError as e:\n    print(type(e).__name__, e.code, '|', e)"
        )
        done = support.run_python(code, support.face_file(), env={_library.VARIABLE: folder})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_the_whole_folder_has_the_version_of_the_package(self) -> None:
        folder = self.copy()
        self.assertEqual(load(folder), mien.__version__)
        self.assertIn("Face(label=", self.create(folder))

    def test_without_onnx_runtime_or_skia(self) -> None:
        for name in ("libonnxruntime.so", "libSkiaSharp.so"):
            with self.subTest(name):
                folder = self.copy()
                os.remove(os.path.join(folder, name))
                self.assertIn("UnavailableError noNativeLibrary | ", self.create(folder))
                shutil.rmtree(folder, ignore_errors=True)

    def test_with_a_text_file_in_place_of_onnx_runtime(self) -> None:
        folder = self.copy()
        os.remove(os.path.join(folder, "libonnxruntime.so"))
        with open(os.path.join(folder, "libonnxruntime.so"), "wb") as file:
            file.write(b"no library")
        self.assertIn("UnavailableError noNativeLibrary | ", self.create(folder))


if __name__ == "__main__":
    unittest.main()
