"""How much stock there should be under the first vendor's agreements: one to eight weeks of each product, ten of dear ones.

Brightwater has agreed to it too, and has never counted: nobody can say whether it keeps to it.
"""

from app.access.roles import Role
from app.demo.history import History, midnight
from app.demo.network import NORDWIND, Agreement, Vendor
from app.demo.people import Person
from app.programme.terms import StandardBasis

Record = dict[str, object]
LEAST, MOST = 100, 800
"In hundredths of weeks."
DEAR, MOST_OF_DEAR = "Enterprise Drives", 1_000


def standards(vendor: Vendor, history: History) -> list[Record]:
    """The rows that the vendor writes, from the beginning of the history on."""
    if vendor.organization.name != NORDWIND:
        return []
    return [
        _line(vendor, agreement, history, place, family, most)
        for agreement in vendor.agreements
        for place, family, most in ((0, None, MOST), (1, DEAR, MOST_OF_DEAR))
    ]


def _line(vendor: Vendor, agreement: Agreement, history: History, place: int, family: str | None, most: int) -> Record:
    return {
        "agreement_id": agreement.id,
        "distributor_id": agreement.distributor_id,
        "effective_from": history.start,
        "place": place,
        "family": family,
        "basis": StandardBasis.WEEKS.value,
        "least": LEAST,
        "most": most,
        "set_at": midnight(history.start),
        "set_by": Person(vendor.organization, Role.VENDOR_PROGRAM_MANAGER).name,
    }
