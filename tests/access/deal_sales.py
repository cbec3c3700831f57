"""What random networks sell of deals, and which of it each principal may know: lines of the deal's reseller, for its
products, while it is protected, that name its end customer or a special price granted for it. Added up line by line.
"""

import random
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from app.programme.terms import Level
from tests.access.figures import Figures, Line, money, text, units
from tests.access.networks import Report, Row, vendor
from tests.access.oracle_of_reports import Fields, gid, through
from tests.access.proof import line_ids

if TYPE_CHECKING:
    from tests.access.chance import Chance


def sell_deals(chance: "Chance") -> None:
    """Every reseller that its vendor knows has one end customer, for whom it registers deals with all its distributors; half
    of what these sell to it is for that customer."""
    made, dice = chance.made, random.Random(len(chance.made.authorizations))
    for each in made.authorizations:
        party = each.reseller
        if party.disclosed:
            if not party.customer:
                party.customer = chance.secrets.word(vendor(party.vendor.firm), party.principal)
            chance.secrets.tell(party.customer, each.agreement.distributor.principal)
    for report in made.reports:
        for row in report.rows if not report.unreadable else ():
            buyer = row.sold_under.reseller if row.sold_under is not None else None
            if buyer is not None and buyer.customer and row.outcome == "ACCEPTED" and dice.random() < 0.5:
                for same in _said_again(report.rows, row):
                    same.end_customer = buyer.customer


def customers_withheld(report: Any) -> set[str]:
    """The end customers that a report names and its vendor does not read there, though a deal may tell it one of them."""
    sold = isinstance(report, Report) and not report.agreement.end_customer
    return {row.end_customer for row in report.rows} if sold else set()


def _said_again(rows: list[Row], row: Row) -> list[Row]:
    return [each for each in rows if (each.document, each.line) == (row.document, row.line)]


def fulfilling(figures: Figures, deal: dict[str, Any], products: list[dict[str, Any]], customer: str) -> list[Line]:
    """The lines that fulfil a deal, as far as the principal of these figures may tell that they do: by its customer, or by
    the number of a special price that was granted for it."""
    granted = figures.made.partners["special_price"]
    numbers = {(each["agreement_id"], each["number"]) for each in granted if each["deal_id"] == deal["id"]}
    if deal["protected_from"] is None or figures.who.level is Level.RESELLER:
        return []
    start, end = (date.fromisoformat(deal[name]) for name in ("protected_from", "protected_until"))
    return [
        line
        for line in through(figures.made.lines())
        if str(line[0].agreement.vendor.id) == deal["vendor_id"] and figures.sees(line)
        if str(figures.buyer(line[1])) == deal["reseller_id"]
        if start <= line[1].sold_on < end
        if (str(line[0].agreement.id), line[1].special_price) in numbers or _names(figures, line, customer)
        if any(_is_for(each, line[1]) for each in products)
    ]


def _names(figures: Figures, line: Line, customer: str) -> bool:
    read = figures.who.level is Level.DISTRIBUTOR or line[0].agreement.end_customer
    return read and line[1].end_customer == customer


def _is_for(asked: dict[str, Any], row: Row) -> bool:
    assert row.product is not None
    if asked["product_id"] is not None:
        return bool(asked["product_id"] == str(row.product.id))
    return bool(asked["family"] == row.product.family)


def fulfilled(figures: Figures, deal: dict[str, Any], lines: list[Line]) -> Fields:
    """What was sold of a deal, and the lines of it."""
    if figures.who.level is Level.RESELLER or deal["protected_from"] is None:
        return {"fulfilment": None, "fulfilmentLines": []}
    paid = [each for each in (figures.paid(line) for line in lines) if each is not None]
    sums = {
        "lines": len(lines),
        "units": text(sum((units(row) for _, row in lines), Fraction())),
        "amounts": [money(sum(paid, Fraction()))] if paid else [],
    }
    return {"fulfilment": sums, "fulfilmentLines": [_line(figures, line) for line in lines]}


def _line(figures: Figures, line: Line) -> Fields:
    (itself,), (_, row) = line_ids("SellThroughLine", [line]), line
    return {
        "soldOn": row.sold_on.isoformat(),
        "quantity": text(units(row)),
        "amount": money(figures.paid(line)),
        "line": itself,
        "product": gid("Product", row.product),
    }
