"""Finds and loads libmien, and turns its errors into exceptions."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
import threading
from ctypes import c_char_p, c_uint32, c_void_p
from typing import Any, List, Optional

from . import _abi
from ._errors import BadUsageError, UnavailableError, of_status

#: The environment variable that names libmien, or its folder.
VARIABLE = "MIEN_LIBRARY"

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_NAMES = {"win32": ["mien.dll", "libmien.dll"], "darwin": ["libmien.dylib", "mien.dylib"]}
_SYSTEMS = {"win32": "win", "darwin": "osx"}
_ARCHITECTURES = {"amd64": "x64", "x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_ELF_MACHINES = {3: "x86", 40: "arm", 62: "x64", 183: "arm64"}

_lock = threading.Lock()
_loaded: Optional["Library"] = None
_forked = False


def runtime_identifier() -> str:
    """The name that .NET has for this system and processor, such as ``linux-x64``."""
    machine = platform.machine().lower()
    return f"{_SYSTEMS.get(sys.platform, 'linux')}-{_ARCHITECTURES.get(machine, machine)}"


def publish_command() -> str:
    """The command that puts the native files where this package finds them, in a clone of the repository."""
    return f"dotnet publish src/Mien.Native -c Release -r {runtime_identifier()} -o python/mien/native"


class Library:
    """The functions of a loaded libmien. The calls release the GIL."""

    def __init__(self, path: str) -> None:
        self.path = path
        _check_file(path)
        try:
            if sys.platform == "win32":
                os.add_dll_directory(os.path.dirname(os.path.abspath(path)))
            self._dll = ctypes.CDLL(path)
        except OSError as error:
            raise UnavailableError(
                f"{path} cannot be loaded: {error}. Publish it on this system: {publish_command()}", "badLibrary"
            ) from error
        self._check_version()
        for name, (result, arguments) in _abi.FUNCTIONS.items():
            setattr(self, name, self._function(name, result, arguments))

    # The functions are set by name; this tells type checkers so.
    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def check(self, status: int) -> None:
        """Raises the error of a call that failed on this thread."""
        if status != _abi.OK:
            code = (self.mien_error_code() or b"").decode("utf-8", "replace")
            message = (self.mien_error_message() or b"").decode("utf-8", "replace")
            raise of_status(status, code or "error", message or f"libmien returned {status} without a message.")

    def text(self, function: Any, handle: int) -> str:
        """Calls a function that gives a string which the caller frees."""
        pointer = c_void_p()
        self.check(function(handle, ctypes.byref(pointer)))
        try:
            return ctypes.cast(pointer, c_char_p).value.decode("utf-8")  # type: ignore[union-attr]
        finally:
            self.mien_free(pointer)

    def _function(self, name: str, result: Any, arguments: List[Any]) -> Any:
        try:
            function = getattr(self._dll, name)
        except AttributeError as error:
            raise UnavailableError(
                f"{self.path} has no function {name}: it is another library, or one of another version. Publish it "
                f"again: {publish_command()}",
                "badLibrary",
            ) from error
        function.restype = result
        function.argtypes = arguments
        return function

    def _check_version(self) -> None:
        found = self._function("mien_abi_version", c_uint32, [])()
        if found == _abi.ABI_VERSION:
            return
        advice = (
            f"The library is older than this module: publish it again ({publish_command()})"
            if found < _abi.ABI_VERSION
            else "The library is newer than this module: install the mien package of the same version"
        )
        raise UnavailableError(
            f"{self.path} has version {found} of the C interface, this module needs version {_abi.ABI_VERSION}. "
            f"{advice}.",
            "wrongAbiVersion",
        )


def load() -> Library:
    """Loads libmien at the first call; later calls return the same library.

    Raises:
        UnavailableError: the library was not found, cannot be loaded, or has another version.
        BadUsageError: this process was forked from one that had loaded the library.
    """
    global _loaded
    if _forked:
        raise forked_error()
    library = _loaded
    if library is None:
        with _lock:
            if _loaded is None:
                _loaded = Library(find())
            library = _loaded
    return library


def forked_error() -> BadUsageError:
    """The error for a call in a forked process. The threads of libmien exist only in its parent."""
    return BadUsageError(
        "This process was forked after mien was used in its parent, where the threads of libmien stayed. Start workers "
        "with multiprocessing.get_context('spawn'), or create the first Recognizer in the worker.",
        "forked",
    )


def is_forked() -> bool:
    """Whether this process was forked from one that had loaded the library."""
    return _forked


def find() -> str:
    """Finds the file of the library.

    Raises:
        UnavailableError: it is in none of the places; the message lists them.
    """
    named = os.environ.get(VARIABLE)
    places = [named] if named else _default_places()
    for place in places:
        for candidate in _candidates(place):
            if os.path.isfile(candidate):
                return candidate
    name = _candidates("")[0]
    if named:
        raise UnavailableError(
            f"{VARIABLE} is {named!r}, where there is no {name}. Set it to {name} or to the folder that holds it.",
            "noLibrary",
        )
    raise UnavailableError(
        f"{name} was not found in {' or '.join(places)}. In a clone of the repository, make it with: "
        f"{publish_command()}. Otherwise install a wheel of mien that holds it, or set {VARIABLE} to the file or its "
        "folder.",
        "noLibrary",
    )


def _default_places() -> List[str]:
    root = os.path.dirname(os.path.dirname(_PACKAGE))
    publish = ("src", "Mien.Native", "bin", "Release", "net10.0", runtime_identifier(), "publish")
    return [os.path.join(_PACKAGE, "native"), os.path.join(root, *publish)]


def _candidates(place: str) -> List[str]:
    if os.path.isfile(place):
        return [place]
    return [os.path.join(place, name) for name in _NAMES.get(sys.platform, ["libmien.so"])]


def _check_file(path: str) -> None:
    """Checks the header of a file on Linux, whose loader reports another processor as a missing file."""
    if not sys.platform.startswith("linux"):
        return
    try:
        with open(path, "rb") as file:
            header = file.read(20)
    except OSError as error:
        raise UnavailableError(f"{path} cannot be read: {error.strerror}.", "badLibrary") from error
    if len(header) < 20 or not header.startswith(b"\x7fELF"):
        raise UnavailableError(
            f"{path} is not a library for Linux: it does not begin with an ELF header. Publish it again: "
            f"{publish_command()}",
            "badLibrary",
        )
    number = int.from_bytes(header[18:20], "little" if header[5] == 1 else "big")
    found = _ELF_MACHINES.get(number, f"processor {number}")
    bits = 32 if header[4] == 1 else 64
    own_bits = struct.calcsize("P") * 8
    own = _ARCHITECTURES.get(platform.machine().lower())
    if bits != own_bits or (own is not None and found != own):
        raise UnavailableError(
            f"{path} is for {found} ({bits} bits), and this Python runs on {own or platform.machine()} "
            f"({own_bits} bits). Publish it for this processor: {publish_command()}",
            "wrongArchitecture",
        )


def _after_fork() -> None:
    global _forked, _lock
    _forked = _loaded is not None
    _lock = threading.Lock()  # another thread of the parent may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
