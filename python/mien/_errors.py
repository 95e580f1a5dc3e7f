"""Errors of Mien, one class per category of mien_status."""

from __future__ import annotations

from typing import Dict, Tuple, Type

BAD_INPUT = 1
BAD_USAGE = 2
UNAVAILABLE = 3
INTERNAL = 4


class MienError(Exception):
    """An expected error: the message says what was found, what was expected and what to do.

    Attributes:
        code: a short identifier that stays the same between versions, such as ``notAnImage``.
        message: the text.
        status: the category, a number of ``mien_status`` in mien.h.
    """

    status: int = INTERNAL

    def __init__(self, message: str, code: str = "error") -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> Tuple[Type["MienError"], Tuple[str, str]]:
        # Worker processes send errors to their parent by pickle.
        return (type(self), (self.message, self.code))


class BadInputError(MienError, ValueError):
    """The content of an image or of a model file is invalid: use another one."""

    status = BAD_INPUT


class BadUsageError(MienError, ValueError):
    """The call is wrong, such as a path that does not exist, a wrong type or a value out of range."""

    status = BAD_USAGE


class UnavailableError(MienError, OSError):
    """The call is right, but a file, memory, a device or a native library is not available."""

    status = UNAVAILABLE


class InternalError(MienError, RuntimeError):
    """Mien failed: please report it."""

    status = INTERNAL


_CLASSES: Dict[int, Type[MienError]] = {
    BAD_INPUT: BadInputError,
    BAD_USAGE: BadUsageError,
    UNAVAILABLE: UnavailableError,
    INTERNAL: InternalError,
}


def of_status(status: int, code: str, message: str) -> MienError:
    """Creates the error for a status that a function of the library returned."""
    return _CLASSES.get(status, InternalError)(message, code)
