"""The version of the package and of its library."""

from __future__ import annotations

from . import _library

__version__ = "0.1.0"


def library_version() -> str:
    """The version of libmien, which is loaded if it was not."""
    return str(_library.load().mien_version().decode("utf-8"))
