"""Sites made by hand, long ago: no headings, no classes, no metadata, no feeds."""

from __future__ import annotations

from collections.abc import Callable

from tests.sites.site import SmallSite
from tests.sites.stories import Story, stories

COUNT = 18
NAME = "The Valley Herald"
MENU = (
    "<A HREF=/>Home</A><BR><A HREF=/about.html>About us</A><BR>"
    "<A HREF=/ads.html>Advertise</A>"
)
Listing = Callable[[list[Story]], str]


def tables(told: list[Story]) -> str:
    """Rows of a table inside a table, headlines in bold."""
    rows = "".join(
        f"<TR><TD>{_day(one)}<TD>{_link(one, f'<B>{one.title}</B>')}<BR>{one.excerpt}"
        for one in told
    )
    return f"<TABLE><TR><TD>{MENU}<TD><TABLE>{rows}</TABLE></TABLE>"


def cells(told: list[Story]) -> str:
    """The same without bold: only its place tells the list from the menu."""
    rows = "".join(f"<TR><TD>{_day(one)}<TD>{_link(one)}" for one in told)
    return f"<TABLE><TR><TD>{MENU}<TD><TABLE>{rows}</TABLE></TABLE>"


def lines(told: list[Story]) -> str:
    """Lines of text: only their addresses tell them from the menu."""
    rows = "".join(f"{_day(one)}: {_link(one)}<BR>" for one in told)
    return f"{MENU.replace('<BR>', ' | ')}<HR>{rows}"


def definitions(told: list[Story]) -> str:
    """A list of definitions."""
    rows = "".join(
        f"<DT>{_link(one)} <I>{_day(one)}</I><DD>{one.excerpt}" for one in told
    )
    return f"<CENTER>{MENU}</CENTER><DL>{rows}</DL>"


def paragraphs(told: list[Story]) -> str:
    """Paragraphs that begin with a headline in bold."""
    rows = "".join(
        f"<P><B>{_link(one)}</B> ({_day(one)}) {one.excerpt}" for one in told
    )
    return f"<P>{MENU}{rows}"


def bare(listing: Listing) -> SmallSite:
    """A site of such pages, its front page made in one of these ways."""
    site = SmallSite("valley.example.org")
    told = stories(COUNT)
    for one in told:
        site.publish(_address(one), _article(one))
    site.put("/", page(NAME, f"<H1>{NAME}</H1>{listing(told)}"))
    for path in ("/about.html", "/ads.html"):
        body = f"<B>About</B><P>{'We are three people and a press. ' * 12}"
        site.put(path, page(f"{NAME}: about", body))
    return site


def _article(one: Story) -> str:
    said = "<BR><BR>".join(one.paragraphs)
    head = f"<FONT SIZE=5><B>{one.title}</B></FONT><BR>"
    byline = f"<FONT SIZE=2><I>By {one.author}, {_day(one)}</I></FONT>"
    cell = f"{head}{byline}<P>{said}<P><A HREF=/>Back to the front page</A>"
    table = f"<TABLE><TR><TD WIDTH=150>{MENU}<TD>{cell}</TABLE>"
    return page(f"{NAME}: {one.title}", table)


def page(title: str, main: str) -> str:
    return (
        f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD><BODY BGCOLOR=#FFFFFF>"
        f"<CENTER><IMG SRC=/logo.gif></CENTER>{main}<HR>"
        f"<FONT SIZE=1>Copyright 2026 {NAME}</FONT></BODY></HTML>"
    )


def _address(one: Story) -> str:
    return f"/news{one.number:03d}.html"


def _link(one: Story, text: str = "") -> str:
    return f"<A HREF={_address(one)}>{text or one.title}</A>"


def _day(one: Story) -> str:
    return f"{one.at:%B %-d, %Y}"
