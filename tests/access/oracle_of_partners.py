"""Who may see what of deals, funds, groups, invitations, integrations, webhooks and notices; see `oracle`.

Which objects there are for whom is what the rules say of their rows; which lists lead to them, which object leads where,
and what one side alone is told, is said here. Other figures are proven in tests/api, so WHATEVER stands for them, and their
texts are secrets.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access import oracle_of_commissions as commissions
from tests.access import oracle_of_enablement as enablement
from tests.access import oracle_of_merges as merges
from tests.access import oracle_of_planning as planning
from tests.access import oracle_of_resellers as resellers
from tests.access import oracle_of_rewards as rewards
from tests.access.deal_sales import fulfilled, fulfilling
from tests.access.figures import Figures
from tests.access.networks import TODAY, Agreement, Networks, Party, Program, Vendor
from tests.access.oracle_of_commissions import OfCommissions
from tests.access.oracle_of_enablement import OfEnablement
from tests.access.oracle_of_merges import OfMerges
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_planning import OfPlanning
from tests.access.oracle_of_reports import WHATEVER, Fields
from tests.access.oracle_of_resellers import OfResellers
from tests.access.oracle_of_reviews import OfReviews
from tests.access.oracle_of_rewards import OfRewards
from tests.access.oracle_of_steering import OfSteering
from tests.access.rules import READS, Me, Row

KINDS = {
    "DealRegistration": "deal",
    "Fund": "fund",
    "FundRequest": "fund_request",
    "FundClaim": "fund_claim",
    "Affiliation": "affiliation",
    "AffiliationMembership": "affiliation_member",
    "Advance": "advance",
    "Application": "application",
    "ApplicationLink": "application_link",
    "PartnerInvitation": "partner_invitation",
    "PartnerLink": "party_link",
    "Invitation": "invitation",
    "OrganizationUser": "membership",
    "RegisteredClient": "oauth_client",
    "Webhook": "webhook",
    "WebhookDelivery": "webhook_delivery",
    **rewards.KINDS,
    **resellers.KINDS,
    **commissions.KINDS,
    **merges.KINDS,
    **planning.KINDS,
    **enablement.KINDS,
    "Segment": "segment",
}
OF_A_FIRM = {"Invitation", "OrganizationUser", "RegisteredClient", "Webhook", "WebhookDelivery"}
"What an organisation keeps of its own, in no vendor's network."
NAMED_BY = {"PartnerLink": "party_id", "OrganizationUser": "user_id"}
FIGURES = {
    "DealRegistration": whatever(
        "name status version endCustomer endCustomerDomain expectedAmount expectedCloseOn registeredAt protectedFrom"
        " protectedUntil extensionsLeft extensionDays wonOn wonAmount closedOn"
    ),
    "Fund": whatever(
        "kind name currency startsOn expiresOn accruesPer accruals reimbursementShare claimDays approvesUpTo approvesInMonth"
        " balance version"
        " createdAt"
    ),
    "FundRequest": whatever(
        "activity description period plannedCost amount reimbursementShare status approved claimed paid left claimUntil"
        " reason filedAt decidedAt closedAt"
    ),
    "FundClaim": whatever(
        "cost invoiceNumber note status approvedCost approved reason paymentReference filedAt decidedAt paidAt"
    ),
    "Affiliation": whatever("name purpose status proposedAt inForceSince endedOn dissolvedAt endedBecause"),
    "AffiliationMembership": whatever(
        "name purpose status proposedAt acceptedAt leftAt reason inForceSince endedOn endedBecause"
    ),
    "Advance": whatever("amount paidOn reference status recordedBy recordedAt decidedBy decidedAt reason"),
    "Application": whatever("programName name country partnerType email status submittedAt reason decidedBy decidedAt"),
    "ApplicationLink": whatever("url programName createdBy createdAt endedAt"),
    "PartnerInvitation": whatever("partyName email invitedBy createdAt sentAt expiresAt acceptedAt withdrawnAt isOpen"),
    "PartnerLink": whatever("vendorName partyName since"),
    "Invitation": whatever("email roles invitedBy createdAt sentAt expiresAt acceptedAt withdrawnAt isOpen"),
    "OrganizationUser": whatever("name email roles since lastSignedInAt"),
    "RegisteredClient": whatever(
        "clientId name roles scopes redirectUris origins hasSecret createdAt rotatedAt lastUsedAt revokedAt"
    ),
    "Webhook": whatever("url events version enabled disabledAt disabledBecause failingSince createdAt rotatedAt"),
    "Segment": whatever("name description rule version"),
    "WebhookDelivery": whatever(
        "messageId event subjectId kind happenedAt status attempts nextTryAt triedAt deliveredAt responseCode error subject"
    ),
    **rewards.FIGURES,
    **resellers.FIGURES,
    **commissions.FIGURES,
    **merges.FIGURES,
    **planning.FIGURES,
    **enablement.FIGURES,
}
"The fields of each type that hold figures and texts, or lead to what everybody there may see."


def key_in(kind: str, row: Row) -> Key:
    network = row["organization_id"] if kind in OF_A_FIRM else row["vendor_id"]
    return Key(UUID(network), UUID(row[NAMED_BY.get(kind, "id")]))


def every_partner_key(made: Networks) -> dict[str, list[Key]]:
    """The keys of all objects that there are, by type."""
    rows = made.partners
    return {kind: list(dict.fromkeys(key_in(kind, row) for row in rows[table])) for kind, table in KINDS.items()}


class OfPartners(OfRewards, OfCommissions, OfMerges, OfPlanning, OfEnablement, OfResellers, OfReviews):
    """What one principal may see of it all. `sees` says which parties it sees."""

    def __init__(self, made: Networks, figures: Figures, sees: Callable[[Party], bool]) -> None:
        self.made, self.figures, self.me, self.level = made, figures, Me(made, figures.who), figures.who.level
        self.steering = OfSteering(made, figures)
        self._read: dict[str, list[Row]] = {}
        self.parties = {str(party.id): party for party in (*made.parties, *made.gone) if sees(party)}

    def rows(self, table: str, **belongs: Any) -> list[Row]:
        """The rows that it may read, and that belong to these."""
        if table not in self._read:
            rule = READS.get(table, {}).get(self.level)
            every = self.made.partners[table] if rule is not None else ()
            self._read[table] = [row for row in every if rule is not None and rule(row, self.me)]
        ids = {name: str(id) for name, id in belongs.items()}
        return [row for row in self._read[table] if all(row[name] == id for name, id in ids.items())]

    def objects(self) -> list[tuple[str, Key, Fields]]:
        found: dict[tuple[str, Key], Fields] = {}
        for kind, table in KINDS.items():
            for row in self.rows(table):
                if kind == "CommissionPlan" and not self.sees_plan(row):
                    continue
                found[kind, key_in(kind, row)] = {**FIGURES[kind], **getattr(self, f"_{kind.lower()}")(row)}
        return [*self.steering.exports(), *((*named, fields) for named, fields in found.items())]

    def gids(self, kind: str, **belongs: Any) -> list[str]:
        keys = dict.fromkeys(key_in(kind, row) for row in self.rows(KINDS[kind], **belongs))
        return [global_id(kind, key) for key in keys]

    def _to(self, kind: str, row: Row, name: str) -> str | None:
        id = row.get(name)
        return None if id is None else global_id(kind, Key(UUID(row["vendor_id"]), UUID(id)))

    def _party(self, kind: str, row: Row, name: str) -> str | None:
        """A party, as far as it is seen."""
        party = self.parties.get(row[name])
        return global_id(kind, party.key) if party is not None and party.kind.value == kind.upper() else None

    def _told(self, row: Row, *names: str, to: str) -> Fields:
        """Fields that only some levels read, which are named by their letters."""
        camel = {name: name.replace("_", " ").title().replace(" ", "") for name in names}
        camel = {name: said[0].lower() + said[1:] for name, said in camel.items()}
        return {camel[name]: row[name] if self.level.value[0] in to else None for name in names}

    # --------------------------------------------------------------------------------------------------- objects

    def _dealregistration(self, row: Row) -> Fields:
        supplier = "disclosed_distributor_id" if self.level is Level.VENDOR else "distributor_id"
        reads = self.level is not Level.DISTRIBUTOR
        return {
            **self._told(row, "registered_by", to="R"),
            **self._told(row, "waits_for", to="V"),
            **self._told(row, "decision_reason", "close_reason", to="VR"),
            "products": [WHATEVER] * len(self.rows("deal_product", deal_id=row["id"])),
            "history": [WHATEVER] * len(self.rows("deal_event", deal_id=row["id"])) if reads else [],
            "conflicts": self._conflicts(row),
            **self._sold(row),
            "vendor": global_id("Vendor", Key(UUID(row["vendor_id"]), UUID(row["vendor_id"]))),
            "reseller": self._party("Reseller", row, "reseller_id"),
            "supplier": self._party("Distributor", row, supplier),
        }

    def _sold(self, row: Row) -> Fields:
        """What was sold of a deal, to its customer, as far as its lines are disclosed."""
        (customer,) = (each for each in self.made.partners["deal_customer"] if each["id"] == row["customer_id"])
        products = [each for each in self.made.partners["deal_product"] if each["deal_id"] == row["id"]]
        lines = fulfilling(self.figures, row, products, str(customer["name"]))
        return fulfilled(self.figures, row, lines)

    def _conflicts(self, row: Row) -> list[str]:
        """All live deals of a network are for customers that compare equal, and of one family."""
        live = [each for each in self.rows("deal", vendor_id=row["vendor_id"]) if _live(each)]
        others = [each for each in live if each["id"] != row["id"]] if _live(row) else []
        return [global_id("DealRegistration", key_in("DealRegistration", each)) for each in others]

    def _fund(self, row: Row) -> Fields:
        return {
            "entries": [WHATEVER] * len(self.rows("fund_entry", fund_id=row["id"])),
            "requests": self.gids("FundRequest", fund_id=row["id"]),
            "agreement": self._to("DistributionAgreement", row, "agreement_id"),
            "reseller": self._party("Reseller", row, "reseller_id"),
        }

    def _fundrequest(self, row: Row) -> Fields:
        return {
            **self._told(row, "decided_by", to="V"),
            "claims": self.gids("FundClaim", request_id=row["id"]),
            "fund": self._to("Fund", row, "fund_id"),
        }

    def _fundclaim(self, row: Row) -> Fields:
        proofs = [WHATEVER] * len(self.rows("fund_proof", claim_id=row["id"]))
        request = self._to("FundRequest", row, "request_id")
        return {**self._told(row, "decided_by", to="V"), "proofs": proofs, "request": request}

    def _affiliation(self, row: Row) -> Fields:
        return {"members": self.gids("AffiliationMembership", affiliation_id=row["id"])}

    def _affiliationmembership(self, row: Row) -> Fields:
        group = self._to("Affiliation", row, "affiliation_id") if self.level is Level.VENDOR else None
        return {"distributor": self._party("Distributor", row, "distributor_id"), "affiliation": group}

    def _advance(self, row: Row) -> Fields:
        return {}

    def _application(self, row: Row) -> Fields:
        return {"reseller": self._party("Reseller", row, "party_id"), "distributor": None}

    def _applicationlink(self, row: Row) -> Fields:
        return {}

    def _partnerinvitation(self, row: Row) -> Fields:
        told = {"confirmation": row["confirmation"], "confirmationReason": row["confirmation_reason"]}
        return {**self._partnerlink(row), **told, "inviter": self._party("Distributor", row, "distributor_id")}

    def _partnerlink(self, row: Row) -> Fields:
        return {kind.lower(): self._party(kind, row, "party_id") for kind in ("Reseller", "Distributor")}

    def _invitation(self, row: Row) -> Fields:
        return {}

    _organizationuser = _registeredclient = _webhookdelivery = _invitation

    def _segment(self, row: Row) -> Fields:
        chosen = self.rows("segment_member", segment_id=row["id"])
        return {"chosen": [self._party("Reseller", each, "reseller_id") for each in chosen]}

    def _in_segment(self, row: Row, party: Party) -> bool:
        """By hand, by the country that all are of, or by an active enrolment from a tier on."""
        if row["program_id"] is None:
            by_hand = self.rows("segment_member", segment_id=row["id"], reseller_id=party.id)
            return bool(by_hand) or "DE" in row["countries"]
        mine = [each for each in self.made.enrollments if each.reseller is party]
        return any(
            str(each.program.id) == row["program_id"]
            and each.status == "ACTIVE"
            and each.tier is not None
            and each.tier.rank >= row["from_rank"]
            for each in mine
        )

    def _webhook(self, row: Row) -> Fields:
        return {"deliveries": self.gids("WebhookDelivery", webhook_id=row["id"])}

    # --------------------------------------------------------------------------------------------- where it hangs

    def of_viewer(self) -> Fields:
        """Its own affairs, and what it is told of others' acts."""
        acts = [*self.rows("audit_event"), *self.rows("audit_notice")]
        return {
            "users": self.gids("OrganizationUser"),
            "invitations": self.gids("Invitation"),
            "clients": self.gids("RegisteredClient"),
            "partnerInvitations": self.gids("PartnerInvitation"),
            "partnerLinks": self.gids("PartnerLink"),
            "applicationLinks": self.gids("ApplicationLink"),
            "applications": self.gids("Application"),
            "webhooks": self.gids("Webhook"),
            "digest": WHATEVER,
            "audit": [WHATEVER] * len(acts),
        }

    def of_vendor(self, each: Vendor) -> Fields:
        own, itself = {"vendor_id": each.id}, self.level is Level.VENDOR
        return {
            "deals": self.gids("DealRegistration", **own),
            "dealTerms": None if self.level is Level.DISTRIBUTOR else WHATEVER,
            "dealAttribution": WHATEVER if itself else [],
            "funds": self.gids("Fund", **own),
            "fundRequests": self.gids("FundRequest", **own),
            "fundClaims": self.gids("FundClaim", **own),
            **self.rewards_of_vendor(each),
            **self.documents_of_vendor(each),
            **self.commissions_of_vendor(each),
            **self.merges_of_vendor(each),
            "affiliations": self.gids("Affiliation", **own) if itself else None,
            "segments": self.gids("Segment", **own) if itself else None,
        }

    def of_agreement(self, each: Agreement) -> Fields:
        named = "disclosed_agreement_id" if self.level is Level.VENDOR else "agreement_id"
        return {
            **self.resellers_of_agreement(each),
            **self.steering.of_agreement(each),
            **self.plans_of_agreement(each),
            "deals": self.gids("DealRegistration", **{named: each.id}),
            "funds": self.gids("Fund", agreement_id=each.id),
            "affiliateMemberships": self.gids("AffiliationMembership", distributor_id=each.distributor.id),
            **self.enablement_of_agreement(each),
        }

    def of_reseller(self, among: list[Party]) -> Fields:
        """What hangs on a reseller: a distributor reads only deals that name it."""
        found: dict[str, list[str]] = {}
        for name, kind in (("deals", "DealRegistration"), ("funds", "Fund"), ("fundRequests", "FundRequest")):
            found[name] = [gid for party in among for gid in self.gids(kind, reseller_id=party.id)]
        networks = {party.vendor.firm for party in among}
        offered = [p for p in self.made.programs if p.audience is Level.RESELLER and p.vendor.firm in networks]
        among_segments = [
            global_id("Segment", key_in("Segment", row))
            for party in among
            for row in sorted(self.rows("segment", vendor_id=party.vendor.id), key=lambda row: str(row["name"]))
            if self._in_segment(row, party)
        ]
        segments = among_segments if self.level is Level.VENDOR else None
        return {
            **found,
            **self.rewards_of_reseller(among),
            **self.contests_of_reseller(among),
            **self.commissions_of_reseller(among),
            **self.merges_of_reseller(among),
            **self.enablement_of_reseller(among),
            "programOffers": [WHATEVER] * len(offered),
            "segments": segments,
        }

    def of_program(self, each: Program) -> Fields:
        return {**super().of_program(each), **self.enablement_of_program(each)}

    def of_submission(self, id: UUID) -> Fields:
        return {"claimEffects": [WHATEVER] * len(self.rows("submission_claim_effect", submission_id=id))}

    def beside(self, objects: list[tuple[str, Key, Fields]]) -> list[tuple[str, Key, Fields]]:
        """Objects of money with what they say of deals and advances."""
        steering = self.steering.of_money
        return [
            (kind, key, {**said, **self._of_money(kind, key.id), **steering(kind, key)}) for kind, key, said in objects
        ]

    def _of_money(self, kind: str, id: UUID) -> Fields:
        """What an object of money says beside: for which deal a special price is, and what was paid in advance."""
        if kind == "Statement":
            return {"advances": self.gids("Advance", statement_id=id) if self.level is Level.VENDOR else None}
        if kind != "SpecialPrice":
            return {}
        (row,) = [each for each in self.made.partners["special_price"] if each["id"] == str(id)]
        seen = any(deal["id"] == row["deal_id"] for deal in self.rows("deal"))
        return {"deal": self._to("DealRegistration", row, "deal_id") if seen else None}


def _live(row: Row) -> bool:
    protected = row["status"] == "APPROVED" and row["protected_until"] > TODAY.isoformat()
    return row["status"] == "SUBMITTED" or protected
