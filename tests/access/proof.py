"""The lines under the rows of the cube: those that one principal may see there, as the networks say it themselves."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from app.execution.identifiers import Key, global_id
from app.programme.line_places import line_place
from tests.access.networks import Report, Row

Line = tuple[Report, Row]
NONE_IF_ASKED: Any = object()
"Nothing, for whoever may ask it; not all that see the object may."


def line_ids(kind: str, lines: Iterable[Line]) -> list[str]:
    """The global ids of lines."""
    return [
        global_id(kind, Key(report.agreement.vendor.id, report.id, line_place(row.number, 0))) for report, row in lines
    ]


def purchased(line: Line, quantity: str, unit_price: Any, amount: Any) -> dict[str, Any]:
    """What a reseller sees of a line of its purchases: the document, and nothing of the report."""
    from tests.access.oracle_of_reports import WHATEVER

    report, row = line
    agreement, product = report.agreement, row.product
    assert product is not None
    return {
        "documentKind": "INVOICE",
        "documentNumber": row.document,
        "documentLine": row.line,
        "returnOf": None,
        "boughtOn": row.sold_on.isoformat(),
        "quantity": quantity,
        "unitPrice": unit_price,
        "amount": amount,
        "saleType": "RETURN" if Fraction(row.quantity) < 0 else "SALE",
        "shipToCountry": row.ship_to or None,
        "serialNumbers": [row.serial] if row.serial else [],
        "countsOn": row.sold_on.isoformat(),
        "reversal": False,
        "component": 0,
        "kit": None,
        "contest": WHATEVER,
        "distributor": global_id("Distributor", agreement.distributor.key),
        "product": global_id("Product", product.key),
    }
