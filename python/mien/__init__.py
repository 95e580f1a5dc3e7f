"""Mien finds the faces in a photo and classifies their expressions.

    import mien

    with mien.Recognizer() as recognizer:
        for face in recognizer.recognize("holiday.jpg"):
            print(face.label, face.confidence)

The networks run in libmien, a native library beside this package; docs/python.md says where it comes from.
"""

from ._errors import BadInputError, BadUsageError, InternalError, MienError, UnavailableError
from ._fer import FER
from ._pandas import to_pandas
from ._recognizer import Recognizer
from ._results import Box, Face, Faces, Point, Quality
from ._version import __version__, library_version

__all__ = [
    "BadInputError",
    "BadUsageError",
    "Box",
    "FER",
    "Face",
    "Faces",
    "InternalError",
    "MienError",
    "Point",
    "Quality",
    "Recognizer",
    "UnavailableError",
    "__version__",
    "library_version",
    "to_pandas",
]
