"""Setting a vendor's exchange rates, up to 250 in one act, all of them or none.

Figures are converted when they are asked for, so a rate that is put right puts right what was converted by it. What it was
before stands in the audit trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.errors import Problem, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.network.rates import queries
from app.programme.currencies import CURRENCIES
from app.store.database import Row
from app.store.jobs import Job, enqueue

MOST_RATES = 250
PLACES = 9
HIGHEST_RATE = 10**9


@dataclass(frozen=True, slots=True)
class NewRate:
    """A rate as the vendor entered it: one unit of `base` is worth `rate` units of `quote` from this day on."""

    base: str
    quote: str
    effective_from: date
    rate: Decimal

    @property
    def key(self) -> tuple[str, str, date]:
        """What tells rates apart."""
        return self.base, self.quote, self.effective_from

    @property
    def scaled(self) -> Fraction:
        """The rate in 10⁻⁹."""
        return Fraction(self.rate) * Fraction(10**PLACES)


async def set_exchange_rates(request: Request[Actor], given: Sequence[NewRate], idempotency_key: str) -> Key:
    """Set exchange rates of the vendor's own network. One that stood from the same day is replaced. What incentives have
    accrued at other rates is reckoned anew by the worker."""
    vendor_id = request.actor.vendor_id
    if vendor_id is None:
        raise PermissionError("only a vendor sets exchange rates")
    async with acting(request, "setExchangeRates") as act:
        if await act.done_before(idempotency_key, given) is None:
            refuse_if(_faults(given))
            held = await queries.rates_set(act.session, vendor_id, [each.key for each in given])
            await queries.set_rates(act.session, vendor_id, [(*each.key, int(each.scaled)) for each in given])
            await enqueue(act.session, Job.ACCRUE_NETWORK, vendor_id=vendor_id)
            before = [{**_named(row), "rate": row["rate"]} for row in held]
            after = [{**_named(each), "rate": int(each.scaled)} for each in given]
            await act.record(
                global_id("Vendor", Key(vendor_id, vendor_id)), vendor_id=vendor_id, before=before or None, after=after
            )
            await act.remember(idempotency_key, given, "set")
    return Key(vendor_id, vendor_id)


def _named(rate: NewRate | Row) -> dict[str, str]:
    base, quote, start = (
        rate.key if isinstance(rate, NewRate) else (rate["base"], rate["quote"], rate["effective_from"])
    )
    return {"base": base, "quote": quote, "effectiveFrom": str(start)}


def _faults(given: Sequence[NewRate]) -> list[Problem]:
    if not given:
        return [Problem(("rates",), UserErrorCode.REQUIRED, "Give at least one.")]
    if len(given) > MOST_RATES:
        message = f"These are {len(given):,}; one call takes at most {MOST_RATES}. Send them in several."
        return [Problem(("rates",), UserErrorCode.INVALID, message)]
    first: dict[tuple[str, str, date], int] = {}
    problems = []
    for place, each in enumerate(given):
        problems += [Problem(("rates", str(place), name), code, message) for name, code, message in _wrong(each)]
        if first.setdefault(each.key, place) != place:
            message = f"The rate from {each.base} to {each.quote} from {each.effective_from} on is given twice."
            problems.append(Problem(("rates", str(place), "effectiveFrom"), UserErrorCode.OVERLAP, message))
    return problems


def _wrong(given: NewRate) -> list[tuple[str, UserErrorCode, str]]:
    found = [
        (name, UserErrorCode.INVALID, f"{code!r} is no currency of ISO 4217 that can be invoiced.")
        for name, code in (("base", given.base), ("quote", given.quote))
        if code not in CURRENCIES
    ]
    if given.base == given.quote:
        found.append(("quote", UserErrorCode.INVALID, f"A rate lies between two currencies; both are {given.base}."))
    if given.scaled.denominator != 1:
        found.append(("rate", UserErrorCode.INVALID, f"{given.rate:f} has more than nine decimals."))
    elif not 0 < given.rate <= HIGHEST_RATE:
        found.append(("rate", UserErrorCode.INVALID, f"A rate is above 0 and at most {HIGHEST_RATE:,}."))
    if not 1900 <= given.effective_from.year < 9999:
        found.append(("effectiveFrom", UserErrorCode.INVALID, "Give a day since 1900."))
    return found
