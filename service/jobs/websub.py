"""The two threads of the WebSub hub: one asks callbacks, one pushes feeds."""

from __future__ import annotations

import time
from collections.abc import Callable

from service.feeds.publisher import build_publisher
from service.jobs import intents
from service.jobs.hub import Hub, finder
from service.jobs.stepping import Stepper
from service.services import Services


def build(
    services: Services,
    *,
    on_written: Callable[[], None],
    is_stopping: Callable[[], bool],
) -> list[Stepper]:
    """Make the threads, of one set of documents; none where the hub is turned off.

    `on_written` is told of new deliveries.
    """
    if not services.settings.hub:
        return []
    publisher = build_publisher(services, monotonic=time.monotonic, now=time.time)
    find = finder(publisher)
    hub = Hub(services.engine, find, on_written=on_written)
    asking = intents.build(services, find, is_stopping=is_stopping)
    tick = services.settings.tick
    return [
        Stepper("hub", hub.step, tick=tick),
        Stepper("intents", asking.step, tick=tick),
    ]
