"""What claims come to as everything stands: reckoned by the very paths that will settle them, for what is tried out.

Debits are taken back as the worker takes them back after a report; what is left to claim is decided line by line as a claim
filed today would be, each special price by itself; price changes that nobody has decided about come to what proposing them
would propose; and rotation to what may go back in this quarter and in the next. Whoever asks takes back what this writes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.pricing.claims.costs.actions import costs_of
from app.pricing.claims.costs.queries import every_match
from app.pricing.claims.offers import Offer, decided, free_units
from app.pricing.claims.settling.actions import take_back
from app.pricing.previews import queries
from app.pricing.protection import queries as protection
from app.pricing.protection.actions import LOOKED_BACK
from app.pricing.protection.figures import figures_of
from app.pricing.rotation import queries as rotation
from app.pricing.rotation.figures import allowed_in, quarters
from app.pricing.special_prices import queries as special_prices
from app.programme.claim_effects import ClaimEffectKind, Subject, Worth
from app.programme.money import micros
from app.programme.periods import today_in
from app.programme.spans import Span
from app.store.database import Row, Session
from app.store.identity import new_id

K = ClaimEffectKind
MOST_LINES = 5_000
"Of more lines than these that may be claimed of a product under a special price, it is not reckoned what they would pay."
MOST_CHANGES = 200
"Of more undecided price changes than these, it is not reckoned what they come to."
TOO_MUCH = Worth(None, None)


async def claims_worth(
    session: Session, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID]
) -> Mapping[Subject, Worth]:
    """What claims about these products come to under an agreement today."""
    agreement = await queries.agreement(session, vendor_id, agreement_id)
    if agreement is None:
        return {}
    today = today_in(agreement["time_zone"], datetime.now(UTC))
    of = (session, vendor_id, agreement)
    return {
        **await _taken_back(*of, products),
        **await _claimable(*of, products, today),
        **await _protection(*of, products),
        **await _rotation(*of),
    }


async def _taken_back(
    session: Session, vendor_id: UUID, agreement: Row, products: Sequence[UUID]
) -> dict[Subject, Worth]:
    await take_back(session, vendor_id, agreement["id"], agreement["distributor_id"], None)
    return {
        Subject(K.DEBIT_TAKEN_BACK, row["currency"], row["special_price_id"], row["product_id"]): Worth(
            row["units"], micros(row["amount_minor"], row["currency"])
        )
        for row in await queries.taken_back(session, vendor_id, agreement["id"], products)
    }


async def _claimable(
    session: Session, vendor_id: UUID, agreement: Row, products: Sequence[UUID], today: date
) -> dict[Subject, Worth]:
    ids = await queries.special_prices_of(session, vendor_id, agreement["id"], products)
    keys, found = [Key(vendor_id, each) for each in ids], dict[Subject, Worth]()
    authorised = await special_prices.products(session, keys)
    for row in await special_prices.special_prices(session, keys):
        offer = Offer.of(row, [each for each in authorised if each["special_price_id"] == row["id"]])
        for product in sorted(set(products) & set(offer.prices)):
            subject = Subject(K.DEBIT_CLAIMABLE, row["currency"], row["id"], product)
            found[subject] = await _worth(session, offer, product, today)
    return found


async def _worth(session: Session, offer: Offer, product: UUID, today: date) -> Worth:
    """What claiming everything of a product that matches a special price would pay, and for how many units; what a person
    would have to look at is in it."""
    own = offer.row
    terms = offer.matched_by(Span(own["effective_start"], own["effective_end"]))
    terms[2] = [product]
    lines = await every_match(session, own["vendor_id"], own["agreement_id"], terms, MOST_LINES)
    if len(lines) > MOST_LINES:
        return TOO_MUCH
    units = amount = 0
    for line, cost in zip(lines, await costs_of(session, own["vendor_id"], offer, lines), strict=True):
        decision = decided(offer, line, free_units(line), cost, today).decision
        left = offer.left[product]
        if left is not None:
            offer.left[product] = left - decision.approved
        units, amount = units + decision.approved, amount + decision.debit.amount
    return Worth(units, micros(amount, own["currency"]))


async def _protection(
    session: Session, vendor_id: UUID, agreement: Row, products: Sequence[UUID]
) -> dict[Subject, Worth]:
    today = datetime.now(UTC).date()
    days = (today - LOOKED_BACK, today)
    changes = await protection.undecided(session, vendor_id, agreement["id"], products, *days, MOST_CHANGES)
    if len(changes) > MOST_CHANGES:
        return {Subject(K.PRICE_PROTECTION, agreement["currency"]): TOO_MUCH}
    found = {}
    for change in changes:
        figures = await figures_of(session, change, change["credit_id"] or new_id())
        of = Subject(K.PRICE_PROTECTION, figures.currency, product_id=change["product_id"], day=change["effective_on"])
        found[of] = Worth(figures.units, micros(figures.amount, figures.currency))
    return found


async def _rotation(session: Session, vendor_id: UUID, agreement: Row) -> dict[Subject, Worth]:
    day, found = datetime.now(UTC).date(), dict[Subject, Worth]()
    _, own = await quarters(session, vendor_id, day)
    for each in (day, own.end):
        terms = await rotation.terms(session, [Key(vendor_id, agreement["id"])], each)
        for quarter in await allowed_in(session, [row for row in terms if row["rotation_share"] is not None], each):
            subject = Subject(K.ROTATION_ALLOWANCE, agreement["currency"], day=quarter.days.start)
            found[subject] = Worth(None, quarter.allowed.granted)
    return found
