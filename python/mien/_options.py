"""Checks options and writes them into the structs of libmien. ctypes would cut off numbers that do not fit."""

from __future__ import annotations

import ctypes
import math
import operator
import os
from typing import Any, Iterable, Mapping, Optional

from . import _abi
from ._errors import BadUsageError
from ._library import Library

_INT32_MAX = 2**31 - 1
_INT64_MAX = 2**63 - 1


def options(library: Library, values: Mapping[str, Any]) -> _abi.Options:
    """Makes the options of a recognizer; None leaves the default of the library."""
    made = _abi.Options()
    library.check(library.mien_options_init(ctypes.byref(made), ctypes.sizeof(made)))
    choices = {"device": _abi.DEVICES, "detector": _abi.DETECTORS, "angles": _abi.ANGLES, "tiles": _abi.TILES}
    for name, value in values.items():
        if value is None:
            continue
        if name in choices:
            setattr(made, name, _choice(name, value, choices[name]))
        elif name in ("model", "head"):
            setattr(made, name, _text(name, value))
        elif name in ("min_score", "uncertain_below"):
            setattr(made, name, _number(name, value, 1, "a number from 0 to 1"))
        elif name == "min_face":
            setattr(made, name, _number(name, value, _INT32_MAX, "a number of pixels from 0"))
        else:
            largest = _INT64_MAX if name in ("max_bytes", "max_pixels") else _INT32_MAX
            setattr(made, name, _integer(name, value, largest))
    return made


def call_options(
    library: Library, crop: Optional[bool], boxes: Optional[Iterable[Any]], head: Optional[str]
) -> Optional[_abi.CallOptions]:
    """Makes the options of one call; None if all have their defaults."""
    if crop is None and boxes is None and head is None:
        return None
    made = _abi.CallOptions()
    library.check(library.mien_call_options_init(ctypes.byref(made), ctypes.sizeof(made)))
    if crop is not None and not isinstance(crop, bool):
        raise BadUsageError(f"crop is {crop!r}, expected True, False or None.", "badOption")
    made.is_face_crop = _abi.CROP[crop]
    if head is not None:
        made.head = _text("head", head)
    if boxes is not None:
        given = [_box(box) for box in boxes]
        # A pointer to no boxes says that there is no face; NULL would say that faces are to be detected.
        made.boxes = (_abi.Box * max(len(given), 1))(*given)
        made.box_count = len(given)
    return made


def _choice(name: str, value: Any, choices: Mapping[str, int]) -> int:
    number = choices.get(value) if isinstance(value, str) else None
    if number is None:
        raise BadUsageError(f"{name} is {value!r}, expected one of {', '.join(map(repr, choices))}.", "badOption")
    return number


def _text(name: str, value: Any) -> bytes:
    try:
        text = os.fspath(value)
    except TypeError:
        text = None
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    if not text or "\0" in text:
        raise BadUsageError(f"{name} is {value!r}, expected a name.", "badOption")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadUsageError(f"{name} is {value!r}, which is not Unicode. Rename the file.", "badOption") from None


def _integer(name: str, value: Any, largest: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = -1
    if isinstance(value, bool) or not 0 <= number <= largest:
        raise BadUsageError(f"{name} is {value!r}, expected a whole number from 0 to {largest}.", "badOption")
    return number


def _number(name: str, value: Any, largest: int, expected: str) -> float:
    number = _float(value)
    if isinstance(value, bool) or number is None or not 0 <= number <= largest:
        raise BadUsageError(f"{name} is {value!r}, expected {expected}.", "badOption")
    return number


def _box(box: Any) -> _abi.Box:
    try:
        numbers = [_float(value) for value in box]
    except TypeError:
        numbers = []
    if len(numbers) != 4 or not all(number is not None and math.isfinite(number) for number in numbers):
        raise BadUsageError(f"A box is {box!r}, expected four numbers: x, y, width, height.", "badBox")
    return _abi.Box(*numbers)


def _float(value: Any) -> Optional[float]:
    try:
        return None if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
