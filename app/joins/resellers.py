"""Where what distributors and resellers settle between them leads to the objects of other features."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.joins.references import to
from app.network.development.cohorts import cohorts_of_network
from app.network.development.graph import ResellerDevelopmentRow, development_of_network
from app.network.development.white_spaces import WhiteSpaceRow, white_space_of_network
from app.network.graph import Network
from app.partners.agreements.graph import DistributionAgreement
from app.partners.development.graph import development_of_agreements, obligation_of_agreements
from app.partners.importing.actions import read_by
from app.partners.organizations.graph import Distributor, Reseller, distributors_by_key, resellers_by_key
from app.partners.scorecards.graph import compliance_of_agreements, compliance_of_network, weights_of_agreements
from app.partners.segments.graph import Segment, segments_by_key
from app.reports.contests.graph import (
    ContestedLine,
    contest_of_purchases,
    contested_lines_of_agreement,
    contested_lines_of_reseller,
)
from app.reports.formats.lists import list_of
from app.reports.issues import UnreadableReport
from app.reports.lines.purchases import PurchaseLine


def _listed(data: bytes, most: int) -> list[tuple[int, list[str]]]:
    """The header and the rows of a list in a file. Raises ValueError where there is none."""
    try:
        return [(line.number, line.cells) for line in list_of(data, most)]
    except UnreadableReport as fault:
        raise ValueError(fault.message) from fault


read_by(_listed)
attach(
    DistributionAgreement,
    contested_lines=edge(contested_lines_of_agreement, permission=Permission.SUBMISSION_READ),
    reseller_obligation=edge(obligation_of_agreements),
    reseller_development=edge(development_of_agreements, permission=Permission.ANALYTICS_READ),
    scorecard_weights=edge(weights_of_agreements),
    compliance=edge(compliance_of_agreements, permission=Permission.ANALYTICS_READ),
)
attach(
    Network,
    compliance=edge(compliance_of_network),
    reseller_development=edge(development_of_network),
    reseller_cohorts=edge(cohorts_of_network),
    white_space=edge(white_space_of_network),
)
attach(
    ResellerDevelopmentRow,
    distributor=to(
        "distributor_key", distributors_by_key, Distributor | None, "Who sold to them, where grouped by it."
    ),
    reseller=to(
        "reseller_key", resellers_by_key, Reseller | None, "The reseller, where grouped by it and disclosed to you."
    ),
    segment=to("segment_key", segments_by_key, Segment | None, "The segment, where grouped by it; null for none."),
)
attach(WhiteSpaceRow, reseller=to("reseller_key", resellers_by_key, Reseller | None, "Who does not buy it."))
attach(Reseller, contested_lines=edge(contested_lines_of_reseller, permission=Permission.SUBMISSION_READ))
attach(PurchaseLine, contest=edge(contest_of_purchases, permission=Permission.SUBMISSION_READ))
attach(
    ContestedLine,
    distributor=to("distributor_key", distributors_by_key, Distributor | None, "Who reported it."),
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Who objects."),
)
