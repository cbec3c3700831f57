"""What resellers of random networks report of what they sold to end customers, and who may see what of it; see `oracle`.

A report and its lines are its reseller's alone. The vendor learns in its cube how many units were sold, of what, by whom.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import polars as pl

from app.execution.identifiers import Key, global_id, read_global_id
from app.programme.spans import month_of
from app.programme.terms import Level
from app.reports.counting.actions import Busy, count_reports
from tests.access.figures import Figures, amount, money, text, units
from tests.access.networks import TODAY, UNKNOWN, Enrollment, Networks, Party, Principal, Product, Vendor

if TYPE_CHECKING:
    from tests.access.chance import Chance
    from tests.access.furnishing import Furnished

COLUMNS = ["document_number", "document_line", "sold_on", "product_code", "quantity", "unit", "unit_price", "currency"]
COLUMNS += ["ship_to_country", "end_customer", "serial_numbers"]
Fields = dict[str, Any]


@dataclass(eq=False)
class SoldOut:
    """A row of a report of sell-out. One in a unit that the product does not have is held."""

    number: int
    document: str
    line: str
    sold_on: date
    product: Product
    quantity: str
    price: str
    unit: str
    end_customer: str
    serial: str

    @property
    def outcome(self) -> str:
        return "HELD" if self.unit else "ACCEPTED"


@dataclass(eq=False)
class SellOutReport:
    """A report of sell-out."""

    enrollment: Enrollment
    filename: str
    rows: list[SoldOut]
    start: date
    end: date
    unread_column: str
    unreadable: str = ""
    id: UUID = UNKNOWN
    byte_size: int = 0

    @property
    def reseller(self) -> Party:
        return self.enrollment.reseller

    @property
    def vendor(self) -> Vendor:
        return self.reseller.vendor

    @property
    def key(self) -> Key:
        return Key(self.vendor.id, self.id)

    @property
    def submitter(self) -> Principal:
        return self.reseller.principal

    def written(self) -> bytes:
        """The CSV file that is handed in."""
        rows = [
            [
                *(row.document, row.line, row.sold_on.isoformat(), row.product.sku, row.quantity, row.unit, row.price),
                *("EUR", "DE", row.end_customer, row.serial, ""),
            ]
            for row in self.rows
        ]
        return pl.DataFrame(rows, schema=[*COLUMNS, self.unread_column], orient="row").write_csv().encode()


Line = tuple[SellOutReport, SoldOut]


def sell_out(chance: "Chance") -> list[SellOutReport]:
    """A report under every enrolment that takes part. What it says is told to nobody else."""
    return [_report(chance, each) for each in chance.made.enrollments if each.status in {"ACTIVE", "SUSPENDED"}]


def _report(chance: "Chance", under: Enrollment) -> SellOutReport:
    own, dice = under.reseller.principal, chance.dice
    products = [each for each in chance.made.products if each.vendor is under.reseller.vendor]
    rows = [
        SoldOut(
            number,
            chance.secrets.word(own),
            "1",
            TODAY - timedelta(days=dice.randrange(1, 60)),
            dice.choice(products),
            dice.choice(["4", "2.5", "-1"]),
            chance.secrets.price(own),
            chance.secrets.word(own).upper() if number == 3 else "",
            chance.secrets.word(own),
            chance.secrets.word(own),
        )
        for number in (1, 2, 3)
    ]
    name, column = chance.secrets.word(own), chance.secrets.word(own)
    return SellOutReport(under, f"{name}.csv", rows, TODAY - timedelta(days=70), TODAY + timedelta(days=1), column)


async def hand_in(found: "Furnished", report: SellOutReport) -> None:
    """Hand a report in as its reseller, and count it."""
    caller, data = found.callers[report.submitter], report.written()
    report.byte_size = len(data)
    payload = await caller.act(
        "reseller/submit_sell_out.graphql",
        enrollmentId=global_id("Enrollment", report.enrollment.key),
        period={"start": report.start.isoformat(), "end": report.end.isoformat()},
        source={"uploadId": await caller.upload(data, report.filename)},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [], payload
    named = read_global_id(payload["submission"]["id"])
    assert named is not None
    report.id = named.key.id
    assert not isinstance(await count_reports(found.database, report.vendor.id, report.reseller.id), Busy)


def lines_of(made: Networks) -> Iterable[Line]:
    """The rows that count."""
    return [(report, row) for report in made.sell_out for row in report.rows if row.outcome == "ACCEPTED"]


def issues_of(report: SellOutReport, any_value: Any) -> list[Fields]:
    """What there is to say about a report, as its reseller reads it."""
    from app.reports.issues import IssueCode

    found: list[tuple[int, str | None, str, str]] = [(0, None, "UNKNOWN_COLUMN", report.unread_column)]
    found += [(row.number, "unit", "UNKNOWN_UNIT", row.unit) for row in report.rows if row.unit]
    return [
        {
            "row": row,
            "field": field,
            "code": code,
            "severity": IssueCode(code).severity.value,
            "value": value,
            "message": IssueCode(code).message(field, value),
            "settledAt": None,
            "suggestion": None,
        }
        for row, field, code, value in found
    ]


def submission_fields(made: Networks, each: SellOutReport, any_value: Any) -> Fields:
    """A report as its reseller sees it."""
    issues = issues_of(each, any_value)
    outcomes = [row.outcome for row in each.rows]
    return {
        "kind": "SELL_OUT",
        "period": {"start": each.start.isoformat(), "end": each.end.isoformat()},
        "mode": "APPEND",
        "format": "CSV",
        "status": "PROCESSED",
        "filename": each.filename,
        "byteSize": each.byte_size,
        "sha256": any_value,
        "receivedAt": any_value,
        "processedAt": any_value,
        "redactedAt": any_value if each.id in made.redacted else None,
        "submittedBy": {"name": made.clients[each.submitter]},
        "preview": False,
        "correctedLines": 0,
        "counts": {
            **{"received": len(outcomes), "accepted": outcomes.count("ACCEPTED"), "held": outcomes.count("HELD")},
            **{"rejected": 0, "duplicate": 0, "conflict": 0, "superseded": 0, "progress": 1.0},
        },
        "timeliness": None,
        "failure": None,
        "acknowledgement": None,
        "detected": any_value,
        "issues": issues,
        "rows": [
            {
                "row": row.number,
                "outcome": row.outcome,
                "documentNumber": row.document,
                "documentLine": row.line,
                "soldOn": row.sold_on.isoformat(),
                "quantity": text(units(row)),  # type: ignore[arg-type]
                "issues": [issue for issue in issues if issue["row"] == row.number],
            }
            for row in each.rows
        ],
        "stockRows": [],
        "lines": [],
        "effects": _effects(each),
        "stockEffects": [],
        "rawUrl": any_value,
        "reportUrl": any_value,
        "agreement": None,
        "profile": None,
    }


def own_reports(made: Networks, own: list[Party], any_value: Any) -> list[tuple[str, Key, Fields]]:
    """The reports that a reseller sees, with their fields."""
    of_own = [each for each in made.sell_out if each.reseller in own]
    return [("Submission", each.key, submission_fields(made, each, any_value)) for each in of_own]


def _effects(each: SellOutReport) -> list[Fields]:
    sums: dict[tuple[date, Product], list[SoldOut]] = {}
    for row in each.rows:
        if row.outcome == "ACCEPTED":
            sums.setdefault((month_of(row.sold_on), row.product), []).append(row)
    return [
        {
            "month": month.isoformat(),
            "product": global_id("Product", product.key),
            "units": text(_units(rows)),
            "returnsUnits": text(_returned(rows)),
            "lines": len(rows),
            "amount": money(paid) if (paid := sum((amount(row) for row in rows), Fraction())) else None,  # type: ignore
            "bookAmount": None,
        }
        for (month, product), rows in sums.items()
    ]


def line_fields(line: Line) -> Fields:
    """A line as its reseller sees it."""
    report, row = line
    return {
        "submission": global_id("Submission", report.key),
        "product": global_id("Product", row.product.key),
        "kit": None,
        "row": row.number,
        "source": f"line {row.number + 1}",
        "documentKind": "INVOICE",
        "documentNumber": row.document,
        "documentLine": row.line,
        "returnOf": None,
        "soldOn": row.sold_on.isoformat(),
        "quantity": text(units(row)),  # type: ignore[arg-type]
        "unitPrice": money(Fraction(row.price)),
        "amount": money(amount(row)),  # type: ignore[arg-type]
        "saleType": "RETURN" if units(row) < 0 else "SALE",  # type: ignore[arg-type]
        "shipToCountry": "DE",
        "endCustomer": row.end_customer,
        "serialNumbers": [row.serial],
        "component": 0,
        "productCode": row.product.sku,
        "reportedQuantity": text(units(row)),  # type: ignore[arg-type]
        "reportedUnit": None,
    }


def of_reseller(mine: Figures, among: list[Party], purchases: dict[str, tuple[str, ...]]) -> Fields:
    """What a reseller finds of its own: its purchases, asked by these dimensions, and its sell-out."""
    mine.own, made = among, mine.made
    return {
        **{f"purchases_{name}": mine.purchases(by) for name, by in purchases.items()},
        "sellOutSubmissions": [
            global_id("Submission", report.key) for report in made.sell_out if report.reseller in among
        ],
        "sellOutLines": [line_fields(line) for line in lines_of(made) if line[0].reseller in among],
    }


def key_in_cube(line: Line, by: Iterable[str]) -> tuple[Any, ...]:
    """The group of the cube in which a line stands; sell-out is not asked by distributors."""
    report, row = line
    reseller = report.reseller
    values = {
        "MONTH": month_of(row.sold_on),
        "RESELLER": (reseller.id, global_id("Reseller", reseller.key)),
        "PARTNER_TYPE": reseller.partner_type,
        "COUNTRY": "DE",
        "REGION": reseller.region,
        "PRODUCT": global_id("Product", row.product.key),
        "PRODUCT_FAMILY": row.product.family,
    }
    return tuple(values[dimension] for dimension in by)


def measures(lines: list[Line] | None) -> Fields:
    """The measures of sell-out of these lines; None where it has none."""
    rows = [row for _, row in lines or ()]
    return {
        "sellOutUnits": text(_units(rows)) if rows else None,
        "sellOutReturnsUnits": text(_returned(rows)) if rows else None,
        "sellOutReporters": None if lines is None else len({report.reseller.id for report, _ in lines}),
    }


def sold_out_units(lines: list[Line]) -> Fields:
    """What a reseller finds beside its purchases."""
    return {"soldOutUnits": text(_units([row for _, row in lines])) if lines else None}


def takes_part(level: Level, by: Iterable[str]) -> bool:
    """Whether sell-out has a place in such a cube."""
    return level is not Level.DISTRIBUTOR and "DISTRIBUTOR" not in by


def _units(rows: list[SoldOut]) -> Fraction:
    return sum((Fraction(row.quantity) for row in rows), Fraction())


def _returned(rows: list[SoldOut]) -> Fraction:
    return sum((max(-Fraction(row.quantity), Fraction()) for row in rows), Fraction())
