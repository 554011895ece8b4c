"""Requests with bodies, at the server that readers and hubs meet."""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from tests.journeys.test_run import run

__all__ = ["run"]
TIMES = 20
SECONDS = 20
SLOW = b"POST /hub HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhub.mode="
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def served(run):
    return run(SOURCES="").start().until_served()


def ask(served, method, path, body=None, headers=FORM):
    connection = HTTPConnection("127.0.0.1", served.port, timeout=SECONDS)
    with closing(connection):
        connection.request(method, path, body=body, headers=dict(headers))
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()


def test_no_body_is_lost(served):
    for _ in range(TIMES):
        status, said = ask(served, "POST", "/hub", "hub.mode=subscribe&hub.topic=x")
        assert (status, "hub.callback is missing" in said) == (400, True)

    chunks = iter([b"hub.mode=subscribe&", b"hub.topic=x"])
    assert "hub.callback is missing" in ask(served, "POST", "/hub", chunks)[1]


def test_a_slow_sender_holds_up_nobody_who_reads(served):
    with ExitStack() as stack:
        for _ in range(3):
            sender = socket.create_connection(("127.0.0.1", served.port))
            stack.callback(sender.close)
            sender.sendall(SLOW)
        for path in ("/feeds/all.atom", "/healthz", "/"):
            assert ask(served, "GET", path)[0] == 200
