"""The threads of WebSub: one asks callbacks, one pushes feeds, one asks other hubs."""

from __future__ import annotations

import time
from collections.abc import Callable

from service.feeds.publisher import build_publisher
from service.jobs import intents, leases
from service.jobs.hub import Hub, finder
from service.jobs.stepping import Stepper
from service.services import Services


def build(
    services: Services,
    *,
    on_written: Callable[[], None],
    is_stopping: Callable[[], bool],
) -> list[Stepper]:
    """Make the threads; those of the hub only where it is not turned off.

    `on_written` is told of new deliveries.
    """
    tick = services.settings.tick
    subscribing = leases.build(services)
    steppers = (
        [Stepper("hub leases", subscribing.step, tick=tick)] if subscribing else []
    )
    if not services.settings.hub:
        return steppers
    publisher = build_publisher(
        services, monotonic=time.monotonic, now=time.time, patience=None
    )
    find = finder(publisher)
    hub = Hub(services.engine, find, on_written=on_written)
    asking = intents.build(services, find, is_stopping=is_stopping)
    return [
        *steppers,
        Stepper("hub", hub.step, tick=tick),
        Stepper("intents", asking.step, tick=tick),
    ]
