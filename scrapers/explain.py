"""Say in one sentence each what is wrong with a definition, and what would be right.

Turns pydantic's errors into the words of the file: the key's path as it is written, the
value, the nearest right one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

# Below this likeness a suggestion confuses more than it helps (difflib's own default).
LIKENESS = 0.6
# A value is shown so that it can be found, not in full.
LONGEST_VALUE = 60


def sentences(
    error: ValidationError, model: type[BaseModel], name: str
) -> Iterator[str]:
    """Give one line for each fault: `NAME: key[0].path: what is wrong`."""
    for found in error.errors(include_url=False):
        keys, owner = _walk(found["loc"], model)
        if found["type"].startswith("union_tag_"):
            keys += ".kind"
        place = f"{name}: {keys}" if keys else name
        yield f"{place}: {_message(found, owner)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Give " (did you mean 'x'?)" for the most alike of the known words, or ""."""
    close = get_close_matches(word, list(known), n=1, cutoff=LIKENESS)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _walk(
    loc: tuple[int | str, ...], model: type[BaseModel] | None
) -> tuple[str, type[BaseModel] | None]:
    """Give the key's path as the file has it, and the model that owns the last key."""
    path = ""
    owner: type[BaseModel] | None = model
    inner: dict[str, type[BaseModel]] = {}
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part in inner:
            # pydantic puts the chosen kind into the path; the file does not have it.
            model, inner = inner[part], {}
        else:
            owner = model
            path += f".{part}" if path else part
            field = model.model_fields.get(part) if model else None
            inner = _models(field.annotation, field.metadata) if field else {}
            model = inner.pop("", None)
    return path, owner


def _models(annotation: Any, metadata: Iterable[Any]) -> dict[str, type[BaseModel]]:  # noqa: ANN401 - any annotation
    """Find the models an annotation leads to: one under "", or one for each tag."""
    for mark in metadata:
        if hasattr(mark, "models"):
            tagged: dict[str, type[BaseModel]] = mark.models()
            return tagged
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"": annotation}
    for argument in get_args(annotation):
        inner = getattr(argument, "__metadata__", ())
        found = _models(getattr(argument, "__origin__", argument), inner)
        if found:
            return found
    return {}


def _message(found: ErrorDetails, owner: type[BaseModel] | None) -> str:
    kind, given = found["type"], found["input"]
    context = found.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return _unknown_key(str(found["loc"][-1]), owner)
        case "missing":
            return "missing" + _meaning(str(found["loc"][-1]), owner)
        case "union_tag_invalid":
            tags = [tag.strip(" '") for tag in context["expected_tags"].split(",")]
            hint = nearest(context["tag"], tags)
            return f"unknown kind {context['tag']!r}{hint}: {', '.join(tags)}"
        case "union_tag_not_found":
            return "missing: write kind = … as the first line of the entry"
        case "literal_error":
            right = context["expected"]
            hint = nearest(
                str(given), right.replace("'", "").split(" or ")[0].split(", ")
            )
            return f"{_shown(given)} is not {right}{hint}"
        case "value_error":
            return found["msg"].removeprefix("Value error, ")
        case _:
            asked = found["msg"].removeprefix("Input ")
            return f"{_shown(given)} {asked[:1].lower()}{asked[1:]}"


def _unknown_key(key: str, owner: type[BaseModel] | None) -> str:
    known = list(owner.model_fields) if owner else []
    hint = nearest(key, known)
    return f"unknown key{hint}" if hint else f"unknown key: {', '.join(known)}"


def _meaning(key: str, owner: type[BaseModel] | None) -> str:
    field = owner.model_fields.get(key) if owner else None
    return f": {field.description}" if field and field.description else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
