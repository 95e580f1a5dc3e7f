"""Measures calls per second from Python, on one thread and on several.

usage: PYTHONPATH=python python3 python/benchmarks/calls.py [SECONDS]

A face crop of 48×48 pixels with `tiny` and the sample photo with `default`, as a path, bytes and, with NumPy, an array.
"""

import os
import sys
import time

import mien

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CROP = os.path.join(ROOT, "samples", "faces", "happiness.png")
PHOTO = os.path.join(ROOT, "samples", "photo.jpg")


def rate(recognizer, image, seconds):
    """Calls per second on this thread, after a tenth of the time that is not counted."""
    for limit in (seconds / 10, seconds):
        start = time.perf_counter()
        count = 0
        while time.perf_counter() - start < limit:
            recognizer.recognize(image)
            count += 1
        elapsed = time.perf_counter() - start
    return count / elapsed


def rate_of_many(recognizer, image, threads, seconds):
    """Images per second of recognize_many."""
    start = time.perf_counter()
    count = 0
    for _ in recognizer.recognize_many(iter(lambda: image, None), threads=threads):
        count += 1
        if time.perf_counter() - start > seconds:
            break
    return count / (time.perf_counter() - start)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    processors = os.cpu_count() or 1
    print(f"mien {mien.library_version()}, Python {sys.version.split()[0]}, {processors} processors")
    for model, path in (("tiny", CROP), ("default", PHOTO)):
        with open(path, "rb") as file:
            images = {"path": path, "bytes": file.read()}
        try:
            import numpy

            # The speed does not depend on what the pixels show, only on the number of faces: this one is for crops.
            if model == "tiny":
                images["array"] = numpy.random.default_rng(1).integers(0, 256, (48, 48), dtype=numpy.uint8)
        except ImportError:
            pass
        with mien.Recognizer(model) as recognizer:
            for name, image in images.items():
                found = rate(recognizer, image, seconds)
                print(f"{model:8} {os.path.basename(path):14} {name:6} {found:8.1f} calls/s  {1000 / found:7.3f} ms")
        with mien.Recognizer(model, threads=1) as recognizer:
            found = rate_of_many(recognizer, images["bytes"], processors, seconds)
            print(f"{model:8} {os.path.basename(path):14} recognize_many on {processors} threads {found:8.1f} images/s")


if __name__ == "__main__":
    main()
