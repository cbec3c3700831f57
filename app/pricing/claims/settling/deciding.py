"""Deciding the lines of a claim: by the engine as soon as it is filed, and by people and deadlines afterwards.

A line that waits holds its units, so that no other claim gets them; approved, they are paid for; denied, they are free
again. Whoever decides otherwise than the engine did, decides the line anew as it stands now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.pricing.claims.costs.actions import costs_of
from app.pricing.claims.costs.queries import facts
from app.pricing.claims.offers import Decided, Offer, decided
from app.pricing.claims.settling import queries
from app.pricing.claims.settling.books import Books, Paid, Sale, exact_of, exact_text
from app.programme.claim_terms import DenialReason, LineDecision
from app.programme.claims import not_waived
from app.store.database import Row


class NotDecided(Exception):
    """Why a decision about a line cannot be carried out, for the person who took it."""


@dataclass(slots=True)
class Desk:
    """A claim on the desk: its special price, its lines as they stood, and what is known of their sales."""

    books: Books
    claim: Row
    offer: Offer
    lines: dict[int, Row]
    known: dict[int, Row]
    amounts: dict[int, int]
    waiting: set[int]
    released: set[int] = field(default_factory=set)
    rows: list[Sequence[object]] = field(default_factory=list)

    @classmethod
    async def open(cls, books: Books, claim: Row, offer: Offer) -> "Desk":
        lines = await queries.lines(books.session, books.vendor_id, claim["id"])
        refs = [(line["submission_id"], line["row_number"], line["component"]) for line in lines]
        of = (books.vendor_id, claim["agreement_id"], *offer.customers)
        found = await facts(books.session, *of, refs)
        return cls(
            books,
            claim,
            offer,
            {line["position"]: line for line in lines},
            {lines[row["ordinal"] - 1]["position"]: row for row in found},
            {line["position"]: line["amount_minor"] for line in lines if not line["waits_for"]},
            {line["position"] for line in lines if line["waits_for"]},
        )

    @property
    def approved(self) -> int:
        """What is approved of the claim, in minor units."""
        return sum(self.amounts.values())

    async def by_engine(self) -> None:
        """Decide every line that can be decided, one after the other."""
        places = [place for place in self.lines if place in self.known]
        costs = await costs_of(
            self.books.session, self.books.vendor_id, self.offer, [self.known[place] for place in places]
        )
        for place, cost in zip(places, costs, strict=True):
            line, fact = self.lines[place], self.known[place]
            found = decided(self.offer, fact, line["asked"], cost, self.claim["filed_on"])
            self._enter(place, found)
            self.rows.append(_written(place, found, None))

    async def approve(self, place: int, reason: str | None) -> None:
        """Approve a line as far as its units are good. Raises NotDecided where none more are."""
        line, fact = self.lines[place], self.known[place]
        before = 0 if line["waits_for"] else line["approved"]
        self._check_untouched(line)
        if line["decision"] == LineDecision.APPROVED and not line["waits_for"]:
            raise NotDecided(f"Line {place} is approved already.")
        held = line["approved"]
        self._release(place)
        anew = dict(fact) | {"consumed": fact["consumed"] - held}
        (cost,) = await costs_of(self.books.session, self.books.vendor_id, self.offer, [anew])
        found = decided(self.offer, anew, line["asked"], cost, self.claim["filed_on"], by_finance=True)
        if found.decision.approved <= before:
            lasting = ", ".join(not_waived(found.decision.reasons)) or DenialReason.NOT_BELOW_COST
            raise NotDecided(f"Line {place} cannot be approved: {lasting}. {found.decision.explanation}")
        self._enter(place, found)
        self.rows.append(_written(place, found, reason))

    def deny(self, place: int, reason: str | None) -> None:
        """Deny a line. Raises NotDecided where it is denied already, or was taken back in part."""
        line = self.lines[place]
        self._check_untouched(line)
        if line["decision"] == LineDecision.DENIED:
            raise NotDecided(f"Line {place} is denied already.")
        self._release(place)
        told = f"Denied: {reason}" if reason else "Denied."
        denied: tuple[object, ...] = (
            LineDecision.DENIED.value,
            None,
            0,
            line["denials"],
            None,
            None,
            0,
            [],
            told,
            reason,
        )
        self.rows.append((place, *denied))

    def release_all(self) -> None:
        """Let go of everything that the claim holds. Raises NotDecided where something was taken back."""
        for place, line in self.lines.items():
            self._check_untouched(line)
            self._release(place)

    def _check_untouched(self, line: Row) -> None:
        if line["taken_back"]:
            raise NotDecided(f"Of line {line['position']} something was taken back already; that adjustment stands.")

    def _release(self, place: int) -> None:
        """Free the units that a line holds, and take back what is paid for them."""
        line, units = self.lines[place], self.lines[place]["approved"]
        if place in self.released:
            return
        self.released.add(place)
        if units and place in self.waiting:
            self.books.reserve(self._special_price, self._sale(place), -units)
        elif units:
            paid = Paid(-units, exact_of(line["per_unit"]), -line["amount_minor"])
            self.books.pay(self._special_price, self.claim["id"], self.claim["currency"], self._sale(place), paid)
        left = self.offer.left.get(line["product_id"])
        if left is not None:
            self.offer.left[line["product_id"]] = left + units
        self.waiting.discard(place)
        self.amounts[place] = 0

    def _enter(self, place: int, found: Decided) -> None:
        """Let what was decided of a line hold its units."""
        units, debit = found.decision.approved, found.decision.debit
        if not units:
            return
        product_id = self.lines[place]["product_id"]
        left = self.offer.left[product_id]
        if left is not None:
            self.offer.left[product_id] = left - units
        if found.waits_for:
            self.waiting.add(place)
            self.books.reserve(self._special_price, self._sale(place), units)
        else:
            self.amounts[place] = debit.amount
            paid = Paid(units, debit.per_unit, debit.amount)
            self.books.pay(self._special_price, self.claim["id"], self.claim["currency"], self._sale(place), paid)

    async def write(self) -> None:
        """Write what was decided of the lines, with all that it moves. Until then nothing has changed."""
        await queries.write_lines(self.books.session, self.books.vendor_id, self.claim["id"], self.rows)
        await self.books.write()

    @property
    def _special_price(self) -> UUID:
        id: UUID = self.claim["special_price_id"]
        return id

    def _sale(self, place: int) -> Sale:
        line, fact = self.lines[place], self.known[place]
        ref = (line["submission_id"], line["row_number"], line["component"])
        counts_on: date = fact["counts_on"]
        return Sale(ref, line["product_id"], fact["quantity"], line["sold_on"], counts_on)


def _written(place: int, found: Decided, reason: str | None) -> tuple[object, ...]:
    """What is kept of a decided line: its place, and the columns of `queries.WRITTEN`."""
    decision, debit = found.decision, found.decision.debit
    denials = [[why.value, units] for why, units in decision.denials]
    per_unit = exact_text(debit.per_unit) if decision.approved else None
    kept = (decision.approved, denials, found.unit_cost, per_unit, debit.amount, found.steps)
    waits = found.waits_for.value if found.waits_for else None
    told = " ".join([*found.told, decision.explanation]) if decision.approved else decision.explanation
    return (place, decision.decision.value, waits, *kept, told, reason)
