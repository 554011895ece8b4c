import io
import json
import logging
import sys
import threading
import warnings

import pytest
import structlog

from config.logs import configure


@pytest.fixture
def stream():
    return io.StringIO()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(stream):
    configure(log_format="json", level="info", stream=stream)

    structlog.get_logger("service.jobs.sync").info("source synced", source="a", new=3)

    (line,) = lines(stream)
    assert line["timestamp"].endswith("Z")
    assert line["logger"] == "service.jobs.sync"
    assert (line["event"], line["level"], line["new"]) == ("source synced", "info", 3)


def test_people_get_text_without_colours_in_a_file(stream):
    configure(log_format="console", level="info", stream=stream)

    structlog.get_logger("service").info("source synced", source="a")

    assert "source synced" in stream.getvalue()
    assert "source=a" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_libraries_are_heard_in_the_same_form_from_warning_on(stream):
    configure(log_format="json", level="info", stream=stream)

    logging.getLogger("httpx").info("GET %s", "https://example.org/")
    logging.getLogger("apscheduler.scheduler").warning("job %r\n  was missed", "tick")

    assert [line["event"] for line in lines(stream)] == ["job 'tick' was missed"]


def test_debug_lets_libraries_speak(stream):
    configure(log_format="json", level="debug", stream=stream)

    logging.getLogger("alembic.runtime").info("Running upgrade")

    assert lines(stream)[0]["logger"] == "alembic.runtime"


def test_at_error_a_warning_is_not_heard(stream):
    configure(log_format="json", level="error", stream=stream)

    structlog.get_logger("service").warning("no")
    logging.getLogger("aiohttp").warning("no")

    assert stream.getvalue() == ""


def test_a_logger_made_before_follows(stream):
    early = structlog.get_logger("scrapers.fetch")
    configure(log_format="json", level="info", stream=stream)

    early.warning("host asked us to wait")

    assert len(lines(stream)) == 1


def test_an_error_carries_its_traceback_in_one_line(stream):
    configure(log_format="json", level="info", stream=stream)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        structlog.get_logger("service").exception("sync failed")

    (line,) = lines(stream)
    assert "ZeroDivisionError" in line["exception"]


def test_a_thread_that_dies_is_logged(stream):
    configure(log_format="json", level="info", stream=stream)

    thread = threading.Thread(target=lambda: 1 / 0, name="heart")
    thread.start()
    thread.join()

    (line,) = lines(stream)
    assert (line["thread"], line["level"]) == ("heart", "error")


def test_an_error_nobody_caught_is_logged(stream):
    configure(log_format="json", level="info", stream=stream)

    sys.excepthook(ValueError, ValueError("boom"), None)

    assert "boom" in lines(stream)[0]["exception"]


def test_warnings_go_the_same_way(stream):
    configure(log_format="json", level="info", stream=stream)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old way", DeprecationWarning, stacklevel=1)

    assert "old way" in lines(stream)[0]["event"]


def test_configuring_twice_does_not_double_the_lines(stream):
    configure(log_format="json", level="info", stream=io.StringIO())
    configure(log_format="json", level="info", stream=stream)

    structlog.get_logger("service").info("once")

    assert len(lines(stream)) == 1
