"""The recognizer: a loaded model and face detector."""

from __future__ import annotations

import collections
import ctypes
import json
import math
import os
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from ctypes import byref
from typing import Any, Callable, Deque, Dict, Iterable, Iterator, List, Optional, Tuple, TypeVar, Union

from . import _abi, _images, _library, _options
from ._errors import BadUsageError, MienError, UnavailableError
from ._results import Box, Face, Faces, Point, Quality

_T = TypeVar("_T")
_BLEND = "blend"


class Recognizer:
    """Finds the faces in images and classifies the expression of each.

    One recognizer serves any number of threads. Close it, or use it in a ``with`` statement, to free its memory at
    once; otherwise this happens when it is collected.

    Args:
        model: a built-in model (``default``, ``tiny``, ``deep``, ``shallow``), or the path of an ONNX file with a
            contract. None: ``default``.
        head: a head of the model (``blend``, ``ferplus``, ``fer2013``). None: the model's default.
        device: ``auto`` (CUDA if it is there, otherwise the CPU), ``cpu``, ``cuda``, or ``coreml`` (untried).
        threads: threads of one run of a network; 0: one per physical core.
        detector: ``auto``, ``back``, ``front`` or ``full``.
        angles: the angles at which faces are detected: ``auto``, ``upright`` or ``any``.
        tiles: whether a photo is also searched in parts, for small faces: ``none``, ``auto`` or ``all``.
        max_faces: the maximum number of faces, the largest; 0: all.
        max_face_crop_size: images up to this side, in pixels, are face crops; 0: none.
        min_score: the minimum detection score, 0..1.
        min_face: the smallest width and height of a face, in pixels of the image; 0: any.
        uncertain_below: the confidence below which a face is uncertain, 0..1.
        max_bytes: the largest encoded image, in bytes.
        max_pixels: the largest image, in pixels.

    None leaves the default of the library. ``docs/detection.md`` describes the options of face detection.

    Raises:
        UnavailableError: libmien, the model's file or the device is not available.
        BadInputError: the model's file is invalid, or newer than the library.
        BadUsageError: an option is wrong, or there is no such model or head.
    """

    def __init__(
        self,
        model: Union[str, "os.PathLike[str]", None] = None,
        head: Optional[str] = None,
        device: Optional[str] = "auto",
        *,
        threads: Optional[int] = None,
        detector: Optional[str] = None,
        angles: Optional[str] = None,
        tiles: Optional[str] = None,
        max_faces: Optional[int] = None,
        max_face_crop_size: Optional[int] = None,
        min_score: Optional[float] = None,
        min_face: Optional[float] = None,
        uncertain_below: Optional[float] = None,
        max_bytes: Optional[int] = None,
        max_pixels: Optional[int] = None,
    ) -> None:
        values = {name: value for name, value in locals().items() if name != "self"}
        library = _library.load()
        handle = ctypes.c_uint64()
        options = _options.options(library, values)
        library.check(library.mien_create(byref(options), byref(handle)))
        self._max_pixels = options.max_pixels
        self._library = library
        self._handle = handle.value
        self._finalizer = weakref.finalize(self, _destroy, library, self._handle)
        self._contract: Dict[str, Any] = json.loads(library.text(library.mien_model_json, self._handle))
        self._labels = _labels(library, self._handle)
        self._head = head if head is not None else next(iter(self.heads), None)

    @property
    def labels(self) -> Tuple[str, ...]:
        """The labels of the model, in the order of the probabilities."""
        return self._labels

    @property
    def model(self) -> str:
        """The name of the model."""
        return str(self._contract["name"])

    @property
    def head(self) -> Optional[str]:
        """The head whose predictions are used unless a call names another; None for a model with one head."""
        return self._head

    @property
    def heads(self) -> Tuple[str, ...]:
        """The names that select a head, the default first; empty for a model with one head."""
        heads = self._contract.get("heads") or []
        blend = (_BLEND,) if heads and self._contract.get("blend") else ()
        return blend + tuple(head["name"] for head in heads)

    @property
    def contract(self) -> Dict[str, Any]:
        """The contract of the model: its input size, labels, training data and measured values."""
        return json.loads(json.dumps(self._contract))

    def recognize(
        self,
        image: Any,
        *,
        order: str = "rgb",
        crop: Optional[bool] = None,
        boxes: Optional[Iterable[Any]] = None,
        head: Optional[str] = None,
    ) -> Faces:
        """Recognizes the faces of one image.

        Args:
            image: a path; the bytes of an image file; a NumPy array of uint8, height × width × 1, 3 or 4 channels
                (the fourth is alpha) or height × width; or a PIL image.
            order: the order of an array's channels, ``rgb`` or ``bgr``. OpenCV reads BGR. PIL images are never BGR.
            crop: True: the image is a face crop, without face detection. False: it is not. None: by its size.
            boxes: the faces, if they are known: x, y, width, height of each in pixels of the upright image.
            head: a head of the model; None: that of the recognizer.

        Returns:
            The faces in reading order, or in the order of the boxes; empty if there is no face.

        Raises:
            BadInputError: the image is invalid.
            BadUsageError: the path does not exist, or an argument is wrong.
            UnavailableError: the file cannot be read.
        """
        return self._with_result(image, order, crop, boxes, head, lambda r: self._read(r, image, head))

    def recognize_json(
        self,
        image: Any,
        *,
        order: str = "rgb",
        crop: Optional[bool] = None,
        boxes: Optional[Iterable[Any]] = None,
        head: Optional[str] = None,
    ) -> str:
        """Recognizes the faces of one image and returns them as the JSON object that ``mien predict --json`` writes.

        The arguments and the errors are those of recognize.
        """
        return self._with_result(
            image, order, crop, boxes, head, lambda r: self._library.text(self._library.mien_result_json, r)
        )

    def recognize_many(
        self,
        images: Iterable[Any],
        *,
        threads: Optional[int] = None,
        order: str = "rgb",
        crop: Optional[bool] = None,
        head: Optional[str] = None,
    ) -> Iterator[Faces]:
        """Recognizes the faces of many images on several threads.

        Args:
            images: the images; they are taken as they are needed, so that a generator may give any number.
            threads: how many images are processed at once; None: the number of processors. With several, a recognizer
                with ``threads=1`` is the fastest.
            order: as in recognize.
            crop: as in recognize.
            head: as in recognize.

        Returns:
            The faces of each image in the order of the images. An image that fails ends nothing: its result is empty
            and has an error.
        """
        count = (os.cpu_count() or 1) if threads is None else threads
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise BadUsageError(f"threads is {threads!r}, expected a whole number from 1.", "badOption")
        if isinstance(images, (str, bytes, os.PathLike)):
            raise BadUsageError("images is one image, expected a list or another iterable of images.", "badType")
        if self.closed:
            raise BadUsageError("The recognizer is closed. Create another one.", "closed")
        if order not in _images.ORDERS:
            raise BadUsageError(f"order is {order!r}, expected 'rgb' or 'bgr'.", "badOrder")
        if head is not None and head not in self.heads:
            raise BadUsageError(f"head is {head!r}, expected one of {', '.join(self.heads) or 'none'}.", "badOption")
        return self._many(iter(images), count, order, crop, head)

    def close(self) -> None:
        """Frees the model as soon as no call on another thread uses it; later calls fail. May be called again."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """Whether the recognizer was closed."""
        return not self._finalizer.alive

    def __enter__(self) -> "Recognizer":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        state = ", closed" if self.closed else ""
        return f"<mien.Recognizer {self.model!r}, head {self.head!r}{state}>"

    def _with_result(
        self,
        image: Any,
        order: str,
        crop: Optional[bool],
        boxes: Optional[Iterable[Any]],
        head: Optional[str],
        read: Callable[[int], _T],
    ) -> _T:
        if _library.is_forked():
            raise _library.forked_error()
        if self.closed:
            raise BadUsageError("The recognizer is closed. Create another one.", "closed")
        library = self._library
        options = _options.call_options(library, crop, boxes, head)
        call = byref(options) if options is not None else None
        source = _images.source_of(image, order, self._max_pixels)
        result = ctypes.c_uint64()
        if isinstance(source, _images.File):
            status = library.mien_recognize_file(self._handle, source.path, call, byref(result))
        elif isinstance(source, _images.Encoded):
            status = library.mien_recognize_bytes(self._handle, source.data, source.length, call, byref(result))
        else:
            status = library.mien_recognize_pixels(
                self._handle,
                source.address,
                source.length,
                source.width,
                source.height,
                source.stride,
                source.format,
                call,
                byref(result),
            )
        library.check(status)
        try:
            return read(result.value)
        finally:
            library.mien_result_free(result)

    def _read(self, result: int, image: Any, head: Optional[str]) -> Faces:
        library = self._library
        about = _abi.Image(size=ctypes.sizeof(_abi.Image))
        library.check(library.mien_result_image(result, byref(about)))
        first = ctypes.POINTER(_abi.Face)()
        count = ctypes.c_int32()
        library.check(library.mien_result_faces(result, byref(first), byref(count)))
        faces: List[Face] = []
        if count.value > 0:
            start = ctypes.addressof(first.contents)
            size = first.contents.size
            # The library may have more fields than this module knows: its size is the step.
            faces = [self._face(_abi.Face.from_address(start + i * size)) for i in range(count.value)]
        return Faces(
            faces,
            path=_images.name_of(image),
            width=about.width,
            height=about.height,
            is_face_crop=bool(about.is_face_crop),
            model=self.model,
            head=head if head is not None else self._head,
        )

    def _face(self, face: _abi.Face) -> Face:
        points = face.keypoints
        return Face(
            label=self._labels[face.label],
            confidence=face.confidence,
            probabilities=dict(zip(self._labels, face.probabilities[: face.probability_count])),
            box=Box(face.box.x, face.box.y, face.box.width, face.box.height),
            roll=face.roll,
            detection_score=_number(face.detection_score),
            keypoints=(
                {name: Point(points[2 * i], points[2 * i + 1]) for i, name in enumerate(_abi.KEYPOINTS)}
                if face.has_keypoints
                else None
            ),
            uncertain=[name for name, flag in _abi.UNCERTAIN.items() if face.uncertain & flag],
            quality=Quality(
                face.quality_size,
                face.quality_sharpness,
                face.quality_contrast,
                bool(face.touches_edge),
                _number(face.quality_yaw),
            ),
        )

    def _many(
        self, images: Iterator[Any], threads: int, order: str, crop: Optional[bool], head: Optional[str]
    ) -> Iterator[Faces]:
        pending: Deque["Future[Faces]"] = collections.deque()
        pool = ThreadPoolExecutor(threads, thread_name_prefix="mien")
        try:
            for image in images:
                pending.append(pool.submit(self._one, image, order, crop, head))
                # A few images wait, so that no thread is idle; not all, which may be more than the memory holds.
                if len(pending) >= 2 * threads:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, image: Any, order: str, crop: Optional[bool], head: Optional[str]) -> Faces:
        try:
            return self.recognize(image, order=order, crop=crop, head=head)
        except MienError as error:
            return Faces(path=_images.name_of(image), model=self.model, error=error)
        except MemoryError as error:
            failed = UnavailableError(f"The memory does not suffice for the image ({error}).", "outOfMemory")
            return Faces(path=_images.name_of(image), model=self.model, error=failed)


def _destroy(library: _library.Library, handle: int) -> None:
    if not _library.is_forked():
        library.mien_destroy(handle)


def _labels(library: _library.Library, handle: int) -> Tuple[str, ...]:
    count = ctypes.c_int32()
    library.check(library.mien_label_count(handle, byref(count)))
    labels = []
    for index in range(count.value):
        label = ctypes.c_char_p()
        library.check(library.mien_label(handle, index, byref(label)))
        labels.append((label.value or b"").decode("utf-8"))
    return tuple(labels)


def _number(value: float) -> Optional[float]:
    return None if math.isnan(value) else value
