"""``python3 -m mien photo.jpg``: one JSON object per image and line, as ``mien predict --jsonl`` writes them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import List, Optional

from . import MienError, Recognizer, __version__
from ._errors import BAD_USAGE

_DONE, _FAILED, _WRONG_USAGE, _INTERRUPTED = 0, 1, 2, 130


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs the command line; returns the exit code."""
    parsed = _parser().parse_args(arguments)
    missing = [path for path in parsed.images if path != "-" and not os.path.isfile(path)]
    for path in missing:
        print(f"mien: {path!r} is no file. Give the paths of images.", file=sys.stderr)
    if missing:
        return _WRONG_USAGE
    try:
        return _run(parsed)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has ended, as head does. Nothing else may be written, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except MienError as error:
        print(f"mien: {error}", file=sys.stderr)
        return _WRONG_USAGE if error.status == BAD_USAGE else _FAILED


def _run(parsed: argparse.Namespace) -> int:
    code = _DONE
    crop = True if parsed.crop else False if parsed.no_crop else None
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    with Recognizer(parsed.model, parsed.head, parsed.device, threads=parsed.threads) as recognizer:
        for path in parsed.images:
            try:
                image = sys.stdin.buffer.read() if path == "-" else path
                fields = json.loads(recognizer.recognize_json(image, crop=crop))
            except MienError as error:
                code = _FAILED
                problem = {"code": error.code, "message": error.message}
                fields = {"status": "error", "error": problem, "model": recognizer.model, "faces": []}
            fields.pop("path", None)
            print(json.dumps({"path": path, **fields}, ensure_ascii=False, separators=(",", ":")), flush=True)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m mien",
        description="Finds the faces in images and classifies their expressions: one JSON object per image and line.",
        epilog="Exit codes: 0 done, 1 an image failed, 2 wrong usage, 130 interrupted.",
    )
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a file; - reads one image from standard input")
    parser.add_argument("--model", help="a built-in model, or an ONNX file with a contract (default: default)")
    parser.add_argument("--head", help="a head of the model (default: the model's own)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "coreml"), default="auto", help="default: auto")
    parser.add_argument("--threads", type=int, help="threads of one run of a network (default: one per physical core)")
    crop = parser.add_mutually_exclusive_group()
    crop.add_argument("--crop", action="store_true", help="each image is a face crop: no face detection")
    crop.add_argument("--no-crop", action="store_true", help="no image is a face crop, however small it is")
    parser.add_argument("--version", action="version", version=f"mien {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
