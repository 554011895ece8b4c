import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from service.cli.main import main


@pytest.fixture
def wireroom(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/wireroom.db"
    monkeypatch.setenv("WIREROOM_DATABASE_URL", url)

    def call(*words, code=0):
        result = CliRunner().invoke(main, list(words))
        assert result.exit_code == code, result.output
        return result.output

    call("db", "upgrade")
    return call


CREATE = ("token", "create", "reader", "--scope", "events:read")


def test_a_token_is_shown_once_and_listed_without_it(wireroom):
    made = json.loads(wireroom(*CREATE, "--expires", "90d", "--json"))

    (listed,) = json.loads(wireroom("token", "list", "--json"))
    assert made["token"].startswith("wrt_")
    assert made["token"] not in wireroom("token", "list")
    assert (listed["name"], listed["scopes"]) == ("reader", ["events:read"])
    ends = datetime.fromisoformat(listed["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89) < ends < timedelta(days=91)
    assert listed["last_used_at"] is None


def test_a_name_stands_for_one_token(wireroom):
    wireroom(*CREATE)

    assert "revoke it" in wireroom(*CREATE, code=2)


def test_a_revoked_token_is_gone_and_its_name_free(wireroom):
    wireroom(*CREATE)
    wireroom("token", "revoke", "reader")

    assert "No tokens yet" in wireroom("token", "list")
    assert "no token 'reader'" in wireroom("token", "revoke", "reader", code=1)
    wireroom(*CREATE)


@pytest.mark.parametrize("scope", ["events:write", ""])
def test_a_scope_that_is_none_is_refused(wireroom, scope):
    said = wireroom("token", "create", "reader", "--scope", scope, code=2)

    assert "events:read" in said
