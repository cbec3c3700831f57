"""Money for tests: statements with the accrual and the transfers that they are to have, written past every policy."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.ledger.actions import Owner, Posting, post
from app.ledger.verify import unlike_ledger
from app.programme.claim_terms import LedgerAct
from app.programme.incentives import Band, Measure, Rule
from app.programme.money_kinds import MoneyKind
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, Structure
from app.programme.sales import Valuation
from app.programme.terms import Level
from app.store.database import acting_as_worker
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.incentives_kit import Offered, offered

TODAY = datetime.now(UTC).date()
BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
RULE = Rule(
    kind=IncentiveKind.VOLUME_REBATE,
    currency="EUR",
    structure=Structure.MARGINAL,
    pay_period=PayPeriod.QUARTER,
    qualifying=BOOK,
    paying=BOOK,
    bands=(Band(0, 10_000),),
)
A = LedgerAct


@dataclass(frozen=True)
class Money:
    """An incentive under the agreement of one distributor, whose statements are made up."""

    api: Api
    term: Offered
    distributor: str
    vendor: str = "Acme"

    @property
    def vendor_id(self) -> UUID:
        return self.api.world.vendors[self.vendor]

    @property
    def owner(self) -> Owner:
        world, of = self.api.world, (self.vendor, self.distributor)
        return Owner(self.vendor_id, world.agreements[of], world.parties[of])

    @property
    def agreement(self) -> str:
        return self.api.world.agreement_gid(self.vendor, self.distributor)

    def posting(self, act: LedgerAct, amount: int, cause: str, on: date = TODAY, currency: str = "EUR") -> Posting:
        return Posting(self.owner, MoneyKind.INCENTIVE, self.term.incentive_id, currency, act, amount, on, cause)

    async def post(self, *postings: Posting) -> None:
        async with self.api.database.writing(acting_as_worker(self.vendor_id)) as session:
            await post(session, postings)

    async def statement(
        self, payable: int, status: str = "CREDITED", number: str | None = None, approved: date = TODAY
    ) -> UUID:
        """A statement of a quarter of its own, with everything that belongs to it; its id."""
        id, world = new_id(), self.api.world
        taken = await world.connection.fetchval("SELECT count(*) FROM statement WHERE term_id = $1", self.term.id)
        start = date(1990, 1, 1) + timedelta(days=91 * taken)
        of: dict[str, Any] = {
            "vendor_id": self.vendor_id,
            "term_id": self.term.id,
            "incentive_id": self.term.incentive_id,
        }
        of |= {"agreement_id": self.owner.agreement_id, "distributor_id": self.owner.distributor_id}
        of |= {"period_start": start, "period_end": start + timedelta(days=91), "currency": "EUR"}
        figures = dict.fromkeys(("qualifying", "paying", "lines", "unvalued"), 0)
        carried = dict.fromkeys(("carried_qualifying", "carried_paying", "carried_minor"), 0)
        await world.add("accrual", **of, **figures, **carried, earned_minor=payable)
        known: dict[str, Any] = {"status": status, "sequence": 1, "revision": 0}
        if status != "ACCRUING":
            known |= {**figures, "entitled_minor": payable, "settled_minor": 0, "payable_minor": payable, "revision": 1}
            known |= {"accrued_minor": payable, "approvals_needed": 1, "calculated_at": datetime.now(UTC)}
        if status in {"APPROVED", "CREDITED"}:
            known |= {"approved_at": datetime(approved.year, approved.month, approved.day, 12, tzinfo=UTC)}
        if status == "CREDITED":
            known |= {"credited_at": datetime.now(UTC), "credit_number": number}
        await world.add("statement", id=id, **of, **known)
        acts = {"ACCRUING": [A.ACCRUE], "CALCULATED": [A.ACCRUE], "APPROVED": [A.ACCRUE, A.RESERVE]}
        done = acts.get(status, [A.ACCRUE, A.RESERVE, A.POST, A.CREDIT])
        await self.post(*(self.posting(act, payable, f"statement {id}") for act in done))
        return id

    async def credit(self, statement: UUID, payable: int, number: str) -> None:
        """What happens when an approved statement is credited."""
        await self.api.world.connection.execute(
            "UPDATE statement SET status = 'CREDITED', credited_at = now(), credit_number = $2 WHERE id = $1",
            statement,
            number,
        )
        await self.post(*(self.posting(act, payable, f"statement {statement}") for act in (A.POST, A.CREDIT)))

    async def misposted(self) -> list[str]:
        async with self.api.database.reading(acting_as_worker(self.vendor_id)) as session:
            return [str(each) for each in await unlike_ledger(session, self.vendor_id)]


async def money(api: Api, distributor: str = "Dist One", vendor: str = "Acme") -> Money:
    return Money(api, await offered(api.world, RULE, vendor, distributor), distributor, vendor)


def gid(type_name: str, vendor_id: UUID, id: UUID) -> str:
    return global_id(type_name, Key(vendor_id, id))


async def everybody(api: Api) -> list[Caller]:
    """Who has nothing to do with the money between Acme and Dist One: a rival distributor, another vendor, a reseller, and
    somebody at Dist One who reads no money."""
    scopes = frozenset({Scope.PROGRAMS_READ})
    return [
        await api.distributor("Dist Two"),
        await api.vendor("Borealis", Role.VENDOR_FINANCE),
        await api.reseller(),
        await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_VIEWER, scopes=scopes),
    ]


def key() -> str:
    return uuid4().hex
