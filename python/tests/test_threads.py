"""Threads, forked processes, interruption and memory."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
import unittest

import mien
from tests import support


def resident() -> int:
    """The memory of this process in bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@support.needs_library
class ThreadsTest(unittest.TestCase):
    """One recognizer, several threads."""

    def test_threads_get_the_results_of_one_thread(self) -> None:
        tiny = support.recognizer("tiny")
        images = [support.crop_bytes(), support.PHOTO]
        expected = [tiny.recognize(image) for image in images]
        wrong = []

        def work() -> None:
            for i in range(6):
                if tiny.recognize(images[i % 2]) != expected[i % 2]:
                    wrong.append(i)
            try:
                tiny.recognize(b"junk")
                wrong.append("no error")
            except mien.BadInputError as error:
                if "image" not in error.message:
                    wrong.append(error.message)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_errors_belong_to_the_thread_that_caused_them(self) -> None:
        tiny = support.recognizer("tiny")
        barrier = threading.Barrier(2)
        messages = {}

        def fail(image: object, name: str) -> None:
            for _ in range(200):
                barrier.wait()
                try:
                    tiny.recognize(image)
                except mien.MienError as error:
                    messages.setdefault(name, set()).add(error.code)

        pair = [
            threading.Thread(target=fail, args=(b"junk", "junk")),
            threading.Thread(target=fail, args=("/none/none.jpg", "none")),
        ]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
        self.assertEqual([len(codes) for codes in messages.values()], [1, 1])
        self.assertNotEqual(messages["junk"], messages["none"])

    def test_other_threads_of_python_run_during_a_call(self) -> None:
        ticks = []
        ended = threading.Event()

        def tick() -> None:
            while not ended.is_set():
                ticks.append(0)
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        recognizer = support.recognizer()
        interval = sys.getswitchinterval()
        # A call that held the GIL could not be interrupted, whatever the interval.
        sys.setswitchinterval(1e-5)
        thread.start()
        try:
            before = len(ticks)
            recognizer.recognize(support.PHOTO)
            during = len(ticks) - before
        finally:
            ended.set()
            thread.join()
            sys.setswitchinterval(interval)
        self.assertGreater(during, 3)

    def test_closing_lets_calls_in_progress_complete(self) -> None:
        recognizer = mien.Recognizer("tiny")
        expected = recognizer.recognize(support.PHOTO)
        outcomes = []

        def work() -> None:
            while True:
                try:
                    outcomes.append(recognizer.recognize(support.PHOTO) == expected)
                except mien.BadUsageError:
                    return

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        while not outcomes:
            time.sleep(0.01)
        recognizer.close()
        for thread in threads:
            thread.join()
        self.assertTrue(all(outcomes))


@support.needs_library
@unittest.skipUnless(hasattr(os, "fork"), "This system does not fork.")
class ForkTest(support.FolderTest):
    """The threads of libmien exist only in the process that loaded it."""

    def test_a_process_that_was_forked_later_gets_an_error_and_does_not_hang(self) -> None:
        done = support.run_python(
            "import mien, os, sys\n"
            "r = mien.Recognizer('tiny')\n"
            "print(len(r.recognize(sys.argv[1])), flush=True)\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    for call in (lambda: r.recognize(sys.argv[1]), mien.Recognizer, mien.library_version):\n"
            "        try: call()\n"
            "        except mien.BadUsageError as e: print(e.code, \"'spawn'\" in str(e), flush=True)\n"
            "    r.close()\n"
            "    sys.exit(0)\n"
            "print(os.waitpid(child, 0)[1], len(r.recognize(sys.argv[1])))\n",
            support.face_file(),
        )
        self.assertEqual((done.stderr, done.stdout.split()), ("", ["1", *["forked", "True"] * 3, "0", "1"]))

    def test_processes_that_were_forked_before_or_spawned_work(self) -> None:
        code = (
            "import mien, multiprocessing, sys\n"
            "def label(path):\n"
            "    with mien.Recognizer('tiny', threads=1) as r: return r.recognize(path)[0].label\n"
            "if __name__ == '__main__':\n"
            "    for method in ('fork', 'spawn'):\n"
            "        with multiprocessing.get_context(method).Pool(2) as pool:\n"
            "            print(*pool.map(label, sys.argv[1:] * 2))\n"
            "        if method == 'fork': label(sys.argv[1])\n"
        )
        label = support.recognizer("tiny").recognize(support.face_file())[0].label
        done = support.run([sys.executable, self.write("program.py", code.encode()), support.face_file()])
        self.assertEqual((done.stderr, done.stdout.split()), ("", [label] * 4))

    def test_an_exception_at_exit_and_an_open_recognizer_are_no_problem(self) -> None:
        done = support.run_python(
            "import mien, sys\nr = mien.Recognizer('tiny')\nr.recognize(sys.argv[1])\nsys.exit(3)", support.face_file()
        )
        self.assertEqual((done.returncode, done.stderr), (3, ""))

    def test_an_interruption_ends_python_as_usual(self) -> None:
        done = support.run_python(
            "import mien, os, signal, sys, threading\n"
            # Started in the background of a script, this process ignores the signal.
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "r = mien.Recognizer('tiny')\n"
            "threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
            "try:\n"
            "    while True: r.recognize(sys.argv[1])\n"
            "except KeyboardInterrupt: print('interrupted')",
            support.PHOTO,
        )
        self.assertEqual((done.returncode, done.stderr, done.stdout.strip()), (0, "", "interrupted"))


@support.needs_library
@unittest.skipUnless(os.path.exists("/proc/self/statm"), "Memory is read from /proc.")
class MemoryTest(unittest.TestCase):
    """Nothing is kept of a call."""

    def test_ten_thousand_calls_keep_nothing(self) -> None:
        tiny = support.recognizer("tiny")
        crop = support.crop_bytes()
        missing = "/none/none.jpg"

        def work(count: int) -> None:
            for i in range(count):
                tiny.recognize(crop)
                if i % 10 == 0:
                    tiny.recognize_json(crop)
                    try:
                        tiny.recognize(missing)
                    except mien.BadUsageError:
                        pass

        work(3000)
        gc.collect()
        blocks, memory = sys.getallocatedblocks(), resident()
        work(10_000)
        gc.collect()
        self.assertLess(sys.getallocatedblocks() - blocks, 1000)
        # A result that was not freed would take over a kilobyte, of 11,000 results over 11 MB.
        self.assertLess(resident() - memory, 8 << 20)

    def test_recognizers_that_are_dropped_are_freed(self) -> None:
        for _ in range(3):
            mien.Recognizer("tiny").recognize(support.crop_bytes())
        gc.collect()
        memory = resident()
        for _ in range(30):
            mien.Recognizer("tiny").recognize(support.crop_bytes())
        gc.collect()
        self.assertLess(resident() - memory, 30 << 20)


if __name__ == "__main__":
    unittest.main()
