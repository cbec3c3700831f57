"""The money of random networks: what each vendor offers before the first report, and what is calculated, granted, claimed,
deducted and credited after the last one. Its texts are secrets of the vendor, or of it and one distributor.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key
from app.programme.money_terms import TieringPer
from tests import money_rows_settled as settled
from tests.access.networks import END, TODAY, Agreement, Networks, Vendor, vendor
from tests.money_rows import IN_TIME, Kept, Owner, Under, ambitious, claimed, example, incentive, rebate

if TYPE_CHECKING:
    from tests.access.furnishing import Furnished

Row = dict[str, Any]
START_OF_TERMS = (TODAY - timedelta(days=150)).replace(day=1)
_OF_AGREEMENT = "SELECT vendor_id, id, agreement_id, {} FROM {}"
TABLES = {
    "Incentive": "SELECT vendor_id, id, status, NULL::uuid AS agreement_id FROM incentive",
    "StatementRun": "SELECT vendor_id, id, NULL::uuid AS agreement_id FROM statement_run",
    "IncentiveTerm": _OF_AGREEMENT.format("incentive_id", "incentive_term"),
    "WorkedExample": _OF_AGREEMENT.format("term_id", "worked_example"),
    "Statement": _OF_AGREEMENT.format("term_id, status", "statement"),
    "SpecialPrice": _OF_AGREEMENT.format("number", "special_price"),
    "DebitClaim": _OF_AGREEMENT.format("special_price_id, adjusts_id", "debit_claim"),
    "StockCredit": _OF_AGREEMENT.format("product_id", "stock_credit"),
    "Deduction": _OF_AGREEMENT.format("claim", "deduction"),
}
"Where the objects of each type stand, with what they belong to."
COUNTED = {
    "accruals": "SELECT term_id FROM accrual",
    "decisions": "SELECT statement_id FROM statement_decision",
    "claim_lines": "SELECT claim_id FROM debit_claim_line",
    "claim_acts": "SELECT claim_id FROM debit_claim_act",
    "credit_lines": "SELECT stock_credit_id FROM stock_credit_line",
    "accruals_under": "SELECT agreement_id FROM accrual",
    "terms_under": "SELECT agreement_id FROM agreement_money_terms",
}
"What has no id of its own, by what it belongs to."


@dataclass(eq=False)
class Held:
    """An object of money: its type, where it stands, and what its row says that it belongs to."""

    kind: str
    row: Row

    @property
    def key(self) -> Key:
        return Key(self.row["vendor_id"], self.row["id"])


@dataclass
class Money:
    """All objects of money, by type, and how many rows belong to what."""

    held: dict[str, list[Held]] = field(default_factory=dict)
    counted: dict[str, list[UUID]] = field(default_factory=dict)


def _owner(found: "Furnished", of: Vendor, agreement: Agreement | None = None) -> Owner:
    """Writes as the database's owner, with secrets of the vendor, or of both sides of an agreement."""
    secrets, itself = found.made.secrets, vendor(of.firm)
    both = [itself, agreement.distributor.principal] if agreement is not None else [itself]
    return Owner(found.owner, lambda readers: secrets.word(*(both if readers == "both" else [itself])))


def _under(made: Networks, agreement: Agreement) -> Under:
    of = agreement.vendor
    products = [each.id for each in made.products if each.vendor is of]
    start = TODAY - timedelta(days=150)
    return Under(of.id, agreement.id, agreement.distributor.id, products, start, TODAY + timedelta(days=10))


async def offer_in(found: "Furnished") -> None:
    """What every vendor drafts, proposes, and has in force under all its agreements."""
    for of in found.made.vendors:
        own = [each for each in found.made.agreements if each.vendor is of]
        under = [_under(found.made, each) for each in own]
        products = [each.id for each in found.made.products if each.vendor is of]
        for rule, status in (
            (ambitious(products), "DRAFT"),
            (rebate(tiering_per=TieringPer.INVOICE), "PROPOSED"),
            (rebate(IN_TIME), "ACTIVE"),
        ):
            _, terms = await incentive(_owner(found, of), of.id, rule, status, under, START_OF_TERMS, END)
            for agreement in own if terms else ():
                owner = _owner(found, of, agreement)
                await found.owner.execute(
                    "UPDATE incentive_term SET name = $2, summary = $3 WHERE id = $1",
                    terms[agreement.id],
                    owner.word("both"),
                    owner.word("both"),
                )


async def settle_in(found: "Furnished") -> None:
    """Everything after the last report; then what stands in the database is written down."""
    made = found.made
    await found.owner.execute("UPDATE volume_tier SET discount = 100000")
    for of in made.vendors:
        payload = await found.callers[vendor(of.firm)].act(
            "vendor/calculate_statements.graphql",
            period={"start": (TODAY - timedelta(days=150)).isoformat(), "end": TODAY.isoformat()},
            idempotencyKey=uuid4().hex,
        )
        assert payload["userErrors"] == [], payload
        first = next(each for each in made.agreements if each.vendor is of)
        await settled.to_everybody(_owner(found, of), _under(made, first))
    for agreement in made.agreements:
        await _settle_under(found, agreement)
    made.money = await _read(found)


async def _settle_under(found: "Furnished", agreement: Agreement) -> None:
    under, kept, owner = _under(found.made, agreement), Kept(), _owner(found, agreement.vendor, agreement)
    terms = await found.owner.fetch(
        "SELECT id, status = 'PROPOSED' AS proposed FROM incentive_term WHERE agreement_id = $1", agreement.id
    )
    for row in terms:
        await example(owner, under, kept, row["id"], True, by_invoice=row["proposed"])
        await example(owner, under, kept, row["id"], None, by_invoice=row["proposed"])
    await claimed(owner, under, kept)
    await settled.stock_credits(owner, under, kept)
    await settled.deductions(owner, under, kept)
    await settled.transfers(owner, under, kept)
    await settled.settlement(owner, under)
    for row in await found.owner.fetch(
        "SELECT id FROM statement WHERE agreement_id = $1 AND status <> 'ACCRUING'", agreement.id
    ):
        await settled.contested(owner, under, row["id"])


async def _read(found: "Furnished") -> Money:
    money = Money()
    for kind, statement in TABLES.items():
        money.held[kind] = [Held(kind, dict(row)) for row in await found.owner.fetch(statement)]
    for name, statement in COUNTED.items():
        money.counted[name] = [row[0] for row in await found.owner.fetch(statement)]
    return money
