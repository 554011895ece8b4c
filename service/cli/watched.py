"""`wireroom source show` and `accept`: one source as it is, and taking it so."""

from __future__ import annotations

from typing import Any

import click

from db import sources
from db.articles import count_by_source
from db.engine import reading, transaction
from db.runs import recent_runs
from db.sources import Source
from scrapers.baseline import Baseline
from scrapers.drift import Drift
from scrapers.pace import Pace
from service.cli.opening import opened
from service.cli.output import ago, json_option, print_json, visible

# As many passes as show a pattern.
RUNS_SHOWN = 5
# Of the failures of a pass; --json has all that its run keeps.
FAILURES_SHOWN = 10
# What an operator does about a site that has changed, in this order.
REMEDIES = (
    "What looks like this is held back, and comes when the site is read again.",
    "A site that is being repaired: wait. It is looked at in each poll.",
    "See what the definition still finds: wireroom source check FILE --live",
    "Have a definition of the new site drafted: wireroom source new {home}",
    "The site is right as it is now: wireroom source accept {slug}",
)


@click.command()
@click.argument("slug")
@json_option
def show(slug: str, *, as_json: bool) -> None:
    """Show all there is to know of a source: health, evidence, pace, last passes.

    \b
        wireroom source show example-org
    """
    with opened() as services, reading(services.engine) as session:
        found = sources.get_source(session, slug)
        values = facts_of(found) | {
            "articles": count_by_source(session).get(found.id, 0),
            "runs": [
                {
                    "started_at": run.started_at,
                    "outcome": run.outcome,
                    "reason": run.reason,
                    "new": run.tally.new,
                    "changed": run.tally.changed,
                    "failed": run.tally.failed,
                    "failures": [
                        {"url": url, "reason": reason}
                        for url, reason in run.tally.failures
                    ],
                }
                for run in recent_runs(session, found.id, limit=RUNS_SHOWN)
            ],
        }
    if as_json:
        print_json(values)
    else:
        _print(found, values)


@click.command()
@click.argument("slug")
def accept(slug: str) -> None:
    """Take a drifting site as it is now: what was held back is read and published.

    What was usual of it is forgotten, and learned anew.

    \b
        wireroom source accept example-org
    """
    with opened() as services, transaction(services.engine) as session:
        held = sources.accept_site(session, slug, now=services.clock())
    click.echo(f"{slug} is taken as it is; {held} pages that were held back are due.")


def pace_of(found: Source) -> tuple[str, str]:
    """Say how often a source is polled, and why so often."""
    for key in ("every", "cron"):
        if found.spec.get(key, "auto") != "auto":
            return found.spec[key], "as its definition says"
    pace = Pace.from_dict(found.pace)
    minutes = round(pace.every.total_seconds() / 60)
    told = f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
    return f"{told} (auto)", pace.why


def facts_of(found: Source) -> dict[str, Any]:
    """Give a source's state as JSON types and times."""
    drift = Drift.from_dict(found.drift)
    usual = Baseline.from_dict(found.baseline).usual
    every, why = pace_of(found)
    return {
        "slug": found.slug,
        "name": found.head.name,
        "home": found.head.home,
        "origin": found.origin,
        "visibility": found.head.visibility,
        "health": found.health if found.enabled else "disabled",
        "reason": found.health_reason,
        "health_since": found.health_since,
        "failures": found.failures,
        "every": every,
        "every_because": why,
        "polled_at": found.last_poll_at,
        "succeeded_at": found.last_success_at,
        "next_poll_at": found.next_poll_at if found.enabled else None,
        "evidence": [
            {
                "now": each.now,
                "extent": each.extent or None,
                "usual": each.usual,
                "urls": list(each.urls),
            }
            for each in (drift.evidence if drift else ())
        ],
        "usual": usual
        and {
            "articles_weighed": usual.count,
            "characters": usual.chars,
            "with_date": usual.dated,
            "with_author": usual.signed,
            "with_image": usual.pictured,
        },
    }


def _print(found: Source, values: dict[str, Any]) -> None:
    for key in ("slug", "name", "home", "health", "reason", "articles"):
        click.echo(f"{key:>12}  {visible(str(values[key] or '–'))}")
    for key in ("health_since", "polled_at", "succeeded_at", "next_poll_at"):
        told = ago(values[key]) if values[key] else "–"
        click.echo(f"{key.removesuffix('_at').replace('_', ' '):>12}  {told}")
    click.echo(f"{'every':>12}  {visible(values['every'])}: {values['every_because']}")
    if values["usual"]:
        click.echo(f"{'usual':>12}  {_usual(values['usual'])}")
    for each in values["evidence"]:
        seen = " ".join(filter(None, (each["now"], each["extent"])))
        click.echo(f"{'evidence':>12}  {visible(seen)}, {each['usual']}")
        for url in each["urls"]:
            click.echo(f"{'':>12}  {visible(url)}")
    if values["evidence"]:
        lines = (
            line.format(home=found.head.home, slug=found.slug) for line in REMEDIES
        )
        click.echo("\nWhat to do:\n" + "\n".join(f"  - {visible(li)}" for li in lines))
    for run in values["runs"]:
        counts = ", ".join(f"{run[key]} {key}" for key in ("new", "changed", "failed"))
        click.echo(
            f"{'pass':>12}  {ago(run['started_at'])}: {run['outcome']}, {counts}"
        )
    _print_failures(next((run for run in values["runs"] if run["failures"]), None))


def _print_failures(run: dict[str, Any] | None) -> None:
    """Say what the last pass that missed something could not read."""
    if run is None:
        return
    shown = run["failures"][:FAILURES_SHOWN]
    for each in shown:
        click.echo(
            f"{'not read':>12}  {visible(each['url'])}: {visible(each['reason'])}"
        )
    more = run["failed"] - len(shown)
    if more > 0:
        click.echo(f"{'':>12}  … and {more} more")


def _usual(usual: dict[str, Any]) -> str:
    shares = (
        f"{usual[f'with_{name}']:.0%} {name}" for name in ("date", "author", "image")
    )
    return f"{usual['characters']:,.0f} characters, " + ", ".join(shares)
