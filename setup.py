"""What pyproject.toml cannot say: the compiled part, which a machine may go without."""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

COMPILED = Path("scrapers/compiled")

modules = cythonize(
    [
        Extension(".".join((*COMPILED.parts, source.stem)), [str(source)])
        for source in sorted(COMPILED.glob("*.pyx"))
    ],
    build_dir="build",
)
for module in modules:
    module.optional = True  # where it cannot be built, Python does its work

setup(ext_modules=modules, options={"build_ext": {"parallel": os.cpu_count() or 1}})
