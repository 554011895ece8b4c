"""What is compiled is used where it is what its sources say, and wanted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scrapers import compiled
from tests.scrapers.compiled.pages import needed

needed("tree")
PROGRAM = "from scrapers.compiled import load; print(load('tree') is not None)"
# What leaves free places all over a heap of a hundred megabytes.
SCATTERED = """
blocks = [bytes(9_000 + n % 17 * 4_000) for n in range(2_500)]
del blocks[::61]
"""


def is_used(folder, *, program=PROGRAM, **environment):
    """Whether another process that has these modules uses what is compiled."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return done.stdout.strip() == "True"


def copied(folder):
    """The modules, elsewhere; gives the folder of what is compiled."""
    own = Path(compiled.__file__).parent
    made = folder / "scrapers" / "compiled"
    made.mkdir(parents=True)
    (folder / "scrapers" / "__init__.py").touch()
    for one in own.iterdir():
        if one.is_file():
            (made / one.name).write_bytes(one.read_bytes())
    return made


def test_what_is_compiled_is_used_as_it_was_installed(tmp_path):
    made = copied(tmp_path)
    (made / compiled.BUILT).write_text(compiled.sources_digest(made), encoding="ascii")

    assert is_used(tmp_path)


@pytest.mark.parametrize("note", [b"0" * 64, b"", b"\xff\x00"])
def test_what_is_compiled_of_other_sources_is_not_used(tmp_path, note):
    made = copied(tmp_path)
    (made / compiled.BUILT).write_bytes(note)

    assert not is_used(tmp_path)


def test_nothing_compiled_is_used_where_a_module_is_missing(tmp_path):
    for one in copied(tmp_path).glob("walk.*.so"):
        one.unlink()

    assert not is_used(tmp_path)


def test_python_does_the_work_where_that_is_wanted(tmp_path):
    copied(tmp_path)

    assert not is_used(tmp_path, PURE_PYTHON="1")
    assert is_used(tmp_path, PURE_PYTHON="0")


def test_what_is_compiled_is_used_wherever_a_page_is_in_memory():
    root = Path(compiled.__file__).parents[2]

    assert is_used(root, program=SCATTERED + PROGRAM)
