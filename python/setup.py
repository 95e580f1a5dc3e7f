"""Makes the wheel one of the platform whose libmien lies in mien/native; pyproject.toml says everything else."""

import glob
import os
import re
import sys

from setuptools import Distribution, setup

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # before setuptools 70.1
    from wheel.bdist_wheel import bdist_wheel

NATIVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mien", "native")
LIBRARIES = ("libmien.so", "libmien.dylib", "mien.dll")
OLDEST_GLIBC = 17  # no tag below manylinux2014 is in use
ELF_MACHINES = {62: "x86_64", 183: "aarch64"}


class PlatformDistribution(Distribution):
    """Files of a package for one platform are installed where extension modules are."""

    def has_ext_modules(self):
        return True


class PlatformWheel(bdist_wheel):
    """The code is pure Python and serves every Python 3; the native files serve one platform."""

    def get_tag(self):
        return "py3", "none", linux_tag() or super().get_tag()[2]

    def run(self):
        if not any(os.path.isfile(os.path.join(NATIVE, name)) for name in LIBRARIES):
            sys.exit(
                f"{NATIVE} holds none of {', '.join(LIBRARIES)}, and a wheel without it is useless. Run in the root of "
                "the repository: dotnet publish src/Mien.Native -c Release -r linux-x64 -o python/mien/native"
            )
        super().run()


def linux_tag():
    """The platform tag for the files in mien/native: their processor and the glibc that they need (PEP 600)."""
    library = os.path.join(NATIVE, "libmien.so")
    if not os.path.isfile(library):
        return None
    with open(library, "rb") as file:
        header = file.read(20)
    machine = ELF_MACHINES.get(int.from_bytes(header[18:20], "little"))
    if not header.startswith(b"\x7fELF") or machine is None:
        sys.exit(f"{library} is no library for Linux on {' or '.join(ELF_MACHINES.values())}. Publish it again.")
    newest = max(map(glibc_minor, glob.glob(os.path.join(NATIVE, "*.so"))))
    return f"manylinux_2_{max(newest, OLDEST_GLIBC)}_{machine}"


def glibc_minor(path):
    """The newest version of glibc whose symbols a library names: 34 for GLIBC_2.34; 0 if it names none."""
    with open(path, "rb") as file:
        return max((int(minor) for minor in re.findall(rb"\0GLIBC_2\.(\d+)(?=[.\0])", file.read())), default=0)


setup(distclass=PlatformDistribution, cmdclass={"bdist_wheel": PlatformWheel})
