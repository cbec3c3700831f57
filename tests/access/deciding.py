"""What is held in random networks and how it is worked: codes that are like known ones, rows that are let pass, and rows
that are dismissed.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.networks import UNKNOWN, Agreement, Principal, Row, vendor

if TYPE_CHECKING:
    from tests.access.chance import Chance
    from tests.access.furnishing import Furnished


@dataclass(eq=False)
class Decided:
    """What one side of an agreement decided about the rows that a code holds."""

    agreement: Agreement
    level: Level
    decision: str
    hold: str
    code: str
    reason: str
    rows: list[Row] = field(default_factory=list)
    id: UUID = UNKNOWN

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id)

    @property
    def by(self) -> Principal:
        return (
            vendor(self.agreement.vendor.firm) if self.level is Level.VENDOR else self.agreement.distributor.principal
        )


def decide(chance: "Chance") -> None:
    """Make some unknown codes like known ones; let some rows outside the territory pass, and dismiss some unknown codes."""
    for agreement in chance.made.agreements:
        held = [
            row
            for report in chance.made.reports
            if report.agreement is agreement and not report.sell_in and not report.unreadable
            for row in report.rows
            if row.outcome == "HELD"
        ]
        for row in held:
            _resemble(row)
        outside = [row for row in held if row.waits == "OUTSIDE_TERRITORY"]
        if outside and chance.dice.random() < 0.6:
            _let_pass(chance, agreement, outside)
        unknown = [row for row in held if row.waits == "UNKNOWN_PRODUCT"]
        for row in unknown[:1] if chance.dice.random() < 0.4 else ():
            made = _decided(chance, agreement, Level.DISTRIBUTOR, "DISMISS", "UNKNOWN_PRODUCT", row.code)
            made.rows.append(row)
            row.outcome, row.settled, row.dismissed = "REJECTED", True, made


def _resemble(row: Row) -> None:
    """A distributor's own prefix before what is known."""
    if row.waits == "UNKNOWN_PRODUCT" and row.product is not None:
        row.code = f"{row.code}-{row.product.sku}"
    if row.waits == "UNKNOWN_RESELLER_ACCOUNT" and row.sold_under is not None:
        row.account = f"{row.account}-{row.sold_under.account}"


def _let_pass(chance: "Chance", agreement: Agreement, rows: list[Row]) -> None:
    made = _decided(chance, agreement, Level.VENDOR, "RELEASE", "OUTSIDE_TERRITORY", "BR")
    for row in rows:
        assert row.sold_under is not None
        made.rows.append(row)
        row.outcome, row.settled = "ACCEPTED", True
        for told in row.told_to_buyer:
            chance.secrets.tell(told, row.sold_under.reseller.principal)


def _decided(chance: "Chance", agreement: Agreement, level: Level, decision: str, hold: str, code: str) -> Decided:
    both = vendor(agreement.vendor.firm), agreement.distributor.principal
    made = Decided(agreement, level, decision, hold, code, chance.secrets.word(*both))
    chance.made.decisions.append(made)
    return made


async def decide_in(furnished: "Furnished", made: Decided) -> None:
    """Take the decision over HTTP, and carry it out as the worker does."""
    from app.execution.identifiers import read_global_id
    from app.reports.held.deciding.actions import carry_out

    act = "vendor/waive_held_rows.graphql" if made.level is Level.VENDOR else "distributor/resolve_held_rows.graphql"
    payload = await furnished.callers[made.by].act(
        act,
        agreementId=global_id("DistributionAgreement", made.agreement.key),
        decision=made.decision,
        hold=made.hold,
        held={"code": made.code},
        reason=made.reason,
        idempotencyKey=made.reason,
    )
    assert payload["userErrors"] == [], payload
    found = read_global_id(payload["decision"]["id"])
    assert found is not None
    made.id = found.key.id
    assert await carry_out(furnished.database, made.agreement.vendor.id, made.id) is None
