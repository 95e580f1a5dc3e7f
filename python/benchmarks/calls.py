"""Measures calls per second from Python, on one thread and on several.

usage: PYTHONPATH=python python3 python/benchmarks/calls.py [SECONDS]

A face crop of 48×48 pixels with `tiny`, as an encoded image and as pixels, and the sample photo with `default`, as a
path and as bytes. Then the memory after 100,000 calls on the crop, where SECONDS is at least 5.
"""

import os
import struct
import sys
import time
import zlib

import mien

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PHOTO = os.path.join(ROOT, "samples", "photo.jpg")
SIDE = 48
MEMORY_SECONDS = 5
MANY = 100_000


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


def resident():
    """The memory of this process in bytes; 0 where there is no /proc."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def crop():
    """A crop as pixels and as a PNG file. The speed depends on the size, not on what is seen."""
    pixels = bytes((x * y + 3 * x) % 256 for y in range(SIDE) for x in range(SIDE))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[i : i + SIDE] for i in range(0, len(pixels), SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return {"pixels": memoryview(pixels).cast("B", (SIDE, SIDE)), "png": png}


def report(text, rate_found):
    print(f"{text:46}{rate_found:9.1f} images/s{1000 / rate_found:10.3f} ms")


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    processors = os.cpu_count() or 1
    print(f"mien {mien.library_version()}, Python {sys.version.split()[0]}, {processors} processors")
    with open(PHOTO, "rb") as file:
        photo = {"path": PHOTO, "bytes": file.read()}
    for model, images in (("tiny", crop()), ("default", photo)):
        for threads in (0, 1):
            with mien.Recognizer(model, threads=threads) as recognizer:
                for name, image in images.items():
                    report(f"{model}, {name}, threads={threads}", rate(recognizer, image, seconds))
                if threads == 1:
                    text = f"{model}, {name}, recognize_many on {processors}, threads=1"
                    report(text, rate_of_many(recognizer, image, processors, seconds))
    if seconds >= MEMORY_SECONDS:
        measure_memory()


def measure_memory():
    """Prints the memory before and after many calls."""
    image = crop()["png"]
    with mien.Recognizer("tiny") as recognizer:
        for count in (5_000, MANY):
            for _ in range(count):
                recognizer.recognize(image)
            print(f"{resident() / 1e6:.1f} MB after {count:,} calls on the crop")


if __name__ == "__main__":
    main()
