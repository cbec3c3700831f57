"""Where the scope of an incentive leads to the resellers that it counts alone."""

from app.execution.connections import Connection
from app.execution.edges import attach
from app.incentives.freezing.graph import resellers_of_scopes, segments_of_scopes
from app.incentives.rules.graph import IncentiveScope
from app.partners.organizations.graph import Reseller
from app.partners.segments.graph import Segment, segments_by_key

attach(
    IncentiveScope,
    resellers=resellers_of_scopes(Reseller.of, Connection[Reseller]),
    segments=segments_of_scopes(segments_by_key, Segment),
)
