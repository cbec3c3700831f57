"""What random networks have in stock: one inventory report for each agreement, and who may see what of it; see `oracle`.

Reports of stock disclose nothing of resellers: a vendor reads what its distributor says of stock, but for columns of the
sender's own.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.execution.identifiers import Key, global_id
from tests.access.figures import text
from tests.access.networks import (
    TODAY,
    UNKNOWN,
    Agreement,
    Alias,
    Networks,
    Principal,
    Product,
    Report,
    Row,
    vendor,
)

if TYPE_CHECKING:
    from tests.access.chance import Chance

COLUMNS = ["warehouse", "product_code", "counted_on", "quantity", "movement", "reference", "reference_line", "lot"]
Finding = tuple[int, str | None, str, str, bool]


@dataclass(eq=False)
class StockRow:
    """A row of an inventory report. `waits` names the code that holds it; `settled` says that an alias has released it."""

    number: int
    warehouse: str
    code: str
    day: date
    quantity: str
    movement: str
    reference: str
    line: str
    lot: str
    note: str
    outcome: str
    product: Product | None = None
    waits: str | None = None
    settled: bool = False

    @property
    def document(self) -> str:
        return self.reference

    @property
    def sold_on(self) -> date:
        return self.day

    @property
    def key(self) -> str:
        told = [self.warehouse, self.code, "GOOD", self.day.isoformat(), *([self.lot] if self.lot else [])]
        return f"{self.reference} / {self.line}" if self.movement else " / ".join(told)

    @property
    def units(self) -> str | None:
        return None if self.outcome == "REJECTED" else text(Fraction(self.quantity))

    def cells(self) -> list[str]:
        said = [self.warehouse, self.code, self.day.isoformat(), self.quantity, self.movement]
        return [*said, self.reference, self.line, self.lot, self.note]


@dataclass(eq=False)
class StockReport:
    """An inventory report; it has what the tests ask of a report of sales."""

    agreement: Agreement
    filename: str
    rows: list[StockRow]
    start: date
    end: date
    unread_column: str
    id: UUID = UNKNOWN
    byte_size: int = 0
    sell_in = False
    unreadable = ""
    kind = "INVENTORY"

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.id)

    @property
    def submitter(self) -> Principal:
        return self.agreement.distributor.principal


def report_stock(chance: "Chance", agreement: Agreement) -> StockReport:
    """A count, the same count again, a warehouse that was found empty, a movement, a count that cannot be read, and two of
    codes that nobody knows, one of which an alias explains."""
    both = (vendor(agreement.vendor.firm), agreement.distributor.principal)
    word, dice, made = chance.secrets.word, chance.dice, chance.made
    start = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
    report = StockReport(agreement, f"{word(*both)}.csv", [], start, TODAY + timedelta(days=1), word(both[1]))
    products = [each for each in made.products if each.vendor is agreement.vendor]

    def row(outcome: str, **changed: Any) -> StockRow:
        product = dice.choice(products)
        day = start + timedelta(days=dice.randrange(max(1, (TODAY - start).days)))
        given = {
            "quantity": dice.choice(["0", "7", "1200.5"]),
            "movement": "",
            "reference": "",
            "line": "",
            "lot": "",
        }
        told = {"warehouse": word(*both), "code": product.sku, "day": day, "note": word(both[1]), "product": product}
        found = StockRow(**{"number": len(report.rows) + 1, "outcome": outcome, **told, **given, **changed})
        report.rows.append(found)
        return found

    counted = row("ACCEPTED", lot=word(*both))
    same = {name: getattr(counted, name) for name in ("warehouse", "code", "day", "quantity", "lot", "product")}
    row("DUPLICATE", **same)
    row("ACCEPTED", quantity="0", day=start)
    row("ACCEPTED", movement="RECEIPT", quantity="3", reference=word(*both), line="1")
    row("REJECTED", quantity=f"n/a {word(*both)}", product=None)
    row("HELD", code=word(*both), waits="UNKNOWN_PRODUCT", product=None)
    explained = row("ACCEPTED", code=word(*both), waits="UNKNOWN_PRODUCT", settled=True)
    made.aliases.append(Alias(agreement, explained.code, explained.product, None))
    return report


def findings(each: StockReport) -> list[Finding]:
    """What there is to say about a report's rows: row, field, code, value, and whether it is settled."""
    found: list[Finding] = []
    for row in each.rows:
        if row.outcome == "REJECTED":
            found.append((row.number, "quantity", "MALFORMED_NUMBER", row.quantity, False))
        if row.waits is not None:
            found.append((row.number, "product_code", row.waits, row.code, row.settled))
        if row.outcome == "DUPLICATE":
            found.append((row.number, "counted_on", "DUPLICATE_LINE", row.key, False))
    return found


def oversold(made: Networks, report: Report, row: Row) -> bool:
    """Whether more was sold of a row's product, when the row was released, than was there by the last count. What counts at
    once is reported before any stock is counted."""
    if report.sell_in or row.outcome != "ACCEPTED" or row.waits is None or Fraction(row.quantity) <= 0:
        return False
    seller, now = report.agreement.distributor, _release(made, report, row)
    counts = [
        each
        for other in made.stock
        for each in other.rows
        if other.agreement.distributor is seller and each.product is row.product and not each.movement
        if each.outcome == "ACCEPTED" and _release(made, other, each) < now
    ]
    if not counts:
        return False
    last = max(each.day for each in counts)
    there = sum((Fraction(each.quantity) for each in counts if each.day == last), Fraction())
    for other, each in made.lines():
        if other.agreement.distributor is seller and each.product is row.product and each.sold_on > last:
            there += Fraction(each.quantity) * (_release(made, other, each) <= now) * (1 if other.sell_in else -1)
    return row.sold_on > last and there < 0


def _release(made: Networks, report: Report | StockReport, row: Row | StockRow) -> int:
    """By which of the aliases and decisions, one after the other, a row came to count; 0 where it did at once."""
    if row.waits is None:
        return 0
    codes = {row.code, getattr(row, "account", "")} - {""}
    aliases = [each.agreement is report.agreement and each.code in codes for each in made.aliases]
    return [*aliases, *(row in each.rows for each in made.decisions)].index(True) + 1


def row_fields(row: StockRow, issues: list[dict[str, Any]]) -> dict[str, Any]:
    """A row as any report has it."""
    return {
        "row": row.number,
        "outcome": row.outcome,
        "documentNumber": row.reference or None,
        "documentLine": row.line or None,
        "soldOn": row.day.isoformat(),
        "quantity": row.units,
        "issues": [issue for issue in issues if issue["row"] == row.number],
    }


def stock_fields(row: StockRow, issues: list[dict[str, Any]]) -> dict[str, Any]:
    """A row as an inventory report has it."""
    counts = row.outcome == "ACCEPTED"
    return {
        "row": row.number,
        "outcome": row.outcome,
        "counts": counts,
        "warehouse": row.warehouse,
        "productCode": row.code,
        "countedOn": row.day.isoformat(),
        "quantity": row.units,
        "unit": None,
        "status": "GOOD",
        "movement": row.movement or None,
        "reference": row.reference or None,
        "referenceLine": row.line or None,
        "lot": row.lot or None,
        "product": global_id("Product", row.product.key) if counts and row.product else None,
        "countsOn": row.day.isoformat() if counts else None,
        **dict.fromkeys(("countsUntil", "corrects", "correctsRow", "correctsQuantity")),
        "issues": [issue for issue in issues if issue["row"] == row.number],
    }


def positions(reports: list[StockReport], agreement: Agreement) -> list[dict[str, Any]]:
    """What lies where under an agreement: no two counts are of the same warehouse."""
    return [
        {
            "warehouse": row.warehouse,
            "status": "GOOD",
            "onHand": row.units,
            "countedOn": row.day.isoformat(),
            "row": row.number,
            "product": global_id("Product", row.product.key),
            "submission": global_id("Submission", report.key),
        }
        for report in reports
        for row in report.rows
        if report.agreement is agreement and row.outcome == "ACCEPTED" and not row.movement and row.product
    ]
