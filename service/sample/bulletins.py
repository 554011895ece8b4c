"""A new bulletin for every minute there is, made of seeded choices.

A minute always gives the same bulletin, whenever and wherever it is asked: nothing is
kept, and a restart of the site changes no page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulletin:
    """The words of one bulletin; `correction` is what an edited version says."""

    topic: str
    title: str
    text: str
    correction: str
    writer: str
    section: str
    tags: tuple[str, ...]
    language: str = "en"
    picture: str | None = None


class Dice:
    """Choices that depend on a number and the order they are asked for alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._throws = 0

    def between(self, low: int, high: int) -> int:
        """Give a whole number from `low` to `high`, both included."""
        self._throws += 1
        digest = sha256(f"{self._seed}/{self._throws}".encode()).digest()
        return low + int.from_bytes(digest[:6], "big") % (high - low + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """Give one of the choices."""
        return choices[self.between(0, len(choices) - 1)]


def bulletin_of(minute: int) -> Bulletin:
    """Make the bulletin of a minute (counted from 1970)."""
    # In turn, so that a reader who stays for ten minutes sees them all.
    return KINDS[minute % len(KINDS)](Dice(minute))


WARDENS = ("Mzee Tunu", "Rehema Chao", "Oduor Patel", "Miss Achieng", "Captain Bwire")
QUARTERS = ("Lower Bank", "Kivuli", "Old Customs", "Mill Lane", "the Tannery")


def _river(dice: Dice) -> Bulletin:
    level = dice.between(180, 420) / 100
    change = dice.between(-14, 14)
    warden, other = dice.one_of(WARDENS), dice.one_of(QUARTERS)
    if change > 0:
        course, advice = f"up {change} centimetres since dawn", "Boats were moved up"
    elif change < 0:
        course, advice = f"down {-change} centimetres since dawn", "The ford is open"
    else:
        course, advice = "where it was at dawn", "Nothing had to be moved"
    return Bulletin(
        topic="river-gauge",
        title=f"River at {level:.2f} metres, {course}",
        text=(
            f"The Sabara stood at {level:.2f} metres at the bridge gauge, {course},"
            f" gauge warden {warden} reported.\n\n{advice} at {other}. The warning mark"
            " is at 4.50 metres, and the river has not touched it since the long rains"
            " of the year before last.\n\nThe gauge is read every few hours and by"
            " anybody who leans over the parapet."
        ),
        correction=f"The reading was taken at the mill, not the bridge, {warden} says.",
        writer="amina-wekesa",
        section="river",
        tags=("Sabara", "Water level"),
        picture="The bridge gauge, seen from the parapet",
    )


def _ferry(dice: Dice) -> Bulletin:
    boat = dice.one_of(("Pelican", "Saint Brendan", "Upepo", "Old Tom"))
    late = dice.between(4, 55)
    cause = dice.one_of(
        (
            "a hippopotamus was asleep across the landing stage",
            "the wedding party it was carrying had forgotten the rings",
            "the helmsman stopped to lift a drifting fishing net",
            "a crate of chickens came open and had to be counted",
            "the tide table on the cabin wall was last year’s",
        )
    )
    pier = dice.one_of(QUARTERS)
    return Bulletin(
        topic="ferry",
        title=f"Ferry “{boat}” {late} minutes late",
        text=(
            f"The ferry {boat} reached {pier} {late} minutes behind its timetable,"
            f" because {cause}.\n\nNobody missed the bus to the junction, which had"
            f" waited.\n\nThe next crossing is expected on time, the harbour office"
            " said, “as it always is”."
        ),
        correction="Two passengers did miss the bus. The harbour office drove them.",
        writer="joseph-kilonzo",
        section="river",
        tags=("Ferry", boat),
    )


def _market(dice: Dice) -> Bulletin:
    goods = dice.one_of(("Tomatoes", "Mangoes", "Tilapia", "Maize flour", "Charcoal"))
    price = dice.between(4, 60) * 5
    was = price + dice.one_of((-15, -10, -5, 5, 10, 15))
    trend = "dearer" if price > was else "cheaper"
    seller = dice.one_of(("Mama Zawadi", "the Njoroge sisters", "Hassan the scales"))
    return Bulletin(
        topic="market",
        title=f"{goods} {trend} at the morning market: {price} shillings",
        text=(
            f"{goods} went for {price} shillings a kilo this morning, after {was}"
            f" yesterday, according to {seller}.\n\nThe market board counted"
            f" {dice.between(60, 240)} stalls, {dice.between(2, 19)} of them new.\n\n"
            "Prices are taken at eight o’clock, at three stalls chosen by lot, and"
            " nobody is told which."
        ),
        correction=f"Yesterday’s price was {was + 5} shillings; we misread the board.",
        writer="desk",
        section="notices",
        tags=("Market", goods),
        picture=f"{goods} at the morning market",
    )


def _football(dice: Dice) -> Bulletin:
    ours, theirs = dice.between(0, 5), dice.between(0, 4)
    other = dice.one_of(("Harbour United", "Tannery Town", "Junction Rovers", "Kivuli"))
    outcome = (ours > theirs) - (ours < theirs)
    how = {1: "beat", 0: "share it with", -1: "lose to"}[outcome]
    did = {1: "beat", 0: "shared the points with", -1: "lost to"}[outcome]
    scorer = dice.one_of(("Salim Odera", "Grace Mutua", "“Kidege” Ali", "Tom Were"))
    minute = dice.between(3, 89)
    return Bulletin(
        topic="stars",
        title=f"Stars {how} {other}, {ours}–{theirs}",
        text=(
            f"Mtoni Stars {did} {other}, {ours}–{theirs}, in front of"
            f" {dice.between(40, 900)} people and, for a while, a goat.\n\nThe match"
            f" turned in the {minute}th minute, when {scorer} hit the post and the"
            " rebound was argued about for longer than it had been in the air.\n\nThe"
            f" teams meet again in {dice.between(2, 9)} weeks."
        ),
        correction=f"The shot was not by {scorer}, who was on the bench, and says so.",
        writer="nell-obuya",
        section="sport",
        tags=("Mtoni Stars", "Football"),
    )


def _library(dice: Dice) -> Bulletin:
    what = dice.one_of(
        (
            "an atlas of imaginary islands",
            "a cookbook with somebody’s corrections",
            "letters of a lighthouse keeper",
            "a dictionary of bird calls",
            "poems about bicycles",
        )
    )
    shelf = dice.between(1, 48)
    return Bulletin(
        topic="library",
        title=f"New on shelf {shelf}: {what}",
        text=(
            f"The library has received {what}, left on its steps in a biscuit tin.\n\n"
            f"It stands on shelf {shelf} and can be borrowed for"
            f" {dice.between(2, 6)} weeks. {dice.between(2, 30)} readers have put"
            " their names down.\n\nWhoever left it may keep the tin, or fetch it."
        ),
        correction=f"It stands on shelf {shelf + 1}: shelf {shelf} is still wet.",
        writer="nell-obuya",
        section="books",
        tags=("Library",),
    )


def _sokoni(dice: Dice) -> Bulletin:
    # The verb agrees with the noun's class.
    bidhaa, kitenzi = dice.one_of(
        (
            ("Nyanya", "ziliuzwa"),
            ("Samaki", "waliuzwa"),
            ("Unga wa mahindi", "uliuzwa"),
            ("Maembe", "yaliuzwa"),
            ("Vitunguu", "viliuzwa"),
        )
    )
    bei = dice.between(4, 60) * 5
    muuzaji = dice.one_of(("Mama Zawadi", "Bi Mwanaisha", "Bwana Kazungu"))
    return Bulletin(
        topic="bei-sokoni",
        title=f"Bei ya leo sokoni: {bidhaa.lower()} shilingi {bei} kwa kilo",
        text=(
            f"{bidhaa} {kitenzi} kwa shilingi {bei} kwa kilo asubuhi ya leo, kwa"
            f" mujibu wa {muuzaji}.\n\nWauzaji {dice.between(50, 200)} walifungua"
            " vibanda vyao kabla ya saa mbili asubuhi, na mvua haikunyesha.\n\nBei"
            " huchukuliwa kila siku katika vibanda vitatu vilivyochaguliwa kwa kura."
        ),
        correction=f"Bei sahihi ilikuwa shilingi {bei + 5}; tunaomba radhi.",
        writer="neema-baraka",
        section="habari-za-mji",
        tags=("Soko", bidhaa),
        language="sw",
    )


def _hava(dice: Dice) -> Bulletin:
    degrees = dice.between(19, 34)
    digits = str(degrees).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    sky = dice.one_of(("آفتابی", "نیمه‌ابری", "بارانی", "مه‌آلود"))
    place = dice.one_of(("کنار پل", "در بندرگاه", "جلوی کتابخانه", "در بازار"))
    return Bulletin(
        topic="hava",
        title=f"هوای امروز متونی: {sky}، {digits} درجه",
        text=(
            f"هوای شهر امروز {sky} است و دماسنج {place} {digits} درجه را نشان می‌دهد."
            "\n\n"
            "به گفتهٔ دیده‌بان پل، باد از سوی رودخانه می‌وزد و قایق‌ها سر وقت حرکت"
            " می‌کنند.\n\nحلقهٔ خوانش فارسی عصر امروز، اگر باران بگذارد، در حیاط کتابخانه"
            " برگزار می‌شود."
        ),
        correction="حلقهٔ خوانش امروز در تالار بزرگ برگزار می‌شود، نه در حیاط.",
        writer="shirin-azadi",
        section="shahr",
        tags=("هوا",),
        language="fa",
    )


def _lost(dice: Dice) -> Bulletin:
    thing = dice.one_of(
        (
            "one left sandal, blue",
            "a trombone, in its case, warm",
            "a set of keys with a wooden fish",
            "a kite that answers to no name",
            "three metres of red velvet",
        )
    )
    place = dice.one_of(QUARTERS)
    return Bulletin(
        topic="found",
        title=f"Found: {thing}",
        text=(
            f"Found near {place}: {thing}.\n\nIt waits at the lost property window,"
            f" number {dice.between(100, 999)} in the book. Whoever can describe it"
            " better than we did may have it.\n\nThe window is open when the shutter"
            " is up."
        ),
        correction="Three people have described it already; please be patient.",
        writer="desk",
        section="notices",
        tags=("Lost and found",),
    )


KINDS: tuple[Callable[[Dice], Bulletin], ...] = (
    _river,
    _ferry,
    _sokoni,
    _market,
    _football,
    _hava,
    _library,
    _lost,
)
