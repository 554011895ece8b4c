"""Between the outbox and the delivery engine: one short transaction a cycle.

    record what has been done ─► judge it ─► write the log and the health
    ─► whose turn is it? ─► lease a few deliveries of each ─► hand them over, signed for

The engine calls `exchange` from a thread of its own. Whatever happens between two
calls, a crash included, loses nothing: what was handed over is due again when its lease
ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import structlog

from config.settings import SettingError
from db import attempts, claims, outbox
from db.bodies import Bodies
from db.claims import Claimed, Turn
from db.engine import Engine, Session, database_now, reading, transaction
from db.errors import DatabaseUnavailable
from db.subscriptions import secrets_of, signatures_of
from scrapers.fetch.client import user_agent
from service.delivery.attempt import Sender
from service.delivery.backoff import Fate, Verdict, judge
from service.delivery.engine import DeliveryEngine, ExchangeFailed, Pace
from service.delivery.messages import Message, Outcome, Signer
from service.delivery.signing import HUB, WEBSUB, StandardSigner, WebSubSigner
from service.jobs.custom_headers import CustomHeaders, Opener
from service.jobs.endpoints import Endpoints, Held, Judged
from service.jobs.lines import interruption, line_of
from service.jobs.pacing import Pacing
from service.jobs.sharing import Sharing
from service.services import Services

# A clock set back by less is a correction, and waits itself out.
CLOCK_SLACK = timedelta(seconds=30)
# Signers kept ready; one more and all are made anew.
SIGNERS = 10_000
FOR_EVER = datetime.max.replace(tzinfo=UTC)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The settings that decide about a delivery."""

    schedule: tuple[timedelta, ...]
    lease: timedelta
    disable_after: timedelta
    hub_method: str = "sha256"


def build(services: Services) -> DeliveryEngine:
    """Make the engine of a worker; `start` it, `wake` it at news, `stop` it."""
    settings = services.settings
    deliveries = Deliveries(
        services.engine,
        owner=services.name,
        cipher=services.cipher,
        rules=Rules(
            schedule=settings.delivery_schedule,
            lease=settings.lease,
            disable_after=settings.disable_after,
            hub_method=settings.hub_signature,
        ),
        rng=Random(),  # noqa: S311 - jitter, not a secret
    )
    sender = build_sender(services, timeout=settings.delivery_timeout)
    pace = Pace(lanes=settings.delivery_concurrency, tick=settings.tick)
    return DeliveryEngine(
        deliveries.exchange,
        sender,
        pace,
        clock=machine_now,
        again_in=deliveries.again_in,
    )


def build_sender(services: Services, *, timeout: timedelta) -> Sender:
    """Make what talks to subscribers; `timeout` is a request's, all in all."""
    settings = services.settings
    return Sender(
        services.guard,
        user_agent=user_agent(settings.contact_url or f"{settings.base_url}/about"),
        timeout=timeout,
        clock=machine_now,
    )


def machine_now() -> datetime:
    """What a receiver compares the timestamp with is a machine's clock, too."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """Who signs for certain secrets until the first of them expires."""

    signer: Signer | None
    until: datetime


@dataclass(frozen=True, slots=True)
class _Ready:
    """An endpoint whose turn it is, with what its requests need."""

    turn: Turn
    signer: Signer
    headers: Mapping[str, str]


class Deliveries:
    """What one worker has under way, and the exchange with the outbox."""

    def __init__(
        self,
        engine: Engine,
        *,
        owner: str,
        cipher: Opener,
        rules: Rules,
        rng: Random,
        clock: Callable[[Session], datetime] = database_now,
    ) -> None:
        self._engine = engine
        self._owner = owner
        self._cipher = cipher
        self._rules = rules
        self._rng = rng
        self._clock = clock
        self._held: dict[int, Held] = {}
        self._signers: dict[tuple[str, str], _Known] = {}
        self._unsigned: set[int] = set()
        self._endpoints = Endpoints(disable_after=rules.disable_after)
        self._bodies = Bodies()
        self._sharing = Sharing(owner)
        self._pacing = Pacing()
        self._headers = CustomHeaders(cipher)
        self._last_now: datetime | None = None
        self._looked_at: datetime | None = None

    def exchange(self, outcomes: Sequence[Outcome], room: int) -> list[Message]:
        """Record what was done and take at most `room` more.

        Raises ExchangeFailed when the database is not to be had; nothing has changed.
        """
        try:
            if not outcomes and not self._has_due(room):
                return []
            with transaction(self._engine) as session:
                now = self._looked_at = self._clock(session)
                self._heal_clock(session, now)
                mine = self._still_held(outcomes)
                self._record(session, mine, now)
                claimed, ready = self._claim(session, mine, room, now)
                self._endpoints.tell(session, now)
        except DatabaseUnavailable as error:
            log.warning("deliveries wait for the database", reason=str(error))
            raise ExchangeFailed(str(error)) from error
        for outcome in mine:
            self._held.pop(outcome.message.delivery_id, None)
        self._held.update(
            (each.id, Held(each, ready[each.subscription_id].turn)) for each in claimed
        )
        return [_message(each, ready[each.subscription_id]) for each in claimed]

    def again_in(self) -> timedelta | None:
        """Give how soon an endpoint's rate allows the next request; None: unknown."""
        at = self._looked_at
        return None if at is None else self._pacing.again_in(at)

    def _has_due(self, room: int) -> bool:
        """Look without the write lock: an idle worker stands in nobody's way."""
        if room <= 0:
            return False
        with reading(self._engine) as session:
            now = self._looked_at = self._clock(session)
            due = self._due(session, room, now)
            turned_back = self._last_now is not None and now < self._last_now
            mine = self._sharing.share(session, due, self._under_way(), room, now=now)
        return turned_back or bool(mine)

    def _under_way(self, done: Sequence[Outcome] = ()) -> Counter[int]:
        count = Counter(each.turn.id for each in self._held.values())
        count.subtract(outcome.message.endpoint for outcome in done)
        return count

    def _claim(
        self, session: Session, done: Sequence[Outcome], room: int, now: datetime
    ) -> tuple[list[Claimed], dict[int, _Ready]]:
        ready: dict[int, _Ready] = {}
        for turn in self._due(session, room, now):
            signer, headers = self._signer(turn, now), self._headers.of(turn)
            if headers is None:
                self._unsigned.add(turn.id)
            elif signer is not None:
                ready[turn.id] = _Ready(turn, signer, headers)
        until = now + self._rules.lease
        turns = [each.turn for each in ready.values()]
        busy = self._under_way(done)
        takes = self._sharing.share(session, turns, busy, room, now=now, claims=True)
        probes = [turn for turn in turns if turn.is_probe and turn.id in takes]
        if probes:
            takes = self._endpoints.take_probes(
                session, takes, probes, now=now, until=until
            )
        takes, limits = self._pacing.limit(session, takes, turns, now=now)
        claimed = claims.claim(
            session,
            takes,
            owner=self._owner,
            now=now,
            until=until,
            bodies=self._bodies,
            probes={turn.id for turn in probes},
        )
        self._pacing.spend(session, limits, claimed, now=now)
        if probes:
            self._endpoints.give_back_probes(session, takes, probes, claimed, now=now)
        lost = [interruption(each, now) for each in claimed if each.was_leased]
        attempts.record_attempts(session, lost)
        return claimed, ready

    def _due(self, session: Session, room: int, now: datetime) -> list[Turn]:
        """List whose turn may be next: those that hold all they may do not count."""
        if room <= 0:
            return []
        limit = room + len(self._under_way()) + len(self._unsigned)
        return claims.list_due(session, now=now, limit=limit)

    def _signer(self, turn: Turn, now: datetime) -> Signer | None:
        """Give who signs for an endpoint; None when its secrets cannot be opened."""
        key = (turn.secrets, turn.signatures)
        known = self._signers.get(key)
        if known is None or known.until <= now:
            if len(self._signers) >= SIGNERS:
                self._signers.clear()
            known = self._signers[key] = self._open(turn, now)
        return known.signer

    def _open(self, turn: Turn, now: datetime) -> _Known:
        """Open an endpoint's secrets, those that are still good."""
        valid = [
            secret
            for secret in secrets_of(turn.secrets)
            if secret.expires_at is None or secret.expires_at > now
        ]
        until = min((s.expires_at for s in valid if s.expires_at), default=FOR_EVER)
        named = signatures_of(turn.signatures)
        try:
            secrets = [self._cipher.decrypt(secret.token) for secret in valid]
        except SettingError as error:
            log.error(  # noqa: TRY400 - the reason says it all
                "deliveries wait for their secret",
                subscription=turn.id,
                url=turn.url,
                reason=str(error),
            )
            self._unsigned.add(turn.id)
            return _Known(signer=None, until=until)
        self._unsigned.discard(turn.id)
        return _Known(signer=self._made(secrets, named), until=until)

    def _made(self, secrets: Sequence[str], signatures: Sequence[str]) -> Signer:
        if WEBSUB in signatures:
            secret = secrets[0] if secrets else None
            return WebSubSigner(secret, self._rules.hub_method)
        keys = [key for secret in secrets for key in secret.split()]
        return StandardSigner(keys, with_hub=HUB in signatures)

    def _still_held(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Leave out what another attempt, or another message, has taken the place of.

        Our own lease may end under way, and we take the delivery once more.
        """
        mine = [
            each
            for each in outcomes
            if (held := self._held.get(each.message.delivery_id)) is not None
            and held.claimed.message_id == each.message.message_id
            and held.claimed.number == each.message.attempt
        ]
        if lost := len(outcomes) - len(mine):
            log.warning(
                "outcomes dropped: their deliveries are others' now", count=lost
            )
        return mine

    def _record(
        self, session: Session, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        judged = [
            Judged(
                outcome, self._held[outcome.message.delivery_id], self._judge(outcome)
            )
            for outcome in outcomes
        ]
        held = self._record_fates(session, judged, now)
        if lost := len(judged) - len(held):
            log.warning("outcomes came after the lease had ended", count=lost)
        judged = [each for each in judged if each.held.claimed.id in held]
        lines = [line_of(each.outcome, each.held.claimed) for each in judged]
        attempts.record_attempts(session, lines)
        self._endpoints.record(session, judged, now)

    def _judge(self, outcome: Outcome) -> Verdict | None:
        """Give the verdict; None for what was cut off by the worker's own end."""
        if outcome.was_cut:
            return None
        return judge(
            outcome.status,
            outcome.response_headers or {},
            step=self._held[outcome.message.delivery_id].claimed.step,
            schedule=self._rules.schedule,
            now=outcome.started_at + timedelta(milliseconds=outcome.took_ms),
            rng=self._rng,
        )

    def _record_fates(
        self, session: Session, judged: Sequence[Judged], now: datetime
    ) -> set[int]:
        """Write what becomes of each; give the ids of those that were still ours."""
        ended: dict[str, list[int]] = {"delivered": [], "failed": []}
        later: dict[int, datetime] = {}
        cut: list[int] = []
        for each in judged:
            if each.verdict is None:
                cut.append(each.held.claimed.id)
            elif each.verdict.fate is Fate.RETRY:
                later[each.held.claimed.id] = now + each.verdict.after
            else:
                delivered = each.verdict.fate is Fate.DELIVERED
                ended["delivered" if delivered else "failed"].append(
                    each.held.claimed.id
                )
        held = attempts.lock_held(session, [*later, *cut], owner=self._owner)
        due = {key: at for key, at in later.items() if key in held}
        attempts.record_retries(session, due)
        attempts.release(session, [key for key in cut if key in held], now=now)
        for state, ids in ended.items():
            held |= attempts.record_end(
                session, ids, state=state, owner=self._owner, now=now
            )
        return held

    def _heal_clock(self, session: Session, now: datetime) -> None:
        """Bring forward what is due at hours that come a second time."""
        before, self._last_now = self._last_now, now
        if before is not None and before - now > CLOCK_SLACK:
            count = outbox.heal_clock(session, now=now, jump=before - now)
            self._endpoints.heal_clock(session, now)
            self._pacing.heal_clock(session, now=now, jump=before - now)
            log.warning("the clock was set back", by=str(before - now), moved=count)


def _message(claimed: Claimed, ready: _Ready) -> Message:
    return Message(
        delivery_id=claimed.id,
        endpoint=ready.turn.id,
        url=ready.turn.url,
        message_id=claimed.message_id,
        content_type=claimed.payload.content_type,
        body=claimed.payload.body,
        signer=ready.signer,
        attempt=claimed.number,
        headers=ready.headers,
        link=claimed.payload.link,
    )
