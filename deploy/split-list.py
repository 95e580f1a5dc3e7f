#!/usr/bin/env python3
"""Splits a list of photos into one list per shard, so that each task reads only its own.

usage: split-list.py N FOLDER < photos.txt

Writes FOLDER/0000-of-N.txt and so on. The paths must be relative to the root of the photos, without '.' and '..':
the shard of a photo is the hash that 'mien predict --shard' uses (docs/shards.md).
"""
import hashlib
import os
import sys

LINES_IN_MEMORY = 2_000_000


def main():
    count, folder = int(sys.argv[1]), sys.argv[2]
    width = max(4, len(str(count)))
    os.makedirs(folder, exist_ok=True)
    names = [os.path.join(folder, f"{i:0{width}}-of-{count:0{width}}.txt") for i in range(count)]
    for name in names:
        open(name, "wb").close()
    lists, held = {}, 0
    for line in sys.stdin.buffer:
        path = line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
        if path:
            shard = int.from_bytes(hashlib.sha256(path).digest()[:8], "big") % count
            lists.setdefault(shard, []).append(path)
            held += 1
        if held >= LINES_IN_MEMORY:
            write(names, lists)
            lists, held = {}, 0
    write(names, lists)


def write(names, lists):
    for shard, paths in lists.items():
        with open(names[shard], "ab") as file:
            file.write(b"\n".join(paths) + b"\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
