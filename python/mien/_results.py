"""What was found in an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, List, NamedTuple, Optional

from ._errors import MienError


class Box(NamedTuple):
    """A bounding box in pixels of the upright image; it may extend beyond the image."""

    x: float
    y: float
    width: float
    height: float


class Point(NamedTuple):
    """A point in pixels of the upright image."""

    x: float
    y: float


class Quality(NamedTuple):
    """How well a face can be seen.

    Attributes:
        size: the mean of the width and the height of the bounding box, in pixels.
        sharpness: the variance of the Laplacian of the crop, divided by the variance of its gray values.
        contrast: the standard deviation of the gray values of the crop, 0 to 127.5.
        touches_edge: whether the edge of the image may cut the face.
        yaw: the rotation of the head to the side in degrees; None for given boxes and face crops.
    """

    size: float
    sharpness: float
    contrast: float
    touches_edge: bool
    yaw: Optional[float]


@dataclass
class Face:
    """A face and its predicted expression.

    Attributes:
        label: the most probable label, such as ``happiness``.
        confidence: its calibrated probability, 0..1.
        probabilities: the calibrated probabilities by label, in the order of the model; their sum is 1.
        box: the bounding box; the whole image for a face crop.
        roll: the rotation of the face in the image in degrees, -180..180, positive clockwise; 0 if not measured.
        detection_score: the detector's score, 0..1; None for face crops and given boxes.
        keypoints: ``leftEye``, ``rightEye``, ``nose``, ``mouth``, ``leftEar``, ``rightEar``, left and right as seen in
            the image; None for face crops and given boxes.
        uncertain: the reasons not to rely on the label, such as ``lowConfidence``; empty if there is none.
        quality: how well the face can be seen.
    """

    label: str
    confidence: float
    probabilities: Dict[str, float]
    box: Box
    roll: float
    detection_score: Optional[float]
    keypoints: Optional[Dict[str, Point]]
    uncertain: List[str]
    quality: Quality

    def __str__(self) -> str:
        mark = " (uncertain)" if self.uncertain else ""
        return f"{self.label} {self.confidence * 100:.1f} %{mark}"


class Faces(List[Face]):
    """The faces of one image in reading order: a list, with what is known of the image as attributes.

    Attributes:
        path: the path that was given; None for bytes, arrays and PIL images.
        width: the width of the upright image in pixels; 0 if it could not be read.
        height: the height of the upright image in pixels; 0 if it could not be read.
        is_face_crop: whether the whole image was treated as a face crop, without face detection.
        model: the name of the model.
        head: the head whose predictions these are; None for a model with one head.
        error: why the image could not be read; None if it was read. Only recognize_many returns errors.
    """

    def __init__(
        self,
        faces: Iterable[Face] = (),
        *,
        path: Optional[str] = None,
        width: int = 0,
        height: int = 0,
        is_face_crop: bool = False,
        model: Optional[str] = None,
        head: Optional[str] = None,
        error: Optional[MienError] = None,
    ) -> None:
        super().__init__(faces)
        self.path = path
        self.width = width
        self.height = height
        self.is_face_crop = is_face_crop
        self.model = model
        self.head = head
        self.error = error

    @property
    def status(self) -> str:
        """``ok``, ``noFace`` or ``error``, as in the output of ``mien predict``."""
        return "error" if self.error is not None else "ok" if self else "noFace"
