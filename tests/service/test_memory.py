"""What was thrown away is the system's again, also when small things stand between."""

import subprocess
import sys
from pathlib import Path
from platform import libc_ver

import pytest

from service.memory import give_back

GROWN = """
from pathlib import Path
from service.memory import give_back, this_library

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

give_back(this_library())
bytes(2 * 2**20)  # from now on glibc would keep what is smaller than this
before = resident()
small, large = [], []
for number in range(300):
    large.append(b"x" * (200_000 + number))
    small.append(b"y" * (600 + number))
large.clear()
print(resident() - before)
"""


@pytest.mark.skipif(libc_ver()[0] != "glibc", reason="glibc is what it is about")
def test_large_blocks_go_back_to_the_system():
    root = Path(__file__).parents[2]
    said = subprocess.check_output([sys.executable, "-c", GROWN], cwd=root, text=True)

    assert int(said) < 10 * 2**20


def test_a_c_library_that_is_not_glibc_is_left_alone():
    give_back(object())
