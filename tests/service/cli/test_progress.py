from datetime import UTC, datetime

from db.runs import Tally
from service.cli.progress import LINE_SECONDS, Lines, Pace, tracks
from service.jobs.history import Outlook

REACHED = datetime(2021, 5, 3, tzinfo=UTC)


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_what_is_left_is_told_by_the_rate():
    seconds = Seconds()
    pace = Pace(monotonic=seconds, begun=0.0)
    pace.outlook = Outlook(done=400, fetched=0, expected=1000, reached_at=REACHED)
    pace.tally = Tally(found=150, fetched=100, new=90)
    seconds.now = 50.0

    words = pace.words()

    assert words == ("500 of about 1000, 90 new, 2.0/s, 4 min left, back to 2021-05-03")


def test_there_are_never_fewer_than_were_read():
    pace = Pace(monotonic=Seconds(), begun=0.0)
    pace.outlook = Outlook(done=50, fetched=0, expected=10, reached_at=None)

    assert (pace.done, pace.expected) == (50, 50)


def test_without_a_terminal_a_line_comes_every_so_often(capsys):
    seconds = Seconds()
    lines = Lines("example", monotonic=seconds)

    for n in range(1, 31):
        seconds.now = float(n)
        lines.progress(Tally(found=60, fetched=n, new=n))

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 30 // LINE_SECONDS
    assert told[0] == "example: 10 of about 60, 10 new, 1.0/s"


def test_a_program_is_told_nothing(capsys):
    with tracks(quiet=True) as track_of:
        track = track_of("example")
        track.progress(Tally(found=1))
        track.wait()
        track.end()

    assert capsys.readouterr().err == ""
