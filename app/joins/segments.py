"""Where sales, vendors and resellers lead to what a vendor alone makes of its parties."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.joins import references
from app.network.rows import SalesRow
from app.partners.organizations.graph import Reseller, Vendor
from app.partners.segments.graph import Segment, segments_by_key, segments_of_resellers, segments_of_vendors

attach(Vendor, segments=edge(segments_of_vendors, permission=Permission.SEGMENT_READ))
attach(Reseller, segments=edge(segments_of_resellers, permission=Permission.SEGMENT_READ))
attach(
    SalesRow,
    segment=references.to(
        "segment_key",
        segments_by_key,
        Segment | None,
        "The segment of the resellers, where grouped by SEGMENT; null for sales to resellers in none, or not disclosed.",
    ),
)
