"""What is taken back of the units that a distributor asks to send back, at what each cost it net, within the allowance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.accruals.queries import calendar
from app.pricing.net_costs.layers import Owner, Stock, Turn, stock_before
from app.pricing.rotation import queries
from app.pricing.stock_credits.figures import Figures, Line
from app.programme.claim_amounts import quantity_text
from app.programme.claim_terms import ReductionKind
from app.programme.money import minor, spoken
from app.programme.money_terms import PayPeriod
from app.programme.pay_periods import pay_periods
from app.programme.purchase_layers import Layer
from app.programme.rotation import Allowance, OfferedLine, RotatedLine, RotationTerms, allowance, rotated
from app.programme.spans import Span
from app.store.database import Reader, Row

_KIND = ReductionKind.STOCK_ROTATION


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the vendor's calendar, what was bought net in the one before, and the allowance that follows from it."""

    days: Span
    net_sell_in: int
    allowed: Allowance


async def quarters(db: Reader, vendor_id: UUID, day: date) -> tuple[Span, Span]:
    """The quarter of the vendor's calendar before the one in which a day lies, and that one."""
    months = await calendar(db, vendor_id)
    one = timedelta(days=1)
    (own,) = list(pay_periods(PayPeriod.QUARTER, months, Span(day, day + one)))
    last = own.start - one
    (before,) = list(pay_periods(PayPeriod.QUARTER, months, Span(last, own.start)))
    return before, own


async def allowed_in(db: Reader, terms: Sequence[Row], day: date, but: UUID | None = None) -> list[Quarter]:
    """What may be sent back in the quarter of a day under each of these terms, less what other requests than one use."""
    of_vendor = {vendor: await quarters(db, vendor, day) for vendor in dict.fromkeys(row["vendor_id"] for row in terms)}
    spans = [of_vendor[row["vendor_id"]] for row in terms]
    bought = await queries.net_sell_in(db, terms, [before for before, _ in spans])
    used = await queries.used(db, terms, [own.start for _, own in spans], but)
    return [
        Quarter(own, amount, allowance(agreed(row), amount, taken))
        for row, (_, own), amount, taken in zip(terms, spans, bought, used, strict=True)
    ]


def agreed(terms: Row) -> RotationTerms:
    """What an agreement says of rotation."""
    excluded = terms["rotation_excludes"] or {"products": (), "families": ()}
    return RotationTerms(
        terms["rotation_share"],
        terms["offsetting_share"],
        frozenset(excluded["products"]),
        frozenset(excluded["families"]),
    )


async def figures_of(db: Reader, credit: Row | Mapping[str, Any], terms: Row) -> Figures:
    """What a request comes to: the latest units of each product first, each layer at what it cost net."""
    owner = Owner(terms["vendor_id"], terms["agreement_id"], terms["distributor_id"], terms["currency"])
    asked = [(UUID(product), int(units)) for product, units in credit["asked"]]
    turn = Turn(credit["effective_on"], _KIND, credit["id"])
    stock = await stock_before(db, owner, [product for product, _ in asked], turn)
    (quarter,) = await allowed_in(db, [terms], credit["effective_on"], credit["id"])
    offered = [
        (product, layer) for product, units in asked for layer in latest(stock[product], units, credit["effective_on"])
    ]
    says, family = agreed(terms), await queries.families(db, owner.vendor_id, [product for product, _ in asked])
    lines = [
        OfferedLine(str(product), layer.quantity, layer.net, says.takes_back(str(product), family.get(product, "")))
        for product, layer in offered
    ]
    taken = rotated(says, quarter.allowed, lines, owner.currency, credit["order_amount"] or 0)
    facts: dict[str, object] = {"allowance": quarter.allowed.granted, "used_before": quarter.allowed.used}
    return Figures(
        _KIND,
        owner.currency,
        tuple(
            _line(layer, stock[product], product, each) for (product, layer), each in zip(offered, taken, strict=True)
        ),
        (_explained(quarter, owner.currency), *(each.explanation for each in taken), *_gone(credit, asked, stock)),
        facts,
    )


def latest(stock: Stock, units: int, on: date) -> list[Layer]:
    """The layers of the latest so many units that were bought by a day, the latest first; fewer where there are fewer."""
    found = []
    for layer in reversed(stock.layers):
        taken = min(units, layer.quantity) if layer.purchase.on <= on else 0
        units -= taken
        if taken:
            found.append(Layer(layer.purchase, taken, layer.lowered))
    return found


def _line(layer: Layer, stock: Stock, product_id: UUID, taken: RotatedLine) -> Line:
    submission_id, place = stock.place(layer.purchase.name)
    return Line(
        product_id,
        layer.purchase.name,
        submission_id,
        place,
        layer.purchase.on,
        taken.taken,
        layer.quantity - taken.taken,
        taken.limit.value if taken.limit is not None else None,
        layer.purchase.price,
        layer.net,
        layer.net,
    )


def _explained(quarter: Quarter, currency: str) -> str:
    bought, granted, used, left = (
        spoken(minor(amount, currency), currency)
        for amount in (quarter.net_sell_in, quarter.allowed.granted, quarter.allowed.used, quarter.allowed.left)
    )
    return (
        f"{bought} bought net in the quarter before allow {granted} in that of {quarter.days.start};"
        f" {used} are used, {left} left."
    )


def _gone(
    credit: Row | Mapping[str, Any], asked: Sequence[tuple[UUID, int]], stock: Mapping[UUID, Stock]
) -> Iterator[str]:
    """What became of units that were there when they were asked about, and are not any more."""
    for product, units in asked:
        if missing := short_of(stock[product], units, credit["effective_on"]):
            yield f"{quantity_text(missing)} of {quantity_text(units)} not taken: they went back meanwhile."


def short_of(stock: Stock, units: int, on: date) -> int:
    """How many of so many units (10⁻³) were not bought by a day, or went back already."""
    return units - sum(layer.quantity for layer in latest(stock, units, on))


def offered_twice(products: Sequence[UUID]) -> frozenset[int]:
    """The places of products that stand before them already."""
    return frozenset(place for place, each in enumerate(products) if each in products[:place])
