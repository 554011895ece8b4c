"""A property that is worked out when it is first asked for, and kept.

It is `functools.cached_property` without the lock which that has up to Python 3.11 and
which takes most of its time: what one page's reading keeps is asked by one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class once(Generic[Owner, Value]):  # noqa: N801 - used as the decorator it is
    """A property kept in its object's `__dict__`, where it is found the next time."""

    def __init__(self, func: Callable[[Owner], Value]) -> None:
        self.func = func
        self.__doc__ = func.__doc__

    def __set_name__(self, owner: type[Owner], name: str) -> None:
        """Learn the name under which the value is kept."""
        self.name = name

    @overload
    def __get__(self, one: None, owner: type[Owner]) -> once[Owner, Value]: ...
    @overload
    def __get__(self, one: Owner, owner: type[Owner]) -> Value: ...
    def __get__(
        self, one: Owner | None, owner: type[Owner]
    ) -> Value | once[Owner, Value]:
        """Work the value out; asked of the class, give the property itself."""
        if one is None:
            return self
        value = one.__dict__[self.name] = self.func(one)
        return value
