"""What pyproject.toml cannot say: the compiled part, which a machine may go without."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

sys.path.insert(0, str(Path(__file__).parent))  # which an installer leaves out

from scrapers.compiled import BUILT, sources_digest

COMPILED = Path("scrapers/compiled")


class BuildAndTell(build_ext):
    """Build, and note of which sources: modules of others are not used."""

    def run(self) -> None:
        """Build all modules."""
        super().run()
        (COMPILED / BUILT).write_text(sources_digest(COMPILED), encoding="ascii")


modules = cythonize(
    [
        Extension(".".join((*COMPILED.parts, source.stem)), [str(source)])
        for source in sorted(COMPILED.glob("*.pyx"))
    ],
    build_dir="build",
)
for module in modules:
    module.optional = True  # where it cannot be built, Python does its work
    if os.name == "posix":  # in two thirds of the time, and no slower: many loops over
        # a text have no branch, and take many characters at a time if told to
        module.extra_compile_args = ["-O2", "-g0", "-ftree-vectorize"]

setup(
    ext_modules=modules,
    cmdclass={"build_ext": BuildAndTell},
    options={"build_ext": {"parallel": os.cpu_count() or 1}},
)
