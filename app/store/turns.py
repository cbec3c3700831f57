"""One at a time: what acts and jobs hold to the end of their transaction, so that the next waits, each lock by its name.

The database knows a lock by the hash of a text and a number; here stands every one that ends with a transaction, so that
no two of them meet by accident. What a whole session holds stands where it is held: migrations, a worker's own id, the
making of the demo. A transaction that takes several takes them in the order in which they stand here, and many of one
kind in the order of their ids: then two transactions never wait for each other.
"""

from collections.abc import Iterable
from enum import Enum, unique
from uuid import UUID

from app.store.database import Session


@unique
class Turn(Enum):
    """What is held. The value is the beginning of the text that is hashed, and the number beside it."""

    SIGNING_KEYS = ("tailrace: ", 0)
    "The keys that sign tokens, while the first one is made or all are replaced."
    TWIN = ("", 0)
    "An idempotency key: of an organisation, an act and the key."
    PEOPLE = ("people/", 0)
    "Who belongs to an organisation, and its integrations, while they change."
    WEBHOOKS = ("webhooks/", 0)
    "The webhooks of an organisation, while somebody adds one."
    EXPORTS = ("exports/", 0)
    "The exports of a person or an integration, while it asks for one."
    MERGES = ("merges/", 0)
    "Which records a vendor makes one, while somebody asks for it."
    CALENDAR_RULE = ("", 6)
    "The rule of a vendor's fiscal calendar, while somebody sets it."
    CATALOGUE = ("catalogue/", 3)
    "A vendor's products and prices, while they change."
    COUNTED_BY = ("counted by/", 3)
    "What rows are counted by in a vendor's network (units, kits, book prices): shared by who counts."
    CALENDAR = ("", 3)
    "A vendor's fiscal calendar: shared by who counts, held alone by who recounts the months."
    COUNTING = ("", 1)
    "Counting the reports of a distributor or, of sell-out, of a reseller; and all money that is reckoned from them."
    WATCH = ("", 4)
    "Looking after the reporting periods of a network."
    STOCK = ("stock/", 0)
    "The stock positions of a network, while they are made ready."
    AGREEMENTS = ("agreement/", 0)
    "The agreements with a distributor."
    ENROLLMENTS = ("enrollments/", 0)
    "The enrolments of a reseller: of a vendor and the reseller."
    ONBOARDING = ("onboarding/", 0)
    "The onboarding steps of a partner: of a vendor and the enrolment or agreement."
    CODE = ("code/", 5)
    "A code of an agreement, while somebody confirms it: of the agreement and the code."
    INCENTIVE = ("incentive/", 0)
    "An incentive and its examples, while they change."
    AFFILIATION = ("affiliation/", 0)
    "A group of affiliates, while its firms answer."
    RECKONING = ("", 5)
    "An incentive, while it is reckoned."
    APPROVALS = ("approvals/", 0)
    "The approvals of a statement, while somebody adds one."
    ADVANCES = ("advances/", 7)
    "What is paid in advance under an agreement."
    COMMITMENT = ("commitment/", 7)
    "The commitments of an agreement."
    PLAN = ("plan/", 0)
    "A business plan, while a side acts on it."
    MONEY_TERMS = ("money terms/", 8)
    "The terms of an agreement about claims."
    SPECIAL_PRICES = ("special prices/", 0)
    "The special prices of an agreement."
    STOCK_CREDITS = ("stock credits/", 7)
    "The stock credits of an agreement."
    DEDUCTIONS = ("deductions/", 0)
    "The deductions of an agreement."
    FUND = ("fund/", 0)
    "A fund: what it holds, and the requests and claims against it."
    PROOF = ("proof/", 0)
    "What a file of a partner proves: of a vendor, the partner and the file's hash."
    SPIFF = ("spiff/", 0)
    "A SPIFF: what is claimed of it, and what is left."
    COMMISSION = ("commission/", 0)
    "A plan of commission: what its agents have earned, and what of it is approved and paid."
    PAYOUT = ("payout/", 0)
    "What a vendor pays together: of a vendor."
    DEAL_CUSTOMER = ("deal/", 0)
    "Who registered what for an end customer: of a vendor, and what the customer is compared by."
    KNOWLEDGE = ("", 2)
    "The moment of a change of a network's facts: taken last."


def named(*of: object) -> str:
    """What a turn is of, where it is of more than one thing."""
    return "/".join(map(str, of))


async def take(session: Session, turn: Turn, of: UUID | str, *, patience: float | None = None) -> None:
    """Hold a turn to the end of the transaction; whoever takes it meanwhile waits. With `patience`, raises
    LockNotAvailableError after so many seconds."""
    if patience is not None:
        await session.execute(f"SET LOCAL lock_timeout = {round(patience * 1_000)}")
    await session.value(f"SELECT pg_advisory_xact_lock({_key(turn)})", _text(turn, of))
    if patience is not None:
        await session.execute("SET LOCAL lock_timeout = 0")


async def take_all(session: Session, turn: Turn, of: Iterable[UUID]) -> None:
    """Hold several turns of one kind, in the order of their ids."""
    for each in sorted(set(of)):
        await take(session, turn, each)


async def try_take(session: Session, turn: Turn, of: UUID | str) -> bool:
    """Hold a turn to the end of the transaction; False where somebody else holds it."""
    taken: bool = await session.value(f"SELECT pg_try_advisory_xact_lock({_key(turn)})", _text(turn, of))
    return taken


async def share(session: Session, turn: Turn, of: UUID | str) -> None:
    """Hold a turn together with others who share it; whoever takes it alone waits for all of them."""
    await session.value(f"SELECT pg_advisory_xact_lock_shared({_key(turn)})", _text(turn, of))


def _text(turn: Turn, of: UUID | str) -> str:
    return f"{turn.value[0]}{of}"


def _key(turn: Turn) -> str:
    return f"hashtextextended($1, {turn.value[1]})"
