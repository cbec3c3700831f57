"""What the columns, segments, qualifiers and positions of a trading partner's report mean.

Distributors, and a vendor's own ERP, write one report in many dialects. In a table a return is a negative quantity, a
positive one in a row that is marked, or a quantity in a column of its own; columns are called whatever the ERP calls
them. In an 867 or SLSRPT it is a negative quantity, a positive one under a return transfer, or a quantity with a
qualifier of its own; three prices stand under one qualifier and differ by their position; the second ship-to party is
the end customer. A profile is data that says which it is. The default reads what is common to all.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from app.programme.terms import SaleType, StockStatus, SubmissionKind
from app.reports.formats.days import Language
from app.reports.formats.stock_profiles import EdifactStockProfile, X12StockProfile
from app.reports.formats.wide import quantity_of

_TRANSFERS: Mapping[str, SaleType] = {
    "SS": SaleType.SALE,  # stock sale
    "SD": SaleType.SALE,  # ship and debit sale
    "SH": SaleType.SALE,  # ship and debit
    "CS": SaleType.SALE,  # contract sale
    "PB": SaleType.SALE,  # price book
    "BP": SaleType.SALE,  # broken price
    "DS": SaleType.DROP_SHIPMENT,  # drop ship sale
    "CO": SaleType.REPLACEMENT,  # replacement due to complaint
    "BJ": SaleType.TRANSFER,  # relocation
    "BN": SaleType.RETURN,  # return
    "RP": SaleType.RETURN,  # return of list price
    "RB": SaleType.RETURN,  # return of broken price
    "RU": SaleType.RETURN,  # return to usable inventory
}

_DOCUMENTS: Mapping[str, str] = {"380": "IV", "381": "CD"}
"""The references that documents named by a DOC segment are the same as: invoice, credit note."""
_UNITS: Mapping[str, str] = {"PCE": "EA", "PCS": "EA", "C62": "EA", "H87": "EA"}
"""Units (6411) that mean one piece, and the name that it has here."""
_PRICES: Mapping[str, tuple[str, ...]] = {"unit_price": ("AAA", "INV", "CAL")}


class ColumnField(StrEnum):
    """What a column of a table can be: a field of the canonical header, or something beside it."""

    DOCUMENT_NUMBER = "document_number"
    DOCUMENT_LINE = "document_line"
    DOCUMENT_KIND = "document_kind"
    RETURN_OF = "return_of"
    SOLD_ON = "sold_on"
    PRODUCT_CODE = "product_code"
    RESELLER_ACCOUNT = "reseller_account"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_PRICE = "unit_price"
    CURRENCY = "currency"
    SALE_TYPE = "sale_type"
    SHIP_TO_COUNTRY = "ship_to_country"
    END_CUSTOMER = "end_customer"
    SPECIAL_PRICE_NUMBER = "special_price_number"
    SERIAL_NUMBERS = "serial_numbers"
    RETURN_QUANTITY = "return_quantity"
    "How many came back, in a column of its own."
    LINE_AMOUNT = "line_amount"
    "The amount of the line: the price of one is taken from it, where that is exact and stands nowhere else."
    BOOK_PRICE = "book_price"
    DEBIT_PRICE = "debit_price"
    RESELLER_NAME = "reseller_name"
    END_CUSTOMER_ACCOUNT = "end_customer_account"
    WAREHOUSE = "warehouse"
    COUNTED_ON = "counted_on"
    STATUS = "status"
    MOVEMENT = "movement"
    REFERENCE = "reference"
    REFERENCE_LINE = "reference_line"
    LOT = "lot"
    QUANTITY_OUT = "quantity_out"
    "How many left the warehouse, in a column of its own."


_OF_STOCK = frozenset(
    {
        ColumnField.WAREHOUSE,
        ColumnField.PRODUCT_CODE,
        ColumnField.COUNTED_ON,
        ColumnField.QUANTITY,
        ColumnField.UNIT,
        ColumnField.STATUS,
        ColumnField.MOVEMENT,
        ColumnField.REFERENCE,
        ColumnField.REFERENCE_LINE,
        ColumnField.LOT,
        ColumnField.QUANTITY_OUT,
    }
)
_OF_SALES = frozenset(ColumnField) - _OF_STOCK | {ColumnField.PRODUCT_CODE, ColumnField.QUANTITY, ColumnField.UNIT}
_OF_RESELLERS = frozenset(
    {
        ColumnField.RESELLER_ACCOUNT,
        ColumnField.RESELLER_NAME,
        ColumnField.SHIP_TO_COUNTRY,
        ColumnField.END_CUSTOMER,
        ColumnField.END_CUSTOMER_ACCOUNT,
        ColumnField.DEBIT_PRICE,
    }
)
COLUMN_FIELDS: Mapping[SubmissionKind, frozenset[ColumnField]] = {
    SubmissionKind.SELL_THROUGH: _OF_SALES,
    SubmissionKind.SELL_IN: _OF_SALES - _OF_RESELLERS,
    SubmissionKind.INVENTORY: _OF_STOCK,
}
"""What the columns of a table can be, by what the report is about: the kinds that profiles are for."""


class ReturnDialect(StrEnum):
    """How a table of sales says that goods came back, and a table of stock that they left the warehouse."""

    NEGATIVE_QUANTITY = "NEGATIVE_QUANTITY"
    "By a negative quantity."
    MARKED = "MARKED"
    "By a value in some column; the quantity has no sign."
    OWN_COLUMN = "OWN_COLUMN"
    "By a quantity in a column of its own."


class MappedColumn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column by its header, whatever its case and spacing, and what it is; null where it is not to be read.

    Of a file without a header it is the column at `position`, from 1, and `header` is what people call it, or empty. A
    quantity with a `status` counts the goods in that state: a list of stock has a column for each state that it counts.
    """

    header: str
    field: ColumnField | None
    position: int | None = None
    status: StockStatus | None = None

    @property
    def kept_as(self) -> str | None:
        """Under what name a reader keeps it; None where it is not to be read."""
        if self.field is None:
            return None
        return str(self.field) if self.status is None else quantity_of(self.status)


class Returns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How goods that came back are told, or of stock, those that left. MARKED: in the column `header`, or without a
    header at `position`, stands one of `values`, whatever its case."""

    dialect: ReturnDialect = ReturnDialect.NEGATIVE_QUANTITY
    header: str | None = None
    position: int | None = None
    values: tuple[str, ...] = ()


class ColumnProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the table in a text file or a workbook is to be read. What it leaves out is found out from the file.

    Columns that it does not list are known by their canonical names, where `canonical_names` says so and no listed
    column is that field already. The header is the first line with anything on it after `skip_lines` lines. `constants`
    are the values of fields that the file does not say, or not in this row; `meanings` say for a field which of its
    values stands for which of ours (`{"sale_type": {"R": "RETURN"}}`). `encoding` holds for what is not Unicode.

    A file that is `headerless` begins with its first row: its columns are known by their positions alone. `date_format`
    is how days are written (`DD.MM.YY`, `DD-MON-YYYY` with `month_language`, `EXCEL`): then a day is read by it, or as
    YYYY-MM-DD, and in no other way; `date_order` says only what comes first in 03/04/2026.
    """

    columns: tuple[MappedColumn, ...] = ()
    canonical_names: bool = True
    headerless: bool = False
    skip_lines: int = 0
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: Literal["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "shift_jis", "gb18030", "big5"] | None = None
    decimal_mark: Literal["POINT", "COMMA"] | None = None
    date_order: Literal["DAY_FIRST", "MONTH_FIRST"] | None = None
    date_format: str | None = None
    month_language: Language | None = None
    constants: Mapping[ColumnField, str] = {}
    meanings: Mapping[ColumnField, Mapping[str, str]] = {}
    returns: Returns = Returns()

    @property
    def supplied(self) -> frozenset[str]:
        """The fields that a file need not have a column for, because the profile says where they come from."""
        mapped = {column.field for column in self.columns}
        from_amount = {ColumnField.UNIT_PRICE} if ColumnField.LINE_AMOUNT in mapped else set()
        taken_out = mapped & {ColumnField.RETURN_QUANTITY, ColumnField.QUANTITY_OUT}
        from_returns = {ColumnField.QUANTITY} if taken_out else set()
        return frozenset(str(each) for each in {*self.constants, *from_amount, *from_returns})


class PartyPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """A party of a PTD loop: the `occurrence`-th N1 whose qualifier (N101) this is."""

    qualifier: str
    occurrence: int = 1


class X12Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which segment, qualifier or position of an 867 means what.

    Where several are given, the first that is present counts. `prices` names the prices (UIT02) by position;
    `unit_price` is the resale price, the others are kept as received. `line_amounts` (AMT01) say it for all units together,
    and are compared with it. A transfer type (PTD01) that `transfers` does
    not name is not guessed.
    """

    transfers: Mapping[str, SaleType] = field(default_factory=lambda: dict(_TRANSFERS))
    sale_quantities: frozenset[str] = frozenset({"32", "39"})
    return_quantities: frozenset[str] = frozenset({"61"})
    product_qualifiers: tuple[str, ...] = ("VP", "VN", "MG", "MF", "UP", "UK", "EN", "BP")
    document_references: tuple[str, ...] = ("IV", "DI")
    line_reference: str = "LI"
    credit_note_reference: str = "CM"
    special_price_reference: str = "AU"
    serial_reference: str = "SE"
    sold_on_dates: tuple[str, ...] = ("003",)
    reseller: tuple[PartyPlace, ...] = (PartyPlace("ST"),)
    ship_to: tuple[PartyPlace, ...] = (PartyPlace("ST"),)
    end_customer: tuple[PartyPlace, ...] = (PartyPlace("EN"), PartyPlace("ST", 2))
    prices: tuple[str, ...] = ("unit_price", "book_price", "debit_price")
    line_amounts: tuple[str, ...] = ("1",)

    @property
    def counted_quantities(self) -> frozenset[str]:
        """The quantities (QTY01) that a row can have: sales and returns, not stock."""
        return self.sale_quantities | self.return_quantities


DEFAULT = X12Profile()


class EdifactProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which segment, qualifier or element of a SLSRPT means what.

    Where several are given, the first that is present counts. A party that stands at the head of the message is not a
    line's unless `head_parties` names its qualifier: there, NAD+BY is usually the distributor itself. `period` are the
    first and the last day of the sales that follow; where they are the same, it is the day of each sale. Of `prices`
    the first is the resale price, the others are kept as received; `line_amounts` say it for all units together.
    `channels` says which sales channel (MKS) is what kind of movement; `kept_functions` which messages (BGM) add to
    what was reported: one that replaces or cancels another is not read as if it did.
    """

    sale_quantities: frozenset[str] = frozenset({"153", "47"})
    return_quantities: frozenset[str] = frozenset({"61"})
    product_qualifiers: tuple[str, ...] = ("SA", "VP", "VN", "MF", "EN", "UP", "SRV", "IN", "BP")
    document_reference: str = "IV"
    credit_note_reference: str = "CD"
    line_reference: str = "LI"
    special_price_reference: str = "AU"
    serial_reference: str = "SE"
    serial_numbers: str = "SN"
    documents: Mapping[str, str] = field(default_factory=lambda: dict(_DOCUMENTS))
    sold_on_dates: tuple[str, ...] = ("3", "356")
    period: tuple[str, str] = ("90", "91")
    reseller: tuple[str, ...] = ("BY",)
    ship_to: tuple[str, ...] = ("ST", "DP", "BY")
    end_customer: tuple[str, ...] = ("UD",)
    head_parties: frozenset[str] = frozenset()
    place_is_reseller: bool = False
    prices: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(_PRICES))
    line_amounts: tuple[str, ...] = ("203",)
    units: Mapping[str, str] = field(default_factory=lambda: dict(_UNITS))
    channels: Mapping[str, SaleType] = {}
    kept_functions: frozenset[str] = frozenset({"2", "6", "7", "9", "31", "43"})

    @property
    def counted_quantities(self) -> frozenset[str]:
        """The quantities (QTY, 6063) that a row can have: sales and returns, not stock."""
        return self.sale_quantities | self.return_quantities


DEFAULT_EDIFACT = EdifactProfile()

Profile = ColumnProfile | X12Profile | EdifactProfile | X12StockProfile | EdifactStockProfile
