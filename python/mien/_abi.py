"""The C interface of libmien as mien.h declares it; tests/test_header.py compares the two."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_float, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, Dict, List, Tuple

#: The version of the interface that this module is written for: MIEN_ABI_VERSION.
ABI_VERSION = 1

OK = 0

DEVICES = {"auto": 0, "cpu": 1, "cuda": 2, "coreml": 3}
DETECTORS = {"auto": 0, "back": 1, "front": 2, "full": 3}
ANGLES = {"auto": 0, "upright": 1, "any": 2}
TILES = {"none": 0, "auto": 1, "all": 2}
CROP = {None: 0, True: 1, False: 2}

PIXELS_GRAY = 0
PIXELS_RGB = 1
PIXELS_BGR = 2
PIXELS_RGBA = 3
PIXELS_BGRA = 4

#: The flags of mien_face.uncertain, with the names that JSON has for them.
UNCERTAIN: Dict[str, int] = {
    "lowConfidence": 1,
    "noContrast": 2,
    "tooSmall": 4,
    "notAFace": 8,
    "profile": 16,
    "unlikeTrainingFaces": 32,
}

#: The points of mien_face.keypoints in their order, with the names that JSON has for them.
KEYPOINTS = ("leftEye", "rightEye", "nose", "mouth", "leftEar", "rightEar")


class Options(ctypes.Structure):
    """mien_options."""

    _fields_ = [
        ("size", c_uint32),
        ("device", c_int32),
        ("model", c_char_p),
        ("head", c_char_p),
        ("threads", c_int32),
        ("detector", c_int32),
        ("angles", c_int32),
        ("tiles", c_int32),
        ("max_faces", c_int32),
        ("max_face_crop_size", c_int32),
        ("min_score", c_float),
        ("min_face", c_float),
        ("uncertain_below", c_float),
        ("reserved", c_int32),
        ("max_bytes", c_int64),
        ("max_pixels", c_int64),
    ]


class Box(ctypes.Structure):
    """mien_box."""

    _fields_ = [("x", c_float), ("y", c_float), ("width", c_float), ("height", c_float)]


class CallOptions(ctypes.Structure):
    """mien_call_options."""

    _fields_ = [
        ("size", c_uint32),
        ("is_face_crop", c_int32),
        ("head", c_char_p),
        ("boxes", POINTER(Box)),
        ("box_count", c_int64),
    ]


class Face(ctypes.Structure):
    """mien_face."""

    _fields_ = [
        ("size", c_uint32),
        ("label", c_int32),
        ("confidence", c_float),
        ("uncertain", c_uint32),
        ("box", Box),
        ("roll", c_float),
        ("detection_score", c_float),
        ("has_keypoints", c_int32),
        ("keypoints", c_float * 12),
        ("quality_size", c_float),
        ("quality_sharpness", c_float),
        ("quality_contrast", c_float),
        ("quality_yaw", c_float),
        ("touches_edge", c_int32),
        ("probability_count", c_int32),
        ("probabilities", POINTER(c_float)),
        ("label_name", c_char_p),
    ]


class Image(ctypes.Structure):
    """mien_image."""

    _fields_ = [
        ("size", c_uint32),
        ("width", c_int32),
        ("height", c_int32),
        ("is_face_crop", c_int32),
        ("face_count", c_int32),
        ("label_count", c_int32),
    ]


_RECOGNIZER = c_uint64
_RESULT = c_uint64
_CALL = POINTER(CallOptions)
# A string that the caller frees is a void pointer here: ctypes would turn a char pointer into bytes and lose the
# address.
_OWNED_TEXT = POINTER(c_void_p)

#: Every function: what it returns and the types of its arguments.
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "mien_abi_version": (c_uint32, []),
    "mien_version": (c_char_p, []),
    "mien_error_code": (c_char_p, []),
    "mien_error_message": (c_char_p, []),
    "mien_options_init": (c_int32, [POINTER(Options), c_uint32]),
    "mien_call_options_init": (c_int32, [_CALL, c_uint32]),
    "mien_create": (c_int32, [POINTER(Options), POINTER(_RECOGNIZER)]),
    "mien_destroy": (c_int32, [_RECOGNIZER]),
    "mien_label_count": (c_int32, [_RECOGNIZER, POINTER(c_int32)]),
    "mien_label": (c_int32, [_RECOGNIZER, c_int32, POINTER(c_char_p)]),
    "mien_model_json": (c_int32, [_RECOGNIZER, _OWNED_TEXT]),
    "mien_recognize_file": (c_int32, [_RECOGNIZER, c_char_p, _CALL, POINTER(_RESULT)]),
    "mien_recognize_bytes": (c_int32, [_RECOGNIZER, c_void_p, c_size_t, _CALL, POINTER(_RESULT)]),
    "mien_recognize_pixels": (
        c_int32,
        [_RECOGNIZER, c_void_p, c_size_t, c_int32, c_int32, c_int64, c_int32, _CALL, POINTER(_RESULT)],
    ),
    "mien_result_image": (c_int32, [_RESULT, POINTER(Image)]),
    "mien_result_faces": (c_int32, [_RESULT, POINTER(POINTER(Face)), POINTER(c_int32)]),
    "mien_result_json": (c_int32, [_RESULT, _OWNED_TEXT]),
    "mien_result_free": (c_int32, [_RESULT]),
    "mien_free": (None, [c_void_p]),
}
