"""What the values of a column look like: dates, numbers, currencies, countries, GTINs, codes that the agreement knows."""

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from app.programme.currencies import CURRENCIES
from app.programme.gtin import is_gtin
from app.programme.terms import DocumentKind, SaleType, StockMovementKind, StockStatus
from app.reports.formats.countries import COUNTRIES
from app.reports.profiles.calendars import Days, days_of

_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}"
    r"|20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?:[T ]00:00(?::00(?:\.0+)?)?)?"
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[ .,'’\u00a0][0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?-?|[+-]?[.,][0-9]+")
_UNITS_OF_SALE = (
    "EA PCE PCS PC ST STK C62 H87 UN UND U KG BOX CS CT CA PK PAK SET KAR KRT MTR M L SZT PZ STUCK",
    "STÜCK PIECE PIECES EACH",
)
_UNITS = frozenset(unit for units in _UNITS_OF_SALE for unit in units.split())
_KINDS = {
    DocumentKind.INVOICE: "invoice inv iv rechnung re rg faktura facture fac fc factura fattura ft factuur nf 380",
    DocumentKind.CREDIT_NOTE: (
        "credit_note creditnote credit_memo creditmemo credit cn cm crn cr gutschrift gs avoir av abono nc nota_credito "
        "nota_di_credito creditnota 381"
    ),
}
KINDS = {name: kind for kind, names in _KINDS.items() for name in names.split()}
"What documents are called."
_SALE_TYPES = {
    SaleType.SALE: "sale sales stock verkauf lager vente venta vendita verkoop",
    SaleType.RETURN: "return returns ret rma retoure rücklieferung rückgabe retour devolucion devolución reso storno",
    SaleType.DROP_SHIPMENT: "drop_shipment drop dropship drop_ship direct strecke streckengeschäft",
    SaleType.CREDIT_AND_REBILL: "credit_and_rebill rebill",
    SaleType.SAMPLE: "sample samples muster",
    SaleType.INTERNAL_USE: "internal_use internal eigenbedarf",
    SaleType.REPLACEMENT: "replacement ersatz",
    SaleType.TRANSFER: "transfer umlagerung",
}
SALE_TYPES = {name: kind for kind, names in _SALE_TYPES.items() for name in names.split()}
"What movements are called."
_STATUSES = {
    StockStatus.GOOD: (
        "good ok available free unrestricted on_hand sellable saleable new a frei verfügbar gut disponible "
        "disponibile libero vrij beschikbaar bon buono bueno dostepny"
    ),
    StockStatus.RESERVED: (
        "reserved allocated committed on_hold_for_customer reserviert zugeteilt réservé reserve reservado "
        "riservato impegnato gereserveerd zarezerwowany"
    ),
    StockStatus.IN_TRANSIT: (
        "in_transit transit intransit on_the_way unterwegs en_transit en_transito in_transito onderweg w_drodze"
    ),
    StockStatus.RETURNED: ("returned customer_return rma retoure zurückgegeben retourné devuelto reso retour zwrot"),
    StockStatus.DEFECTIVE: (
        "defective damaged bad broken scrap_stock defekt beschädigt défectueux endommagé defectuoso dañado "
        "difettoso danneggiato defect beschadigd uszkodzony"
    ),
    StockStatus.BLOCKED: (
        "blocked quarantine inspection quality_inspection on_hold hold bonded gesperrt sperrbestand "
        "qualitätsprüfung bloqué quarantaine bloqueado cuarentena bloccato quarantena geblokkeerd zablokowany"
    ),
}
STATUSES = {name: kind for kind, names in _STATUSES.items() for name in names.split()}
"What states of goods are called."
_MOVEMENTS = {
    StockMovementKind.RECEIPT: (
        "receipt received goods_receipt gr in inbound wareneingang we zugang eingang réception entrée "
        "recepcion recepción entrada entrata carico ontvangst przyjęcie pz 101"
    ),
    StockMovementKind.TRANSFER: (
        "transfer relocation stock_transfer move umlagerung umbuchung transfert traslado traspaso "
        "trasferimento overboeking przesunięcie mm 301 311"
    ),
    StockMovementKind.ADJUSTMENT: (
        "adjustment adjust correction count_difference inventory_difference korrektur inventurdifferenz "
        "ajustement ajuste rettifica correctie korekta 701 702"
    ),
    StockMovementKind.RETURN_TO_VENDOR: (
        "return_to_vendor rtv vendor_return return_to_supplier lieferantenretoure rücklieferung "
        "retour_fournisseur devolucion_proveedor reso_fornitore 122"
    ),
    StockMovementKind.SCRAPPED: (
        "scrapped scrap destroyed write_off verschrottung verschrottet schrott rebut mise_au_rebut desecho "
        "destruido rottamazione vernietigd złomowanie 551"
    ),
    StockMovementKind.DELIVERY: (
        "delivery delivered goods_issue gi out outbound shipment warenausgang wa abgang lieferung livraison "
        "sortie entrega salida consegna uscita levering wydanie wz 601"
    ),
}
MOVEMENTS = {name: kind for kind, names in _MOVEMENTS.items() for name in names.split()}
"What movements of stock are called; three digits are the movement types that many ERPs share."
RETURN_MARKS: Set[str] = frozenset(
    {
        *(name for name, kind in KINDS.items() if kind is DocumentKind.CREDIT_NOTE),
        *(name for name, kind in SALE_TYPES.items() if kind is SaleType.RETURN),
        *("r", "c", "g"),
    }
)
"Values that may mark a return."


@dataclass(frozen=True)
class Known:
    """The codes in a sample that the agreement knows: as products, and as customer accounts."""

    products: Set[str] = frozenset()
    accounts: Set[str] = frozenset()


@dataclass(frozen=True)
class Shape:
    """The values of a column, without the empty ones."""

    values: tuple[str, ...]
    known: Known

    def share(self, holds: Callable[[str], object]) -> float:
        """Which part of the values this holds of, from 0 to 1; 0 where there are none."""
        return sum(1 for value in self.values if holds(value)) / len(self.values) if self.values else 0.0

    @cached_property
    def days(self) -> Days:
        """How these values are written, if they are days."""
        return days_of(self.values)

    @cached_property
    def dates(self) -> float:
        """Which part are days beyond doubt, whatever their column is called."""
        return max(self.share(_DATE.fullmatch), self.days.share if self.days.certain else 0.0)

    @cached_property
    def statuses(self) -> float:
        return self.share(lambda value: plain(value) in STATUSES)

    @cached_property
    def movements(self) -> float:
        return self.share(lambda value: plain(value) in MOVEMENTS)

    @cached_property
    def numbers(self) -> float:
        return self.share(_NUMBER.fullmatch)

    @cached_property
    def whole_numbers(self) -> float:
        return self.share(lambda value: value.lstrip("+-").isdecimal())

    @cached_property
    def negative(self) -> bool:
        return any(_NUMBER.fullmatch(value) and "-" in (value[0], value[-1]) for value in self.values)

    @cached_property
    def currencies(self) -> float:
        return self.share(lambda value: value.upper() in CURRENCIES)

    @cached_property
    def countries(self) -> float:
        return self.share(lambda value: value.upper() in COUNTRIES)

    @cached_property
    def units(self) -> float:
        return self.share(lambda value: value.upper() in _UNITS)

    @cached_property
    def gtins(self) -> float:
        return self.share(is_gtin)

    @cached_property
    def products(self) -> float:
        return self.share(self.known.products.__contains__)

    @cached_property
    def accounts(self) -> float:
        return self.share(self.known.accounts.__contains__)

    @cached_property
    def kinds(self) -> float:
        return self.share(lambda value: plain(value) in KINDS)

    @cached_property
    def sale_types(self) -> float:
        return self.share(lambda value: plain(value) in SALE_TYPES)

    @cached_property
    def words(self) -> float:
        return self.share(lambda value: re.search(r"[^\W\d_]{2,}\S*\s+\S*[^\W\d_]", value))

    @cached_property
    def distinct(self) -> list[str]:
        return list(dict.fromkeys(self.values))


def plain(value: str) -> str:
    """A term however it is cased and spaced."""
    return re.sub(r"[\s-]+", "_", value.strip().lower())


def shape_of(values: Iterable[str], known: Known) -> Shape:
    """The values of a column that say something."""
    return Shape(tuple(value for value in values if value), known)


def number(text: str, mark: str) -> Decimal | None:
    """The number in a text with this decimal mark; None where it is none."""
    bare = re.sub(r"[ '’\u00a0]", "", text.strip())
    sign = "-" if "-" in (bare[:1], bare[-1:]) else ""
    other = "." if mark == "," else ","
    digits = bare.strip("+-").replace(other, "").replace(mark, ".")
    try:
        return Decimal(sign + digits) if re.fullmatch(r"[0-9]*\.?[0-9]*", digits) and digits.strip(".") else None
    except InvalidOperation:
        return None
