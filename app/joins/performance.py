"""Where the performance of incentives and the health of programmes lead to what they are about."""

from app.access.roles import Permission
from app.execution.edges import attach, edge
from app.incentives.graph import Incentive, incentives_by_key
from app.incentives.health.graph import ProgramFinding, health_of_network
from app.incentives.performance.graph import IncentivePerformance, incentives_of_network
from app.joins.references import to
from app.network.graph import Network
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key

attach(
    Network,
    incentives=edge(incentives_of_network, permission=Permission.INCENTIVE_READ),
    health=edge(health_of_network, permission=Permission.INCENTIVE_READ),
)
attach(
    IncentivePerformance,
    incentive=to("incentive_key", incentives_by_key, Incentive | None, "The incentive."),
)
attach(
    ProgramFinding,
    incentive=to(
        "incentive_key",
        incentives_by_key,
        Incentive | None,
        "The incentive that it is about; null where it is about none.",
    ),
    agreement=to(
        "agreement_key",
        agreements_by_key,
        DistributionAgreement | None,
        "The agreement that it is about; null where it is about none.",
    ),
)
