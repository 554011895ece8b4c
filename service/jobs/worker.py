"""What a worker process runs: the ticks, the fan-out, the delivery, one wake-up thread.

Everything it does is claimed from the database, so any number of workers may run over
one, and one that dies leaves nothing but leases that end.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from threading import Event

import structlog

from service.jobs import deliver, fanout, websub
from service.jobs.prune import prune
from service.jobs.schedule import Job, SyncTick, build_scheduler
from service.services import Services
from service.visiting import build_sandbox, build_worker

# What is past its time can wait an hour longer.
PRUNE_EVERY = timedelta(hours=1)
# How soon a dead thread is noticed.
WATCH_EVERY = timedelta(seconds=5)
# A first pass over a large site takes hours; polls of its host want their turn.
LONGEST_VISIT = timedelta(minutes=1)
# What a request to a subscriber may take to end, before it is sent again later.
GRACE = timedelta(seconds=5)
# How often the main thread wakes to look whether it is to end.
WAKE_SECONDS = 1.0

log = structlog.get_logger(__name__)


def run_worker(services: Services, stopping: Event) -> bool:
    """Work until `stopping` is set; True for a good end.

    False when a thread died of what nobody foresaw: the process is to be started anew.
    """
    dead: list[str] = []
    with ExitStack() as stack:
        sandbox = stack.enter_context(build_sandbox(services.settings))
        engine = deliver.build(services)
        steppers = [
            fanout.build(services, on_written=engine.wake),
            *websub.build(
                services, on_written=engine.wake, is_stopping=stopping.is_set
            ),
        ]
        tick = SyncTick(
            worker=build_worker(
                services, sandbox, stopping, longest_visit=LONGEST_VISIT
            ),
            threads=services.settings.sync_threads,
            most_backoff=services.settings.max_backoff,
        )

        def watch() -> None:
            alive = {each.name: each.is_alive for each in steppers}
            alive["delivery"] = engine.is_alive
            dead.extend(name for name, is_alive in alive.items() if not is_alive)
            if dead and not stopping.is_set():
                log.error("a thread died", threads=dead)
                stopping.set()

        scheduler = build_scheduler(_jobs(services, tick, watch, stopping))
        # What was made by now stays: looked through at every collection of garbage, it
        # would cost delivering a third of its speed.
        gc.collect()
        gc.freeze()
        stack.callback(tick.stop)
        for stepper in steppers:
            stepper.start()
            stack.callback(stepper.stop)
            services.changes.listen(stepper.wake)
        engine.start()
        stack.callback(engine.stop, GRACE)
        services.changes.listen(engine.wake)
        services.changes.start()
        stack.callback(services.changes.stop)
        scheduler.start()
        stack.callback(scheduler.shutdown, wait=False)
        _await(stopping)
    return not dead


def _jobs(
    services: Services,
    tick: SyncTick,
    watch: Callable[[], None],
    stopping: Event,
) -> list[Job]:
    def clear_up() -> None:
        prune(
            services.engine,
            services.settings,
            now=services.clock(),
            is_stopping=stopping.is_set,
        )

    return [
        Job(name="sync", every=services.settings.tick, run=tick),
        Job(name="prune", every=PRUNE_EVERY, run=clear_up),
        Job(name="watch", every=WATCH_EVERY, run=watch),
    ]


def _await(stopping: Event) -> None:
    """Wait, but never for good.

    Should another thread be given the signal that ends us, its handler runs only when
    the main thread wakes.
    """
    while not stopping.wait(WAKE_SECONDS):
        pass
