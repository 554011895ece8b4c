"""The JSON Schema says what messages hold: no more, no less."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from db.engine import transaction
from db.source_events import record_source_event
from db.sources import get_source
from service.webhooks.events import PING, TYPES
from service.webhooks.schema import VERSION, schema_text
from tests.factories import NOW
from tests.factories_events import add_source, fan_out, shown, subscribe

GOLDEN = Path(__file__).parents[2] / "golden" / "payloads"
CASES = sorted(GOLDEN.glob("standard-*.json"))
SCHEMA = json.loads(schema_text(VERSION))


def closed(schema):
    """The schema with every key forbidden that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if "properties" in made and "required" in made and "allOf" not in made:
        made["additionalProperties"] = False
    return made


def is_valid(document, schema=SCHEMA):
    return Draft202012Validator(schema).is_valid(document)


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_golden_payload_is_as_it_says_and_has_no_key_it_does_not_name(path):
    document = json.loads(path.read_text(encoding="utf-8"))

    Draft202012Validator(closed(SCHEMA)).validate(document)


def test_the_golden_payloads_have_every_type():
    seen = {json.loads(path.read_text(encoding="utf-8"))["type"] for path in CASES}

    assert seen == {*TYPES, PING}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_key_less_is_refused(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    for key in document["data"]:
        less = deepcopy(document)
        del less["data"][key]
        assert not is_valid(less), key


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", "2"),
        ("published_at", "2026-03-01"),
        ("content", "all"),
        ("categories", ["News"]),
        ("id", "7"),
    ],
)
def test_another_kind_of_value_is_refused(key, value):
    document = json.loads((GOLDEN / "standard-published.json").read_text("utf-8"))
    document["data"][key] = value

    assert not is_valid(document)


def test_what_is_stored_of_a_source_becomes_what_it_says(engine):
    subscribe(engine, event_types=("source.failing",))
    add_source(engine)
    with transaction(engine) as session:
        source = get_source(session, "example")
        record_source_event(
            session,
            source,
            "source.failing",
            health="failing",
            reason="HTTP 503",
            now=NOW,
        )
    fan_out(engine)

    document = json.loads(shown(engine).body)
    Draft202012Validator(closed(SCHEMA)).validate(document)
    assert document["data"]["source"]["slug"] == "example"
