"""Find the articles of a site: one file a kind, the folder is the registry.

A kind is a module here with `KIND`, `class Options`, `discover(options, visit)` and
`step(options, visit, since, place)`; nothing else has to know of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import ModuleType

from scrapers.discover.archive import Place, Step
from scrapers.discover.options import Options
from scrapers.discover.visit import Visit
from scrapers.items import Discovery


@cache
def kinds() -> Mapping[str, ModuleType]:
    """Give the modules of the kinds by their names, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.KIND: module for module in modules if hasattr(module, "KIND")}


def options_of(kind: str) -> type[Options]:
    """Give the options of a kind; KeyError if there is no such kind."""
    found: type[Options] = kinds()[kind].Options
    return found


def discover(options: Options, visit: Visit) -> Discovery:
    """Make one visit, by the kind the options are of.

    Raises DiscoverError, FetchError or SandboxError; what the limits cut off is told by
    `Discovery.complete` and its notes.
    """
    found: Discovery = kinds()[options.kind].discover(options, visit)
    return found


def step(options: Options, visit: Visit, since: datetime, place: Place) -> Step:
    """Read the next document of an archive, by the kind the options are of.

    Raises as `discover`.
    """
    found: Step = kinds()[options.kind].step(options, visit, since, place)
    return found
