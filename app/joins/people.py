"""Where invitations of partners, applications, and what one's own firm is, lead to the parties themselves."""

from app.execution.edges import attach, reference
from app.partners.organizations.graph import Distributor, Reseller, distributors_by_key, resellers_by_key
from app.people.applications.graph import Application
from app.people.links.graph import PartnerInvitation, PartnerLink

attach(
    PartnerInvitation,
    inviter=reference(
        distributors_by_key,
        Distributor | None,
        key=lambda invitation: invitation.inviter_key,
        description="The distributor that invites; null where the vendor does.",
    ),
)
for _owner in (PartnerInvitation, PartnerLink, Application):
    attach(
        _owner,
        reseller=reference(
            resellers_by_key,
            Reseller | None,
            key=lambda parent: parent.reseller_key,
            description="The reseller that it is about; null where it is about a distributor, or about nobody recorded yet.",
        ),
        distributor=reference(
            distributors_by_key,
            Distributor | None,
            key=lambda parent: parent.distributor_key,
            description="The distributor that it is about; null where it is about a reseller, or about nobody recorded yet.",
        ),
    )
