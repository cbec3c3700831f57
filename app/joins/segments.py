"""Where vendors and resellers lead to what a vendor alone makes of its parties."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.partners.organizations.graph import Reseller, Vendor
from app.partners.segments.graph import segments_of_resellers, segments_of_vendors

attach(Vendor, segments=edge(segments_of_vendors, permission=Permission.SEGMENT_READ))
attach(Reseller, segments=edge(segments_of_resellers, permission=Permission.SEGMENT_READ))
