"""The rows of a distributor's list of resellers: what stands in its columns, and what cannot be read.

A value that cannot be read is a problem of its row; what would be right is said. Columns of other names are left unread.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.partners.authorizations.inputs import CreditTermsInput
from app.programme.currencies import MINOR_UNITS
from app.programme.spans import Span
from app.programme.terms import PartnerType

C = UserErrorCode
COLUMNS = {
    "name": "name",
    "country": "country",
    "region": "region",
    "partnertype": "partnerType",
    "taxnumber": "taxNumber",
    "accounts": "accounts",
    "effectivestart": "effectiveStart",
    "effectiveend": "effectiveEnd",
    "creditlimit": "creditLimit",
    "creditcurrency": "creditCurrency",
    "paymentdays": "paymentDays",
}
NEEDED = ("name", "country", "partnerType")
_SEPARATORS = re.compile(r"[;|]")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,15}(?:\.([0-9]{1,6}))?")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it was entered: its number, and its values as far as they could be read."""

    number: int
    name: str
    country: str
    region: str | None
    partner_type: PartnerType | None
    tax_number: str | None
    accounts: list[str]
    effective: DateRangeInput | None
    credit: CreditTermsInput | None
    check: Checks


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands whose name is known, whatever its capitals, blanks and signs; the first of two."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        field = COLUMNS.get(re.sub(r"[^a-z]", "", name.casefold()))
        if field is not None:
            found.setdefault(field, place)
    return found


def entry(number: int, cells: Mapping[str, str], currency: str, days: Span) -> Entry:
    """A row of a file. A credit without a currency is in the agreement's; days that are half left out are those of the
    agreement."""
    check = Checks()
    partner_type = _partner_type(check, cells.get("partnerType", ""))
    return Entry(
        number=number,
        name=cells.get("name", ""),
        country=cells.get("country", "").upper(),
        region=cells.get("region") or None,
        partner_type=partner_type,
        tax_number=cells.get("taxNumber") or None,
        accounts=[each.strip() for each in _SEPARATORS.split(cells.get("accounts", "")) if each.strip()],
        effective=_effective(check, cells, days),
        credit=_credit(check, cells, currency),
        check=check,
    )


def _partner_type(check: Checks, value: str) -> PartnerType | None:
    kind = re.sub(r"[\s-]+", "_", value.strip()).upper()
    if kind in PartnerType.__members__:
        return PartnerType(kind)
    able = ", ".join(PartnerType)
    check.add(C.INVALID if value else C.REQUIRED, f"Say what kind of firm it is: one of {able}.", "partnerType")
    return None


def _effective(check: Checks, cells: Mapping[str, str], days: Span) -> DateRangeInput | None:
    start, end = cells.get("effectiveStart", ""), cells.get("effectiveEnd", "")
    if not start and not end:
        return None
    first = _day(check, start, "effectiveStart") if start else days.start
    after = _day(check, end, "effectiveEnd") if end else days.end
    return None if first is None or after is None else DateRangeInput(start=first, end=after)


def _day(check: Checks, value: str, field: str) -> date | None:
    try:
        if len(value) == len("2026-01-31"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    check.add(C.INVALID, f"{value[:20]!r} is no day; write it YYYY-MM-DD, such as 2026-01-31.", field)
    return None


def _credit(check: Checks, cells: Mapping[str, str], currency: str) -> CreditTermsInput | None:
    """The credit that a row gives. A limit with more decimals than its currency has may be meant as thousands."""
    limit, days = cells.get("creditLimit", ""), cells.get("paymentDays", "")
    if not limit and not days and not cells.get("creditCurrency"):
        return None
    named = cells.get("creditCurrency", "").upper() or currency
    number = _PLAIN_NUMBER.fullmatch(limit)
    if number is None or len(number[1] or "") > MINOR_UNITS.get(named, 2):
        wrong = "Write the limit with a point, the decimals of its currency and no separators of thousands: 25000.00."
        check.add(C.INVALID if limit else C.REQUIRED, wrong, "creditLimit")
        number = None
    in_days = _WHOLE_NUMBER.fullmatch(days)
    if in_days is None:
        check.add(
            C.INVALID if days else C.REQUIRED, "Say within how many days invoices are paid, 0 to 365.", "paymentDays"
        )
    if number is None or in_days is None:
        return None
    return CreditTermsInput(limit=Decimal(limit), currency=CurrencyCode(named), payment_days=int(days))
