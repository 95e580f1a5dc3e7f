"""Results as a table of pandas, with the columns of ``mien predict --csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Union

from ._results import Face, Faces

if TYPE_CHECKING:
    import pandas

_EXPRESSIONS = {
    "anger": "anger",
    "angry": "anger",
    "disgust": "disgust",
    "disgusted": "disgust",
    "fear": "fear",
    "fearful": "fear",
    "afraid": "fear",
    "happiness": "happiness",
    "happy": "happiness",
    "sadness": "sadness",
    "sad": "sadness",
    "surprise": "surprise",
    "surprised": "surprise",
    "neutral": "neutral",
}
_BEFORE = (
    "path",
    "status",
    "isFaceCrop",
    "imageWidth",
    "imageHeight",
    "faces",
    "face",
    "boxX",
    "boxY",
    "boxWidth",
    "boxHeight",
    "roll",
    "detectionScore",
    "label",
    "confidence",
    "uncertain",
)
_AFTER = (
    "error",
    "model",
    "expression",
    "uncertainReason",
    "size",
    "sharpness",
    "contrast",
    "touchesEdge",
    "yaw",
    "head",
)
_TYPES = {
    "isFaceCrop": "boolean",
    "imageWidth": "Int64",
    "imageHeight": "Int64",
    "faces": "Int64",
    "face": "Int64",
    "uncertain": "boolean",
    "touchesEdge": "boolean",
}
_NUMBERS = ("boxX", "boxY", "boxWidth", "boxHeight", "roll", "detectionScore", "confidence")
_MORE_NUMBERS = ("size", "sharpness", "contrast", "yaw")


def expression_of(label: str) -> Optional[str]:
    """The one of the seven expressions that a label stands for; None if it is none of them."""
    return _EXPRESSIONS.get(label.strip().lower())


def to_pandas(results: Union[Faces, Iterable[Faces]]) -> "pandas.DataFrame":
    """Makes a table with one row per face.

    An image without a face, or one that failed, has one row in which the columns of the face are missing.

    Args:
        results: what recognize or recognize_many returned.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("mien.to_pandas needs pandas, which is not installed: pip install pandas") from error
    images = [results] if isinstance(results, Faces) else list(results)
    labels: Dict[str, None] = {}
    rows: List[Dict[str, Any]] = []
    for faces in images:
        about = _about(faces)
        for number, face in enumerate(faces, 1):
            labels.update(dict.fromkeys(face.probabilities))
            rows.append({**about, "face": number, **_row(face)})
        if not faces:
            rows.append(about)
    table = pandas.DataFrame(rows, columns=[*_BEFORE, *labels, *_AFTER])
    numbers = dict.fromkeys([*_NUMBERS, *labels, *_MORE_NUMBERS], "float64")
    return table.astype({**_TYPES, **numbers})


def _about(faces: Faces) -> Dict[str, Any]:
    about: Dict[str, Any] = {"path": faces.path, "status": faces.status, "model": faces.model, "faces": len(faces)}
    if faces.error is not None:
        return {**about, "error": f"{faces.error.code}: {faces.error.message}"}
    return {
        **about,
        "isFaceCrop": faces.is_face_crop,
        "imageWidth": faces.width,
        "imageHeight": faces.height,
        "head": faces.head,
    }


def _row(face: Face) -> Dict[str, Any]:
    return {
        "boxX": face.box.x,
        "boxY": face.box.y,
        "boxWidth": face.box.width,
        "boxHeight": face.box.height,
        "roll": face.roll,
        "detectionScore": face.detection_score,
        "label": face.label,
        "confidence": face.confidence,
        "uncertain": bool(face.uncertain),
        **face.probabilities,
        "expression": expression_of(face.label),
        "uncertainReason": ";".join(face.uncertain),
        "size": face.quality.size,
        "sharpness": face.quality.sharpness,
        "contrast": face.quality.contrast,
        "touchesEdge": face.quality.touches_edge,
        "yaw": face.quality.yaw,
    }
