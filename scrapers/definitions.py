"""Find the source definitions: the shipped ones, and those in the operator's folder.

Reads files; which sources run is decided by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from scrapers.errors import SourceError
from scrapers.explain import nearest
from scrapers.source import SourceSpec, load

SUFFIX = ".toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """What a folder of definitions held: the good ones by slug, and the errors.

    One bad file does not keep the others from running; whoever reads the folder tells
    the operator of each.
    """

    specs: tuple[tuple[str, SourceSpec], ...] = ()
    errors: tuple[SourceError, ...] = ()


def shipped_folder() -> Path:
    """Give the folder of the definitions that come with Wireroom."""
    return Path(str(files("config"))) / "sources"


def shipped_slugs() -> tuple[str, ...]:
    """Name the shipped definitions, in alphabetical order."""
    return tuple(sorted(path.stem for path in shipped_folder().glob("*" + SUFFIX)))


def load_shipped(slugs: Iterable[str]) -> Folder:
    """Read the shipped definitions named; an unknown name is one of the errors."""
    known = shipped_slugs()
    wanted = tuple(dict.fromkeys(slugs))
    unknown = [
        SourceError(
            f"no shipped source is called {slug!r}{nearest(slug, known)}:"
            f" there are {', '.join(known)}"
        )
        for slug in wanted
        if slug not in known
    ]
    paths = [shipped_folder() / (slug + SUFFIX) for slug in wanted if slug in known]
    found = _load_all(paths)
    return Folder(specs=found.specs, errors=(*unknown, *found.errors))


def load_folder(folder: Path) -> Folder:
    """Read every definition of the operator's folder, in the order of their names."""
    if not folder.is_dir():
        return Folder(errors=(SourceError(f"{folder}: no such folder"),))
    return _load_all(
        sorted(path for path in folder.glob("*" + SUFFIX) if path.is_file())
    )


def _load_all(paths: Iterable[Path]) -> Folder:
    specs: list[tuple[str, SourceSpec]] = []
    errors: list[SourceError] = []
    for path in paths:
        try:
            specs.append(load(path))
        except SourceError as error:
            errors.append(error)
    return Folder(specs=tuple(specs), errors=tuple(errors))
