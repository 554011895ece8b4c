"""What is compiled: the same answers as the Python beside it, from lexbor's own tree.

Each module here stands in for functions of one module elsewhere in `scrapers`, which
does the work where nothing is compiled: without a C compiler at installation, with a
selectolax that keeps its tree in another way, or with PURE_PYTHON set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

PURE = "PURE_PYTHON"

_Function = TypeVar("_Function", bound=Callable[..., Any])


def load(name: str) -> ModuleType | None:
    """A compiled module by its name; None where Python is to do its work."""
    if os.environ.get(PURE) or os.environ.get("WIREROOM_PURE_PYTHON"):
        return None
    try:
        return import_module(f"{__name__}.{name}")
    except ImportError:
        return None


def compiled_in(module: str) -> Callable[[_Function], _Function]:
    """Take the compiled function of the same name, where that module is compiled.

    It is given the one it stands in for, and leaves to it what is rare.
    """
    made = load(module)
    return made.instead_of if made else _as_it_is


def _as_it_is(function: _Function) -> _Function:
    return function
