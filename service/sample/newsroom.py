"""What the example site's routes share: the clock, the present edition, addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app, request

from service.sample.content import WRITERS, Section, Writer
from service.sample.edition import Edition, Post

T = TypeVar("T")

# What WordPress shows on a listing and in a feed unless told otherwise.
PAGE_SIZE = 10
KEY = "newsroom"


@dataclass(frozen=True, kw_only=True, slots=True)
class Newsroom:
    """The clock of a running site, when it was started, and what its posts wear.

    `dress` names the template of posts: "post", or one of `templates/post-….html`, by
    which a redesign under way is tried.
    """

    clock: Callable[[], datetime]
    started_at: datetime
    dress: Callable[[], str]


def edition() -> Edition:
    """Give what is published now."""
    newsroom = current_app.extensions[KEY]
    return Edition(newsroom.clock().astimezone(UTC), newsroom.started_at)


def template() -> str:
    """Give the template that posts are made with now."""
    newsroom: Newsroom = current_app.extensions[KEY]
    return f"{newsroom.dress()}.html"


def home() -> str:
    """Give the site's own address as the visitor wrote it, with a slash at its end."""
    return request.host_url


def home_without_port() -> str:
    """Give it as WordPress writes it into a feed's own link: the port is lost."""
    parts = urlsplit(request.host_url)
    return f"{parts.scheme}://{parts.hostname}/"


def link(post: Post) -> str:
    """Give a post's permalink."""
    return home().rstrip("/") + post.path


def writer_of(post: Post) -> Writer:
    """Give who signed a post."""
    return WRITERS[post.article.writer]


def in_section(posts: Sequence[Post], section: Section) -> list[Post]:
    """Choose the posts filed under a section or under one within it."""
    return [post for post in posts if section in post.sections]


def by_writer(posts: Sequence[Post], writer: Writer) -> list[Post]:
    """Choose the posts of one writer."""
    return [post for post in posts if post.article.writer == writer.slug]


def page_of(items: Sequence[T], number: int, size: int) -> Sequence[T]:
    """Give the `number`th page, counted from 1; empty past the end."""
    return items[(number - 1) * size : number * size]


def pages_in(items: Sequence[T], size: int) -> int:
    """Say how many pages there are; an empty list has none."""
    return -(-len(items) // size)


def excerpt(post: Post) -> str:
    """Give the words of an excerpt; a locked post has none."""
    return "" if post.article.is_locked else post.article.excerpt


def utc(at: datetime) -> str:
    """Write a time in UTC as REST does, without an offset."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
