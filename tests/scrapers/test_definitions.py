"""Folders of definitions."""

from __future__ import annotations

from pathlib import Path

from scrapers.definitions import load_folder, load_shipped, shipped_slugs

GOOD = 'name = "A"\nhome = "https://example.org/"\n[[discover]]\nkind = "wordpress"\n'


def test_a_bad_file_keeps_no_other_from_being_read(tmp_path: Path):
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "c.toml").write_text("nonsense")
    (tmp_path / "notes.txt").write_text("not read")

    found = load_folder(tmp_path)

    assert [slug for slug, _ in found.specs] == ["a", "b"]
    assert len(found.errors) == 1
    assert "c.toml: no TOML" in str(found.errors[0])


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path):
    (error,) = load_folder(tmp_path / "sources").errors

    assert "no such folder" in str(error)


def test_a_shipped_name_nobody_knows_is_told_with_the_nearest():
    (error,) = load_shipped(["smaple"]).errors

    assert "did you mean 'sample'?" in str(error)


def test_every_shipped_definition_can_be_read():
    found = load_shipped(shipped_slugs())

    assert found.errors == ()
    assert {"irankenya", "sample"} <= {slug for slug, _ in found.specs}
