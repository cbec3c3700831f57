"""Who may see what of reports, lines and aliases; see `oracle`."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from app.execution.identifiers import Key, global_id
from app.programme.line_places import line_place
from app.programme.spans import month_of
from app.programme.terms import Level
from app.reports.issues import IssueCode
from tests.access import profiles, stock
from tests.access.figures import Line, amount, book_amount, money, text, units
from tests.access.networks import TODAY, Networks, Principal, Report, Row
from tests.access.oracle_of_periods import last_in_time
from tests.access.stock import StockReport
from tests.access.stock_rolled import stock_effects

if TYPE_CHECKING:
    from tests.access.oracle_of_partners import OfPartners

Fields = dict[str, Any]


class _Any:
    def __repr__(self) -> str:
        return "ANY"


class _Whatever:
    def __repr__(self) -> str:
        return "WHATEVER"


ANY = _Any()
WHATEVER: Any = _Whatever()
"A figure that is there or not, and that is proven elsewhere. What it leads to is compared all the same."


class OfReports:
    """What one principal may see of reports."""

    made: Networks
    who: Principal
    level: Level
    partners: "OfPartners"

    def submission(self, each: Report | StockReport) -> Fields:
        of_stock = isinstance(each, StockReport)
        row_of = stock.row_fields if of_stock else self._row
        due = last_in_time(each.agreement, each.end)
        outcomes = [row.outcome for row in each.rows] if not each.unreadable else []
        counts = {
            name.lower(): outcomes.count(name) for name in ("ACCEPTED", "HELD", "REJECTED", "DUPLICATE", "CONFLICT")
        }
        issues = [
            self._report_issue(each, *found) for found in self._findings(each) if self._is_told(each, *found[1:3])
        ]
        return {
            "kind": each.kind,
            "period": {"start": each.start.isoformat(), "end": each.end.isoformat()},
            "mode": "APPEND",
            "format": "CSV",
            "status": "FAILED" if each.unreadable else "PROCESSED",
            "filename": each.filename,
            "byteSize": each.byte_size,
            "sha256": ANY,
            "receivedAt": ANY,
            "processedAt": ANY,
            "redactedAt": ANY if each.id in self.made.redacted else None,
            "submittedBy": {"name": self.made.clients[each.submitter]},
            "preview": False,
            "correctedLines": 0,
            **self.partners.of_submission(each.id),
            "counts": {"received": len(outcomes), **counts, "superseded": 0, "progress": 1.0},
            "timeliness": {"dueOn": due.isoformat(), "late": due < TODAY},
            "failure": {"code": each.unreadable, "message": ANY} if each.unreadable else None,
            "acknowledgement": None,
            "detected": None if each.unreadable or not self._knows_the_file(each) else ANY,
            "issues": issues,
            "rows": [] if each.unreadable else [row_of(row, issues) for row in each.rows],
            "stockRows": [stock.stock_fields(row, issues) for row in each.rows] if of_stock else [],
            "lines": gids("SellThroughLine", [x for x in through(self.made.lines()) if x[0] is each]),
            "effects": self._effects(each),
            "moneyEffects": WHATEVER,
            "stockEffects": stock_effects(self.made, each),
            "rawUrl": ANY if each.submitter == self.who else None,
            "reportUrl": ANY,
            "agreement": gid("DistributionAgreement", each.agreement),
            "profile": profiles.profile_of(self, each),
        }

    def _effects(self, each: Report | StockReport) -> list[Fields]:
        """What a report changed: by month and product, the sums over its lines that count."""
        of_report = [line for line in self.made.lines() if line[0] is each]
        sums: dict[tuple[Any, Any], list[Line]] = {}
        for line in of_report:
            sums.setdefault((month_of(line[1].sold_on), line[1].product), []).append(line)
        found = []
        for (month, product), lines in sums.items():
            rows = [row for _, row in lines]
            open_to = self.level is Level.DISTRIBUTOR or each.agreement.resale_price or lines[0][0].sell_in
            paid = sum((amount(row) for row in rows), Fraction()) if open_to else Fraction()
            book = Fraction() if lines[0][0].sell_in else sum((book_amount(row) for row in rows), Fraction())
            found.append(
                {
                    "month": month.isoformat(),
                    "product": gid("Product", product),
                    "units": text(sum((units(row) for row in rows), Fraction())),
                    "returnsUnits": text(sum((max(-units(row), Fraction()) for row in rows), Fraction())),
                    "lines": len(rows),
                    "amount": money(paid) if paid else None,
                    "bookAmount": money(book) if book else None,
                }
            )
        return found

    def _findings(self, each: Report | StockReport) -> list[tuple[int, str | None, str, str, bool]]:
        """What there is to say about a report: row, field, code, value, and whether it is settled."""
        due = last_in_time(each.agreement, each.end)
        found: list[tuple[int, str | None, str, str, bool]] = []
        if each.unreadable:
            return found
        found.append((0, None, "UNKNOWN_COLUMN", each.unread_column, False))
        if due < TODAY:
            found.append((0, "period", "REPORTED_LATE", due.isoformat(), False))
        if isinstance(each, StockReport):
            return [*found, *stock.findings(each)]
        for row in each.rows:
            if row.outcome == "REJECTED" and row.dismissed is None:
                found.append((row.number, "unit_price", "MALFORMED_NUMBER", row.price, False))
            if row.waits is not None:
                field, value = {
                    "UNKNOWN_PRODUCT": ("product_code", row.code),
                    "UNKNOWN_RESELLER_ACCOUNT": ("reseller_account", row.account),
                    "OUTSIDE_TERRITORY": ("ship_to_country", row.ship_to),
                }[row.waits]
                found.append((row.number, field, row.waits, value, row.settled))
            if row.outcome in {"DUPLICATE", "CONFLICT"}:
                code = "DUPLICATE_LINE" if row.outcome == "DUPLICATE" else "CONFLICTING_LINE"
                found.append((row.number, "document_line", code, f"{row.document} / {row.line}", False))
            suspended = row.sold_under is not None and row.sold_under.suspended is not None
            placed = row.outcome in {"ACCEPTED", "HELD"} or row.dismissed is not None
            counts = row.outcome == "ACCEPTED"
            if suspended and placed and (counts or row.waits != "UNKNOWN_RESELLER_ACCOUNT"):
                found.append((row.number, "reseller_account", "RESELLER_NOT_AUTHORIZED", row.account, False))
            known = row.product is not None and (counts or row.waits != "UNKNOWN_PRODUCT")
            valued = known and not each.sell_in
            if valued and placed and self._unusual(row):
                found.append((row.number, "unit_price", "PRICE_UNUSUAL", text(Fraction(row.price)), False))
            if stock.oversold(self.made, each, row):
                found.append((row.number, "quantity", "MORE_SOLD_THAN_STOCK", text(units(row)), False))
            if row.dismissed is not None:
                told = f"{self.made.clients[row.dismissed.by]}: {row.dismissed.reason}"
                found.append((row.number, None, "DISMISSED", told, False))
        return found

    @staticmethod
    def _unusual(row: Row) -> bool:
        """Whether the resale price is above three times the price book, or below a third of it."""
        assert row.product is not None
        price, book = Fraction(row.price), Fraction(row.product.price)
        return book > 0 and not book / 3 <= price <= book * 3

    def _knows_the_file(self, each: Report | StockReport) -> bool:
        """Whether it may know how the file was understood: a distributor, and of its own report a vendor."""
        return self.level is Level.DISTRIBUTOR or each.sell_in

    def _is_told(self, each: Report | StockReport, field: str | None, code: str) -> bool:
        """Of a field that the agreement does not disclose a vendor is told nothing, but that a row waits for its account."""
        disclosed = {"unit_price": each.agreement.resale_price, "reseller_account": each.agreement.reseller}
        return self._knows_the_file(each) or code == "UNKNOWN_RESELLER_ACCOUNT" or disclosed.get(field or "", True)

    def _report_issue(
        self, each: Report | StockReport, row: int, field: str | None, code: str, value: str, settled: bool
    ) -> Fields:
        """A vendor reads a value where the agreement discloses its column; of its own report every value."""
        agreement = each.agreement
        withheld = {"unit_price": agreement.resale_price, "reseller_account": agreement.reseller}
        told = self._knows_the_file(each) or (withheld.get(field or "", True) and code != "UNKNOWN_COLUMN")
        severity = "ERROR" if code == "CONFLICTING_LINE" else IssueCode(code).severity.value
        return {
            "row": row,
            "field": field,
            "code": code,
            "severity": severity,
            "value": value if told else None,
            "message": IssueCode(code).message(field, value if told else None),
            "settledAt": ANY if settled else None,
            "suggestion": self.suggestion(each, row, code),
        }

    def suggestion(self, report: Report | StockReport, row: int, code: str) -> Fields | None:
        """What the code is like that an issue says is unknown; see OfHeld."""
        raise NotImplementedError

    @staticmethod
    def _row(row: Row, issues: list[Fields]) -> Fields:
        return {
            "row": row.number,
            "outcome": row.outcome,
            "documentNumber": row.document,
            "documentLine": row.line,
            "soldOn": row.sold_on.isoformat(),
            "quantity": text(units(row)),
            "issues": [issue for issue in issues if issue["row"] == row.number],
        }

    def line(self, each: Line) -> Fields:
        report, row = each
        agreement = report.agreement
        assert row.sold_under is not None and row.product is not None
        whole = self.level is Level.DISTRIBUTOR
        priced = whole or agreement.resale_price
        return {
            "row": row.number,
            "documentKind": "INVOICE",
            "documentNumber": row.document,
            "documentLine": row.line,
            "returnOf": None,
            "soldOn": row.sold_on.isoformat(),
            "quantity": text(units(row)),
            "unitPrice": money(Fraction(row.price)) if priced else None,
            "amount": money(amount(row)) if priced else None,
            "bookAmount": money(book_amount(row)),
            "saleType": "RETURN" if units(row) < 0 else "SALE",
            "shipToCountry": row.ship_to or None,
            "endCustomer": row.end_customer if whole or agreement.end_customer else None,
            "specialPriceNumber": row.special_price or None,
            "serialNumbers": [row.serial] if row.serial else [],
            "countsOn": row.sold_on.isoformat(),
            "reversal": False,
            "component": 0,
            "kit": None,
            "productCode": row.code,
            "reportedQuantity": text(units(row)),
            "reportedUnit": None,
            "source": ANY,
            "corrects": None,
            "correctedBy": None,
            "costReductions": WHATEVER,
            "returned": None,
            "distributor": gid("Distributor", agreement.distributor),
            "reseller": gid("Reseller", row.sold_under.reseller) if whole or agreement.reseller else None,
            "product": gid("Product", row.product),
            "submission": gid("Submission", report),
        }

    @staticmethod
    def sell_in_line(each: Line) -> Fields:
        """What the vendor invoiced, as it and its distributor see it alike."""
        report, row = each
        assert row.product is not None
        return {
            "row": row.number,
            "documentKind": "INVOICE",
            "documentNumber": row.document,
            "documentLine": row.line,
            "soldOn": row.sold_on.isoformat(),
            "quantity": text(units(row)),
            "unitPrice": money(Fraction(row.price)),
            "amount": money(amount(row)),
            "countsOn": row.sold_on.isoformat(),
            "reversal": False,
            "component": 0,
            "kit": None,
            "productCode": row.code,
            "reportedQuantity": text(units(row)),
            "reportedUnit": None,
            "source": ANY,
            "corrects": None,
            "correctedBy": None,
            "distributor": gid("Distributor", report.agreement.distributor),
            "product": gid("Product", row.product),
            "submission": gid("Submission", report),
        }


def sold_in(lines: Any) -> list[Line]:
    return [line for line in lines if line[0].sell_in]


def through(lines: Any) -> list[Line]:
    return [line for line in lines if not line[0].sell_in]


def key_of(each: Any) -> Key:
    """Where a thing stands; a line stands in a row of its report."""
    if isinstance(each, tuple):
        report, row = each
        return Key(report.agreement.vendor.id, report.id, line_place(row.number, 0))
    found: Key = each.key
    return found


def gid(kind: str, each: Any) -> str:
    return global_id(kind, key_of(each))


def gids(kind: str, each: list[Any]) -> list[str]:
    return [gid(kind, one) for one in each]
