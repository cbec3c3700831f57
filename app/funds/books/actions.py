"""Moving money in a fund: in its turn, one entry after the other, each with what the fund holds after it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.funds.books import queries
from app.programme.fund_terms import FundClaimStatus, FundEntryKind, FundRequestStatus
from app.programme.funds import Balance, moved
from app.programme.webhook_events import WebhookEvent
from app.store.database import Row, Session
from app.store.turns import Turn, take
from app.webhooks.telling import Event


@dataclass(slots=True)
class Books:
    """A fund, held to the end of the transaction, and what it holds as it moves."""

    session: Session
    fund: Row
    balance: Balance
    number: int

    @property
    def key(self) -> Key:
        return Key(self.fund["vendor_id"], self.fund["id"])

    def is_over(self, today: date) -> bool:
        """Whether its money has run out in time."""
        return self.fund["expires_on"] is not None and self.fund["expires_on"] <= today

    def decided(self, subject: str, status: FundRequestStatus | FundClaimStatus) -> Event:
        """What the webhooks of the vendor and of the fund's owner are told once a request or a claim is decided."""
        fund = self.fund
        return Event(
            fund["vendor_id"],
            WebhookEvent.FUND_DECIDED,
            subject,
            True,
            fund["distributor_id"],
            fund["reseller_id"],
            status.value,
        )

    async def move(
        self,
        kind: FundEntryKind,
        amount: int,
        reason: str,
        *,
        by: str | None = None,
        period: date | None = None,
        request_id: UUID | None = None,
        claim_id: UUID | None = None,
    ) -> None:
        """Move an amount of minor units. Raises ValueError where that cannot be (`app.programme.funds.problem_with`)."""
        self.balance, self.number = moved(self.balance, kind, amount), self.number + 1
        if not await queries.write_balance(self.session, self.key, self.balance, self.number):
            raise RuntimeError("A fund moved out of its turn.")
        told = (kind.value, amount, self.balance.available, self.balance.shortfall)
        about = (period, request_id, claim_id, reason, by)
        await queries.add_entry(self.session, self.fund, self.number, (*told, *about), datetime.now(UTC))


async def opened(session: Session, key: Key) -> Books | None:
    """The books of a fund, held to the end of the transaction; None where the asker sees no such fund, which it does not
    hold either."""
    if await queries.fund(session, key) is None:
        return None
    await take(session, Turn.FUND, key.id)
    row = await queries.fund(session, key)
    return None if row is None else Books(session, row, balance_of(row), row["entries"])


def balance_of(row: Row) -> Balance:
    """What a row of a fund says that it holds."""
    parts = ("accrued", "granted", "reserved", "paid", "expired")
    return Balance(*(row[f"{part}_minor"] for part in parts))
