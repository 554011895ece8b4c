"""Logging: structlog's events and the libraries' own messages in one stream, on stderr.

`console` is for people, `json` (one object a line) for machines. Libraries are heard
from WARNING on, since what they tell below it is about themselves.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

OURS = ("config", "scrapers", "db", "service")

log = structlog.get_logger(__name__)


def configure(
    *,
    log_format: Literal["console", "json"],
    level: str,
    stream: TextIO | None = None,
) -> None:
    """Send every log message to `stream` (stderr) from `level` on; may be repeated."""
    stream = stream or sys.stderr
    as_json = log_format == "json"
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(
            fmt="iso" if as_json else "%H:%M:%S", utc=as_json
        ),
    ]
    if as_json:
        before.append(structlog.stdlib.add_logger_name)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, _one_line],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(stream, as_json=as_json),
            ],
        )
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # loggers made at import follow a later call
    )
    _set_levels(handler, level.upper())
    _log_what_nobody_caught()


def _rendering(stream: TextIO, *, as_json: bool) -> list[Processor]:
    if as_json:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
            sort_keys=False,
        )
    ]


def _set_levels(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if level == "DEBUG" else logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    if level == "ERROR":
        root.setLevel(logging.ERROR)
    for name in ("httpcore", "hpack", "asyncio"):  # a line a byte, at DEBUG
        logging.getLogger(name).setLevel(logging.INFO)
    # Left alone it takes INFO for itself, and writes a line a request.
    logging.getLogger("werkzeug").setLevel(root.level)
    logging.captureWarnings(capture=True)


def _one_line(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A library's message may have many lines; here an event is one."""
    event["event"] = " ".join(str(event["event"]).split())
    return event


def _log_what_nobody_caught() -> None:
    def main(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("an error nobody caught", exc_info=(kind, error, trace))

    def thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.thread is not None:
            log.error(
                "a thread died of an error",
                thread=args.thread.name,
                exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
            )

    sys.excepthook = main
    threading.excepthook = thread
