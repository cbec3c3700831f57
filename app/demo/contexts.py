"""As whom the demo's firms write: each sees and writes what it may in earnest."""

from collections.abc import Sequence
from uuid import UUID

from app.demo.network import Agreement, Organization, Vendor
from app.demo.sell_out import SellOutReport
from app.store.database import Context
from app.tables.metadata import DatabaseRole


def as_vendor(vendor: Vendor, by: UUID | None = None) -> Context:
    """A vendor in its own network, and which of its people."""
    own = frozenset({vendor.id})
    return Context(DatabaseRole.VENDOR, vendor.organization.id, vendor.id, own, actor_id=by)


def as_reseller(report: SellOutReport) -> Context:
    """The reseller that sends a report about its sales."""
    reseller = report.reseller
    assert reseller.organization_id is not None
    return Context(
        DatabaseRole.RESELLER,
        reseller.organization_id,
        vendor_ids=frozenset({report.vendor_id}),
        party_ids=frozenset({reseller.id}),
    )


def as_distributor(firm: Organization, agreements: Sequence[Agreement], by: UUID | None = None) -> Context:
    """A distributor under some of its agreements, and which of its people."""
    return Context(
        DatabaseRole.DISTRIBUTOR,
        firm.id,
        vendor_ids=frozenset(agreement.vendor_id for agreement in agreements),
        party_ids=frozenset(agreement.distributor_id for agreement in agreements),
        actor_id=by,
    )
