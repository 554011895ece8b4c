"""What is compiled: the same answers as the Python beside it, from lexbor's own tree.

Each module here stands in for functions of one module elsewhere in `scrapers`, which
does the work where nothing is compiled: without a C compiler at installation, with a
selectolax that keeps its tree in another way, with sources that have changed since, or
with PURE_PYTHON set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

PURE = "PURE_PYTHON"
# Where the installation notes of which sources the modules are.
BUILT = "built.txt"

_Function = TypeVar("_Function", bound=Callable[..., Any])


def sources_digest(folder: Path) -> str:
    """A hash of all sources in a folder: another one is of other modules."""
    digest = sha256()
    for source in sorted(folder.iterdir()):
        if source.suffix in (".pyx", ".pxd", ".h"):
            digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()


@cache
def _is_fresh() -> bool:
    """Tell whether the modules are of the sources beside them."""
    folder = Path(__file__).parent
    try:
        built = (folder / BUILT).read_bytes()
    except OSError:
        return True  # installed without a note, and not to be changed
    return built == sources_digest(folder).encode()


@cache
def _can_be_used() -> bool:
    """Tell whether all modules are there, and lexbor's tree can be read by them.

    Asked once, so that all modules agree: they give each other what they found.
    """
    sources = Path(__file__).parent.glob("*.pyx")
    if any(find_spec(f"{__name__}.{source.stem}") is None for source in sources):
        return False
    try:
        import_module(f"{__name__}.tree")
    except ImportError:
        return False
    return True


def load(name: str) -> ModuleType | None:
    """A compiled module by its name; None where Python is to do its work."""
    is_pure = os.environ.get(PURE, "0") not in ("", "0")
    if is_pure or not _is_fresh() or not _can_be_used():
        return None
    return import_module(f"{__name__}.{name}")


def compiled_in(module: str) -> Callable[[_Function], _Function]:
    """Take the compiled function of the same name, where that module is compiled.

    It is given the one it stands in for, and leaves to it what is rare.
    """
    made = load(module)
    return made.instead_of if made else _as_it_is


def _as_it_is(function: _Function) -> _Function:
    return function
