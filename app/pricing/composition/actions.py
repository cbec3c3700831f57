"""What a vendor does to say how its products are packed: units beside the base unit, and what a kit is made of.

Figures that were counted are never changed by it. A factor that lines were counted with stays, and a kit's parts change
only from a day after its last counted line. Every problem is told at once; all of an act takes effect or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.errors import Problem, Refused, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.pricing import queries as catalogue
from app.pricing.composition import queries
from app.programme.wording import LONGEST_NAME, is_one_line
from app.store.database import Row, Session
from app.store.jobs import Job, enqueue

MOST_UNITS = 50
MOST_COMPONENTS = 100
MOST_OF_ONE = 10**9
"Base units in a unit or of one component in a kit."
C = UserErrorCode


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """A unit as the vendor entered it: how many base units make one."""

    unit: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """A component of a kit as the vendor entered it, with how many base units of it make one kit."""

    product_id: str
    quantity: Decimal


async def set_product_units(
    request: Request[Actor], product_id: str, given: Sequence[UnitFactor], idempotency_key: str
) -> Key:
    """Add units to a product or change the factors of some; the others stay. Rows that were held for want of a unit are
    released in the background. Returns the product.

    ALREADY_COUNTED where a factor would change with which lines were counted; one that stands already is left as it is.
    """
    async with acting(request, "setProductUnits") as act:
        vendor_id = _own_network(request.actor)
        key = _known(product_id, vendor_id)
        if await act.done_before(idempotency_key, (product_id, given)) is not None:
            return key
        await catalogue.take_catalogue(act.session, vendor_id)
        await catalogue.await_counting(act.session, vendor_id)
        base = await queries.base_unit(act.session, vendor_id, key.id)
        if base is None:
            raise Refused(_not_found("productId"))
        before = await queries.units_of(act.session, vendor_id, key.id)
        refuse_if(_number_of_units(given, before))
        refuse_if([problem for place, each in enumerate(given) for problem in _unit_faults(place, each, base, given)])
        units = {each.unit.strip(): _milli(each.factor) for each in given}
        changed = {unit: factor for unit, factor in units.items() if before.get(unit) != factor}
        refuse_if(
            await _counted_faults(act.session, key, given, {unit: before[unit] for unit in changed if unit in before})
        )
        await queries.write_units(act.session, vendor_id, key.id, changed)
        held = {unit: factor for unit, factor in before.items() if unit in changed}
        await act.record(global_id("Product", key), vendor_id=vendor_id, before=held, after=changed)
        await act.remember(idempotency_key, (product_id, given), "")
        if changed:
            await enqueue(act.session, Job.RELEASE_UNITS, vendor_id=vendor_id, product_id=key.id)
    return key


async def set_bill_of_material(
    request: Request[Actor], product_id: str, effective_from: date, given: Sequence[Part], idempotency_key: str
) -> Key:
    """Say what a product is made of from a day on, and end there what it was made of before. Returns the product.

    Without components it is no kit from that day on. OVERLAP where its parts change again on or after that day;
    ALREADY_COUNTED where lines of it were counted from that day on.
    """
    async with acting(request, "setBillOfMaterial") as act:
        vendor_id = _own_network(request.actor)
        key = _known(product_id, vendor_id)
        fingerprinted = (product_id, effective_from, given)
        if await act.done_before(idempotency_key, fingerprinted) is not None:
            return key
        await catalogue.take_catalogue(act.session, vendor_id)
        await catalogue.await_counting(act.session, vendor_id)
        if await queries.base_unit(act.session, vendor_id, key.id) is None:
            raise Refused(_not_found("productId"))
        bills = await queries.bills_of(act.session, vendor_id, key.id)
        refuse_if(_number_of_parts(given, bills, effective_from))
        refuse_if(await _part_faults(act.session, key, effective_from, given))
        parts = [(_product(each), _milli(each.quantity)) for each in given]
        if not _stands(bills, effective_from, parts):
            refuse_if(await _day_faults(act.session, key, effective_from, bills))
            await queries.end_bill(act.session, vendor_id, key.id, effective_from)
            await queries.insert_bill(act.session, vendor_id, key.id, effective_from, parts)
            after = {"effectiveFrom": str(effective_from), "components": _told(vendor_id, parts)}
            await act.record(
                global_id("Product", key), vendor_id=vendor_id, before=_latest(vendor_id, bills), after=after
            )
        await act.remember(idempotency_key, fingerprinted, "")
    return key


def _own_network(actor: Actor) -> UUID:
    """The vendor's own network. The permission for these acts is held by vendors alone."""
    if actor.vendor_id is None:
        raise PermissionError("only a vendor changes a catalogue")
    return actor.vendor_id


def _not_found(*path: str) -> Problem:
    return Problem(path, C.NOT_FOUND, "There is no product with this id that you can see.")


def _known(product_id: str, vendor_id: UUID) -> Key:
    key = key_of("Product", product_id)
    if key is None or key.vendor_id != vendor_id:
        raise Refused(_not_found("productId"))
    return key


def _product(given: Part) -> UUID:
    key = key_of("Product", given.product_id)
    assert key is not None
    return key.id


def _milli(quantity: Decimal) -> int:
    return int(Fraction(quantity) * 1000)


def _amount_faults(path: tuple[str, ...], given: Decimal) -> list[Problem]:
    """What is wrong with a number of base units."""
    if (Fraction(given) * 1000).denominator != 1:
        return [Problem(path, C.INVALID, f"{given:f} has more than three decimals.")]
    if not 0 < given <= MOST_OF_ONE:
        message = f"Give more than zero and at most {MOST_OF_ONE:,} base units, not {given:f}."
        return [Problem(path, C.INVALID, message)]
    return []


def _number_of_units(given: Sequence[UnitFactor], before: dict[str, int]) -> list[Problem]:
    if not given:
        return [Problem(("units",), C.REQUIRED, "Give at least one.")]
    together = len({each.unit.strip() for each in given} | set(before))
    if len(given) > MOST_UNITS or together > MOST_UNITS:
        message = f"A product has at most {MOST_UNITS} units; with these it would have {together}."
        return [Problem(("units",), C.INVALID, message)]
    return []


def _unit_faults(place: int, given: UnitFactor, base: str, others: Sequence[UnitFactor]) -> list[Problem]:
    """What is wrong with a unit by itself, and beside those before it."""
    path, unit, message = ("units", str(place), "unit"), given.unit.strip(), None
    if not unit:
        return [
            Problem(path, C.REQUIRED, "This may not be empty."),
            *_amount_faults((*path[:2], "factor"), given.factor),
        ]
    if len(unit) > LONGEST_NAME:
        message = f"This has {len(unit):,} characters; at most {LONGEST_NAME} fit."
    elif not is_one_line(unit):
        message = "This contains a line break or control characters; leave them out."
    elif unit == base:
        message = f"{unit!r} is the product's base unit: one of it is always one."
    elif any(unit == other.unit.strip() for other in others[:place]):
        message = f"{unit!r} stands here twice; give each unit once."
    named = [] if message is None else [Problem(path, C.INVALID, message)]
    return [*named, *_amount_faults((*path[:2], "factor"), given.factor)]


async def _counted_faults(
    session: Session, key: Key, given: Sequence[UnitFactor], changed: dict[str, int]
) -> list[Problem]:
    """The factors that would change although lines were counted with them."""
    counted = await queries.counted_units(session, key.vendor_id, key.id, list(changed)) if changed else frozenset()
    return [
        Problem(
            ("units", str(place), "factor"),
            C.ALREADY_COUNTED,
            f"Lines in {unit} were counted at {Decimal(changed[unit]) / 1000:f} base units each, and what they counted "
            "stays. Give what is packed otherwise a unit of its own.",
        )
        for place, each in enumerate(given)
        if (unit := each.unit.strip()) in counted
    ]


def _number_of_parts(given: Sequence[Part], bills: Sequence[Row], day: date) -> list[Problem]:
    if len(given) > MOST_COMPONENTS:
        message = f"These are {len(given):,}; a kit has at most {MOST_COMPONENTS} components."
        return [Problem(("components",), C.INVALID, message)]
    if not given and not any(each["effective_until"] is None or each["effective_until"] >= day for each in bills):
        message = f"It is no kit on {day}, so there is nothing to end. Give at least one component."
        return [Problem(("components",), C.REQUIRED, message)]
    return []


async def _part_faults(session: Session, key: Key, day: date, given: Sequence[Part]) -> list[Problem]:
    """What is wrong with the components: no product of the vendor, the kit itself, twice, a kit, or not so many."""
    ids = [
        part.id for each in given if (part := key_of("Product", each.product_id)) and part.vendor_id == key.vendor_id
    ]
    known = await catalogue.known_products(session, key.vendor_id, ids)
    kits = await queries.kits_since(session, key.vendor_id, ids, day)
    problems, seen = [], set[UUID]()
    for place, each in enumerate(given):
        path, part = ("components", str(place)), key_of("Product", each.product_id)
        if part is None or part.vendor_id != key.vendor_id or part.id not in known:
            problems.append(_not_found(*path, "productId"))
        elif part.id == key.id:
            problems.append(Problem((*path, "productId"), C.INVALID, "A kit is not made of itself."))
        elif part.id in seen:
            message = "This product stands here twice; give it once, with the quantity of both."
            problems.append(Problem((*path, "productId"), C.INVALID, message))
        elif part.id in kits:
            message = f"This product is a kit itself on or after {day}; name the products that it is made of."
            problems.append(Problem((*path, "productId"), C.INVALID, message))
        seen |= {part.id} if part is not None else set()
        problems += _amount_faults((*path, "quantity"), each.quantity)
    outer = await queries.kit_with(session, key.vendor_id, key.id, day) if given else None
    if outer is not None:
        message = f"The kit {outer!r} has this product in it on or after {day}, and no kit stands inside a kit."
        problems.append(Problem(("productId",), C.INVALID, message))
    return problems


def _stands(bills: Sequence[Row], day: date, parts: Sequence[tuple[UUID, int]]) -> bool:
    """Whether exactly this stands from that day on already."""
    held = [(each["product_id"], each["quantity"]) for each in bills if each["effective_from"] == day]
    if parts:
        return held == list(parts) and bills[-1]["effective_from"] == day and bills[-1]["effective_until"] is None
    return bool(bills) and bool(bills[-1]["effective_until"] == day)


async def _day_faults(session: Session, key: Key, day: date, bills: Sequence[Row]) -> list[Problem]:
    """Why its parts cannot change on that day."""
    path, latest = ("effectiveFrom",), max((each["effective_from"] for each in bills), default=None)
    if latest is not None and latest >= day:
        message = f"What it is made of changes on {latest} already; a new list begins after that day."
        return [Problem(path, C.OVERLAP, message)]
    sold = await queries.last_sold(session, key.vendor_id, key.id, day)
    if sold is None:
        return []
    message = (
        f"Lines of it up to {sold} were counted as it was made up before, and what they counted stays. Let this begin after "
        f"{sold}."
    )
    return [Problem(path, C.ALREADY_COUNTED, message)]


def _latest(vendor_id: UUID, bills: Sequence[Row]) -> object:
    """What it was made of last, for the trace."""
    if not bills:
        return None
    day = bills[-1]["effective_from"]
    parts = [(each["product_id"], each["quantity"]) for each in bills if each["effective_from"] == day]
    return {"effectiveFrom": str(day), "components": _told(vendor_id, parts)}


def _told(vendor_id: UUID, parts: Sequence[tuple[UUID, int]]) -> list[dict[str, object]]:
    return [{"productId": global_id("Product", Key(vendor_id, id)), "quantity": quantity} for id, quantity in parts]
