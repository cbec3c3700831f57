"""How a profile is proposed for a list of stock whose rows have several quantities: the columns that are called like states
of goods and hold numbers, each with the state that it counts.

What is available is a part of what is on hand where a list has both: then it is left out, and asked. Two columns that seem
to count the same state are asked, too, and the first is proposed.
"""

import re
import unicodedata
from collections.abc import Sequence

from app.programme.terms import StockStatus
from app.reports.formats.profiles import ColumnField as F
from app.reports.profiles.evidence import Column, Reason
from app.reports.profiles.proposals import ProfileQuestionCode, Proposal

LEAST_NUMBERS = 0.9
"Which part of the values of such a column are numbers at least."
_CALLED = {
    StockStatus.GOOD: """on hand, onhand, good, stock, stock on hand, soh, qoh, available, free, unrestricted, sellable,
        bestand, lagerbestand, frei, verfuegbar, verfugbar, en stock, disponible, libre, existencias, giacenza, disponibile,
        libero, voorraad, vrij, beschikbaar, estoque, disponivel, stan, dostepny""",
    StockStatus.RESERVED: """reserved, allocated, committed, reserviert, zugeteilt, reserve, alloue, reservado, asignado,
        riservato, impegnato, gereserveerd, toegewezen, zarezerwowany, rezerwacja""",
    StockStatus.IN_TRANSIT: """in transit, intransit, transit, on the way, unterwegs, transitbestand, en transit,
        en transito, in transito, onderweg, em transito, w drodze""",
    StockStatus.RETURNED: """returned, returns, rma, customer returns, retouren, retoure, zurueckgegeben, retours, retourne,
        devuelto, devoluciones, resi, reso, retour, devolvido, zwroty""",
    StockStatus.DEFECTIVE: """defective, damaged, defect, broken, defekt, beschaedigt, beschadigt, defectueux, endommage,
        defectuoso, danado, difettoso, danneggiato, beschadigd, avariado, uszkodzony""",
    StockStatus.BLOCKED: """blocked, quarantine, on hold, quality inspection, gesperrt, sperrbestand, bloque, quarantaine,
        bloqueado, cuarentena, bloccato, quarantena, geblokkeerd, zablokowany""",
}
_STATES = {" ".join(name.split()): state for state, names in _CALLED.items() for name in names.split(",")}
_OF_QUANTITIES = {
    "qty",
    "quantity",
    "units",
    "pieces",
    "menge",
    "anzahl",
    "stueck",
    "stuck",
    "qte",
    "quantite",
    "cantidad",
}
_OF_QUANTITIES |= {"quantita", "qta", "aantal", "quantidade", "qtd", "ilosc", "inventory", "bestand", "stock"}
_PARTS = frozenset({"available", "free", "unrestricted", "sellable", "frei", "verfuegbar", "verfugbar", "disponible"})
_PARTS |= {"libre", "disponibile", "libero", "vrij", "beschikbaar", "disponivel", "dostepny"}
"What may be a part of what is on hand, where that stands beside it."
_LETTERS = str.maketrans({"ß": "ss", "ł": "l"})
Q = ProfileQuestionCode


def quantities_by_state(
    columns: Sequence[Column], taken: frozenset[int], proposal: Proposal
) -> dict[StockStatus, Column]:
    """The columns that each count the goods in one state, in their order; empty where fewer than two do. Columns at the
    places `taken` are something else."""
    found: dict[StockStatus, Column] = {}
    asked: list[str] = []
    for column in sorted(columns, key=_is_part):
        state = _state(column)
        if state is None or column.at in taken or column.shape.numbers < LEAST_NUMBERS:
            continue
        if state in found:
            asked.append(_doubt(found[state], column, state))
        else:
            found[state] = column
    if len(found) < 2:
        return {}
    for told in asked:
        proposal.ask(Q.FIELD_AMBIGUOUS, told, F.QUANTITY)
    return dict(sorted(found.items(), key=lambda each: each[1].at))


def reason_of(state: StockStatus) -> Reason:
    """Why a column is proposed as the quantity of goods in a state."""
    return Reason(0.8, f"it is called like goods that are {state}, and has numbers, beside others that are called so")


def _doubt(first: Column, column: Column, state: StockStatus) -> str:
    if _is_part(column):
        return f"“{column.header}” may be a part of “{first.header}”, which is proposed as what is {state}: it is left out."
    return f"“{first.header}” and “{column.header}” could both be what is {state}; the first is proposed."


def _state(column: Column) -> StockStatus | None:
    return next((_STATES[name] for name in _names(column.header) if name in _STATES), None)


def _is_part(column: Column) -> bool:
    return any(name in _PARTS for name in _names(column.header))


def _names(header: str) -> tuple[str, str]:
    """The header in plain letters; and without the words that only say that it is a quantity."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header[:100]).lower().translate(_LETTERS)
    spelt = unicodedata.normalize("NFKD", parted)
    words = re.findall(r"[a-z]+", "".join(letter for letter in spelt if not unicodedata.combining(letter)))
    return " ".join(words), " ".join(word for word in words if word not in _OF_QUANTITIES)
