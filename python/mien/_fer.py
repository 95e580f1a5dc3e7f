"""The interface of the package fer (github.com/justinshenk/fer) on Mien. docs/python.md lists the differences."""

from __future__ import annotations

import base64
import numbers
import warnings
from typing import Any, Dict, Iterable, List, Optional, Tuple

from ._errors import BadUsageError
from ._pandas import expression_of
from ._recognizer import Recognizer

#: The names that fer has for the seven expressions, in its order.
_NAMES = {
    "anger": "angry",
    "disgust": "disgust",
    "fear": "fear",
    "happiness": "happy",
    "sadness": "sad",
    "surprise": "surprise",
    "neutral": "neutral",
}
_DATA_URI = "data:image/"
_URLS = ("http://", "https://")


class FER:
    """Detects the emotions of faces with the calls that users of the package fer know.

    Args:
        cascade_file: ignored with a warning: Mien has its own face detector.
        mtcnn: accepted and not needed: the detector is the same either way.
        tfserving: True is an error: Mien sends no images to a server.
        scale_factor: ignored, as min_neighbors, offsets and compile are: they belong to fer's detector and network.
        min_face_size: the smallest side of a face in pixels; None: as small as Mien finds them. In fer it is 50.
        emotion_model: ignored with a warning: choose a model of Mien with model.
        options: the arguments of Recognizer, such as ``model="tiny"`` or ``head="fer2013"``.
    """

    def __init__(
        self,
        cascade_file: Optional[str] = None,
        mtcnn: bool = False,
        tfserving: bool = False,
        scale_factor: float = 1.1,
        min_face_size: Optional[int] = None,
        min_neighbors: int = 5,
        offsets: Tuple[int, int] = (10, 10),
        emotion_model: Optional[str] = None,
        compile: bool = False,
        **options: Any,
    ) -> None:
        if tfserving:
            raise BadUsageError("tfserving is True, but Mien runs its networks itself. Leave it out.", "badOption")
        for name, value in (("cascade_file", cascade_file), ("emotion_model", emotion_model)):
            if value is not None:
                warnings.warn(
                    f"mien.FER ignores {name}: it has its own face detector and networks.", UserWarning, stacklevel=2
                )
        if min_face_size is not None and not (
            isinstance(min_face_size, numbers.Real) and not isinstance(min_face_size, bool) and min_face_size >= 0
        ):
            raise BadUsageError(
                f"min_face_size is {min_face_size!r}, expected a number of pixels from 0, or None.", "badOption"
            )
        self._min_side = 0 if min_face_size is None else min_face_size
        self._recognizer = Recognizer(**options)
        #: What the last call of detect_emotions found.
        self.emotions: List[Dict[str, Any]] = []

    def detect_emotions(self, img: Any, face_rectangles: Optional[Iterable[Any]] = None) -> List[Dict[str, Any]]:
        """Detects the faces of an image and the emotions of each.

        Args:
            img: a NumPy array in BGR order, as cv2.imread gives it, or gray; a path; or a ``data:image/...;base64,``
                text.
            face_rectangles: the faces, if they are known: x, y, width, height of each.

        Returns:
            One dictionary per face: ``box`` is [x, y, width, height] in pixels, or the given rectangle, and
            ``emotions`` has a number from 0 to 1 for each emotion, rounded to two digits. Empty if there is no face.
        """
        given = None if face_rectangles is None else list(face_rectangles)
        faces = self._recognizer.recognize(_image(img), order="bgr", boxes=given)
        found = []
        for number, face in enumerate(faces):
            if given is None and min(face.box.width, face.box.height) < self._min_side:
                continue
            box = [round(value) for value in face.box] if given is None else given[number]
            found.append({"box": box, "emotions": _emotions(face.probabilities)})
        self.emotions = found
        return found

    def top_emotion(self, img: Any) -> Tuple[Optional[str], Optional[float]]:
        """The most probable emotion of the first face and its probability; (None, None) if there is no face."""
        found = self.detect_emotions(img)
        if not found:
            return None, None
        emotions = found[0]["emotions"]
        top = max(emotions, key=emotions.__getitem__)
        return top, emotions[top]

    def find_faces(self, img: Any, bgr: bool = True) -> List[List[int]]:
        """The boxes of the faces: [x, y, width, height] in pixels. bgr is not needed: gray arrays have one channel."""
        found = self.detect_emotions(img)
        return [face["box"] for face in found]

    def close(self) -> None:
        """Frees the model."""
        self._recognizer.close()

    def __enter__(self) -> "FER":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def _emotions(probabilities: Dict[str, float]) -> Dict[str, float]:
    """The probabilities with fer's names in fer's order; labels that fer does not have keep their names, at the end."""
    named = {expression_of(label) or label: value for label, value in probabilities.items()}
    order = [name for name in _NAMES if name in named] + [name for name in named if name not in _NAMES]
    return {_NAMES.get(name, name): round(float(named[name]), 2) for name in order}


def _image(img: Any) -> Any:
    if not isinstance(img, str):
        return img
    if img[: len(_DATA_URI)].lower() == _DATA_URI:
        return _decoded(img)
    if img.lower().startswith(_URLS):
        raise BadUsageError("The image is a URL. Mien downloads nothing: give the path of a file.", "badPath")
    return img


def _decoded(uri: str) -> bytes:
    _, comma, data = uri.partition(",")
    try:
        return base64.b64decode(data, validate=True) if comma else b""
    except ValueError as error:  # binascii.Error, and text that is not ASCII
        raise BadUsageError(f"The data URI is not base64: {error}.", "badDataUri") from error
