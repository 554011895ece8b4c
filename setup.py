"""What pyproject.toml cannot say: the compiled part, which a machine may go without."""

from __future__ import annotations

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

COMPILED = Path("scrapers/compiled")

setup(
    ext_modules=cythonize(
        [
            Extension(
                ".".join((*COMPILED.parts, source.stem)), [str(source)], optional=True
            )
            for source in sorted(COMPILED.glob("*.pyx"))
        ],
        build_dir="build",
    )
)
