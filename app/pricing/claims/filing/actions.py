"""Filing a claim: it is stored as the distributor means it, and decided right afterwards.

Lines are named by their ids, by invoice and line, or by a period: then all are meant that carry the special price's number,
and those without any number that match it, as far as units of them are free. Every problem of an input is told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.pricing.claims import queries
from app.pricing.claims.costs import queries as sales
from app.pricing.claims.costs.queries import Ref
from app.pricing.claims.inputs import DebitClaimLineInput, SubmitDebitClaimInput
from app.pricing.claims.offers import Offer, free_units
from app.pricing.claims.settling.actions import settle_claim
from app.pricing.special_prices import queries as special_prices
from app.programme.ageing import deemed_on
from app.programme.line_places import place_of
from app.programme.periods import today_in
from app.programme.spans import Span
from app.programme.wording import can_be_kept
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
MOST_LINES = 1_000
MOST_MATCHES = 5_000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A line, and how many of its units are claimed: None for all that are free."""

    ref: Ref
    units: int | None


async def submit_debit_claim(request: Request[Actor], given: SubmitDebitClaimInput) -> Key:
    """File a claim against a special price, and let it be decided."""
    key = await _filed(request, given)
    await settle_claim(request.database, key.vendor_id, key.id)
    return key


async def _filed(request: Request[Actor], given: SubmitDebitClaimInput) -> Key:
    async with acting(request, "submitDebitClaim") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None and (before := key_of("DebitClaim", done)) is not None:
            return before
        check = Checks()
        offer = await _offer(act, check, given.special_price_id)
        _check_choice(check, given)
        check.settle()
        assert offer is not None
        own = offer.row
        key = Key(own["vendor_id"], new_id())
        rows = await _lines(act, check, offer, given)
        check.settle()
        now = datetime.now(UTC)
        filed_on = today_in(await queries.time_zone(act.session, key.vendor_id, own["agreement_id"]), now)
        days = own["days_to_decide"]
        deemed = None if days is None else deemed_on(filed_on, days)
        of = (own["agreement_id"], own["distributor_id"])
        values = (key.id, *of, own["id"], own["currency"], filed_on, act.actor.name, now, deemed)
        await queries.file_claim(act.session, key.vendor_id, values)
        filed = [(key.id, place, *of, *row) for place, row in enumerate(rows, 1)]
        await queries.file_lines(act.session, key.vendor_id, filed)
        await enqueue(
            act.session, Job.SETTLE_CLAIM, vendor_id=key.vendor_id, agreement_id=own["agreement_id"], claim_id=key.id
        )
        told = {"specialPrice": own["number"], "lines": len(rows), "filedOn": str(filed_on)}
        await act.record(global_id("DebitClaim", key), vendor_id=key.vendor_id, after=told, concerns=Concerns(True))
        await act.remember(given.idempotency_key, given, global_id("DebitClaim", key))
    return key


async def _offer(act: Act, check: Checks, id: str) -> Offer | None:
    key = check.key("SpecialPrice", "special price", id, "specialPriceId")
    rows = await special_prices.special_prices(act.session, [key]) if key is not None else []
    if key is not None and not rows:
        check.not_found("special price", "specialPriceId")
    return Offer.of(rows[0], await special_prices.products(act.session, [key])) if key is not None and rows else None


def _check_choice(check: Checks, given: SubmitDebitClaimInput) -> None:
    if (given.lines is None) == (given.period is None):
        check.add(C.REQUIRED, "Name the lines, or the period in which they were sold: one of the two.", "lines")
    elif given.lines is not None:
        if not given.lines:
            check.add(C.REQUIRED, "Name at least one line.", "lines")
        if len(given.lines) > MOST_LINES:
            wrong = f"These are {len(given.lines):,} lines; one claim takes {MOST_LINES:,}. File several."
            check.add(C.TOO_MANY_LINES, wrong, "lines")
    elif given.period is not None:
        given.period.checked()


async def _lines(act: Act, check: Checks, offer: Offer, given: SubmitDebitClaimInput) -> list[tuple[object, ...]]:
    """What is claimed: report, row, component, product, day of the sale, units."""
    if given.period is not None:
        return await _of_period(act, check, offer, Span(given.period.start, given.period.end))
    return await _named(act, check, offer, given.lines or [])


async def _of_period(act: Act, check: Checks, offer: Offer, days: Span) -> list[tuple[object, ...]]:
    own = offer.row
    terms = offer.matched_by(days)
    found = await sales.every_match(act.session, own["vendor_id"], own["agreement_id"], terms, MOST_MATCHES)
    if not found:
        wrong = "No line sold in these days carries its number or matches it and has units that nobody claimed."
        check.add(C.NOT_FOUND, wrong, "period")
    if len(found) > MOST_MATCHES:
        wrong = f"These are more than {MOST_MATCHES:,} lines. File claims for shorter periods."
        check.add(C.TOO_MANY_LINES, wrong, "period")
    return [_row(fact, free_units(fact)) for fact in found]


def _row(fact: Row, units: int) -> tuple[object, ...]:
    line = (fact["submission_id"], fact["row_number"], fact["component"])
    return (*line, fact["product_id"], fact["sold_on"], units)


async def _named(
    act: Act, check: Checks, offer: Offer, given: Sequence[DebitClaimLineInput]
) -> list[tuple[object, ...]]:
    own = offer.row
    by_document = await _by_document(act, offer, given)
    claimed: dict[Ref, tuple[int, Claimed]] = {}
    for place, each in enumerate(given):
        path = ("lines", str(place))
        units = None if each.quantity is None else check.scaled(each.quantity, 3, *path, "quantity", least=1)
        refs = _refs(check, own["vendor_id"], each, by_document.get(place, []), path)
        if units is not None and len(refs) > 1:
            check.add(C.INVALID, "This is a kit: name its components by their ids.", *path, "quantity")
        for ref in refs:
            if ref in claimed:
                check.add(C.INVALID, "This line stands here twice.", *path)
            claimed[ref] = (place, Claimed(ref, units))
    return await _known(act, check, offer, claimed)


async def _by_document(act: Act, offer: Offer, given: Sequence[DebitClaimLineInput]) -> dict[int, list[Ref]]:
    """The lines that stand under the invoices and lines that are named, by place in the input."""
    named = {
        place: (each.document_number, each.document_line)
        for place, each in enumerate(given)
        if each.line_id is None
        and each.document_number
        and each.document_line
        and can_be_kept(each.document_number + each.document_line)
    }
    places, own = list(named), offer.row
    documents, numbers = [named[place][0] or "" for place in places], [named[place][1] or "" for place in places]
    of = (own["vendor_id"], own["agreement_id"])
    found: dict[int, list[Row]] = {}
    for row in await sales.lines_named(act.session, *of, documents, numbers):
        found.setdefault(places[row["ordinal"] - 1], []).append(row)
    return {
        place: [
            (row["submission_id"], row["row_number"], row["component"])
            for row in [each for each in rows if each["product_id"] in offer.prices] or rows
        ]
        for place, rows in found.items()
    }


def _refs(
    check: Checks, vendor_id: UUID, given: DebitClaimLineInput, by_document: Sequence[Ref], path: tuple[str, ...]
) -> Sequence[Ref]:
    if given.line_id is not None:
        key = key_of("SellThroughLine", given.line_id)
        if key is not None and key.vendor_id == vendor_id:
            place = place_of(key.row)
            return [(key.id, place.row, place.component)]
        check.not_found("line", *path, "lineId")
        return []
    if not given.document_number or not given.document_line:
        check.add(C.REQUIRED, "Name the line by its id, or by its invoice and line.", *path)
    elif not by_document:
        wrong = "No line that you reported under this agreement stands under this invoice and line."
        check.add(C.NOT_FOUND, wrong, *path, "documentNumber")
    return by_document


async def _known(
    act: Act, check: Checks, offer: Offer, claimed: Mapping[Ref, tuple[int, Claimed]]
) -> list[tuple[object, ...]]:
    """The lines that are under the agreement; of any other it is told that there is none."""
    own, refs = offer.row, list(claimed)
    of = (own["vendor_id"], own["agreement_id"], *offer.customers)
    rows: list[tuple[object, ...]] = []
    found = {row["ordinal"] - 1: row for row in await sales.facts(act.session, *of, refs)}
    for index, ref in enumerate(refs):
        place, line = claimed[ref]
        fact = found.get(index)
        if fact is None:
            check.not_found("line", "lines", str(place), "lineId")
        else:
            rows.append(_row(fact, free_units(fact) if line.units is None else line.units))
    return rows
