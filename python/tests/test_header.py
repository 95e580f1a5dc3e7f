"""The binding against mien.h: functions, structs, constants."""

from __future__ import annotations

import ctypes
import os
import re
import unittest
from ctypes import POINTER, c_char_p, c_float, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

from mien import _abi
from tests import support

_TYPES = {
    "uint32_t": c_uint32,
    "int32_t": c_int32,
    "int64_t": c_int64,
    "size_t": c_size_t,
    "float": c_float,
    "mien_status": c_int32,
    "mien_recognizer": c_uint64,
    "mien_result": c_uint64,
    "mien_box": _abi.Box,
    "mien_options *": POINTER(_abi.Options),
    "mien_call_options *": POINTER(_abi.CallOptions),
    "mien_box *": POINTER(_abi.Box),
    "mien_image *": POINTER(_abi.Image),
    "mien_face **": POINTER(POINTER(_abi.Face)),
    "mien_recognizer *": POINTER(c_uint64),
    "mien_result *": POINTER(c_uint64),
    "int32_t *": POINTER(c_int32),
    "float *": POINTER(c_float),
    "const char *": c_char_p,
    "const char **": POINTER(c_char_p),
    "char *": c_void_p,  # freed by the caller
    "char **": POINTER(c_void_p),
    "void *": c_void_p,
    "void": None,
}
_STRUCTS = {
    "mien_options": _abi.Options,
    "mien_box": _abi.Box,
    "mien_call_options": _abi.CallOptions,
    "mien_face": _abi.Face,
    "mien_image": _abi.Image,
}


def read_header() -> str:
    """The header without comments."""
    with open(support.HEADER, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def type_of(declaration: str) -> tuple:
    """The type and the name of a parameter or a field, such as ``const char *path``."""
    match = re.fullmatch(r"\s*(.*?[\s*])(\w+)(?:\[(\d+)\])?\s*", declaration)
    assert match, declaration
    written = re.sub(r"\s*\*", " *", match[1].strip()).replace("* *", "**")
    if written not in _TYPES:
        written = written.replace("const ", "", 1)
    found = _TYPES[written]
    return (found * int(match[3]) if match[3] else found), match[2]


@unittest.skipUnless(os.path.isfile(support.HEADER), "The header is not beside this folder: this is no clone.")
class HeaderTest(unittest.TestCase):
    """Every declaration of the header has its counterpart, and nothing else is there."""

    def setUp(self) -> None:
        self.header = read_header()

    def test_functions_have_the_types_of_the_header(self) -> None:
        found = {}
        for result, name, parameters in re.findall(r"MIEN_API ([\w\s]+?\*?)\s*(mien_\w+)\(([^)]*)\);", self.header):
            returned = type_of(f"{result} x")[0]
            arguments = [] if parameters.strip() == "void" else [type_of(p)[0] for p in parameters.split(",")]
            found[name] = (returned, arguments)
        self.assertGreater(len(found), 15)
        self.assertEqual(found, _abi.FUNCTIONS)

    def test_structs_have_the_fields_of_the_header(self) -> None:
        structs = dict(re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", self.header, flags=re.S))
        found = {}
        for body, name in structs.items():
            fields = []
            for line in filter(str.strip, body.split(";")):
                first, *others = line.split(",")
                kind, field = type_of(first)
                fields.append((field, kind))
                fields += [(other.strip(), kind) for other in others]
            found[name] = fields
        self.assertEqual(found, {name: struct._fields_ for name, struct in _STRUCTS.items()})

    def test_structs_have_the_layout_of_a_C_compiler(self) -> None:
        compiler = support.compiler()
        lines = []
        mine = []
        for name, struct in _STRUCTS.items():
            lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
            mine.append(f"{name} {ctypes.sizeof(struct)}")
            for field, _ in struct._fields_:
                lines.append(f'printf("{name}.{field} %zu\\n", offsetof({name}, {field}));')
                mine.append(f"{name}.{field} {getattr(struct, field).offset}")
        self.assertEqual(self.compiled(compiler, lines), mine)

    def test_constants_have_the_values_of_the_header(self) -> None:
        defined = {name: int(value) for name, value in re.findall(r"#define MIEN_(\w+) (\d+)", self.header)}
        snake = {name: re.sub(r"([A-Z])", r"_\1", name).upper() for name in _abi.UNCERTAIN}
        expected = {
            "ABI_VERSION": _abi.ABI_VERSION,
            "OK": _abi.OK,
            **{f"DEVICE_{name.upper().replace('COREML', 'CORE_ML')}": value for name, value in _abi.DEVICES.items()},
            **{f"DETECTOR_{name.upper()}": value for name, value in _abi.DETECTORS.items()},
            **{f"ANGLES_{name.upper()}": value for name, value in _abi.ANGLES.items()},
            **{f"TILES_{name.upper()}": value for name, value in _abi.TILES.items()},
            "CROP_AUTO": _abi.CROP[None],
            "CROP_YES": _abi.CROP[True],
            "CROP_NO": _abi.CROP[False],
            **{f"UNCERTAIN_{snake[name]}": value for name, value in _abi.UNCERTAIN.items()},
            "PIXELS_GRAY": _abi.PIXELS_GRAY,
            "PIXELS_RGB": _abi.PIXELS_RGB,
            "PIXELS_BGR": _abi.PIXELS_BGR,
            "PIXELS_RGBA": _abi.PIXELS_RGBA,
            "PIXELS_BGRA": _abi.PIXELS_BGRA,
        }
        from mien import _errors

        for name in ("BAD_INPUT", "BAD_USAGE", "UNAVAILABLE", "INTERNAL"):
            expected[name] = getattr(_errors, name)
        # Arrays of Python have none of the other formats.
        unused = {name for name in defined if re.fullmatch(r"PIXELS_(RGBX|BGRX|\w+_PREMULTIPLIED)", name)}
        self.assertEqual({name: value for name, value in defined.items() if name not in unused}, expected)

    def compiled(self, compiler: str, lines: list) -> list:
        """The output of a C program of these statements."""
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            program, source = os.path.join(folder, "layout"), os.path.join(folder, "layout.c")
            with open(source, "w", encoding="utf-8") as file:
                file.write('#include "mien.h"\n#include <stdio.h>\nint main(void) {\n')
                file.write("\n".join(lines) + "\nreturn 0;\n}\n")
            include = os.path.dirname(support.HEADER)
            made = support.run([compiler, "-Wall", "-Werror", "-I", include, source, "-o", program])
            self.assertEqual((made.returncode, made.stderr), (0, ""))
            return support.run([program]).stdout.splitlines()


if __name__ == "__main__":
    unittest.main()
