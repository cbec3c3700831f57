"""What random networks hold beside reports and money: deals, funds, groups, what programmes review, whom firms invite, their
integrations, webhooks, alerts and notices. Its texts are secrets of those who may read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.execution.identifiers import global_id
from app.programme.terms import Level
from tests import partner_rows as partners
from tests import people_rows as people
from tests.access import commissions, erasures, frozen, merges, planning, resellers, rewards, steering
from tests.access.enablement import TABLES as OF_ENABLEMENT
from tests.access.enablement import enable_in
from tests.access.networks import NOW, TODAY, Agreement, Enrollment, Networks, Party, Principal, Vendor, vendor
from tests.access.rows import whole
from tests.money_rows import Owner

if TYPE_CHECKING:
    from tests.access.furnishing import Furnished

CONFIRMATIONS = ("PENDING_CONFIRMATION", "CONFIRMED", "REFUSED")
"How an invitation can stand that a vendor has to confirm."
OF_SIGNING_IN = ("membership", "oauth_client")
TABLES = (
    *(
        "deal",
        "deal_customer",
        "deal_event",
        "deal_product",
        "special_price",
        "fund",
        "fund_entry",
        "fund_request",
        "fund_claim",
    ),
    *("fund_proof", "affiliation", "affiliation_member", "advance", "submission_claim_effect", "application"),
    *("application_link", "partner_invitation", "party_link", "invitation", "membership", "oauth_client", "webhook"),
    *("webhook_delivery", "audit_event", "audit_notice", "digest_subscription", "statement"),
    *("segment", "segment_member", "tier_standing", "enrollment"),
    *rewards.TABLES,
    *resellers.TABLES,
    *commissions.TABLES,
    *merges.TABLES,
    *erasures.TABLES,
    *OF_ENABLEMENT,
    *steering.TABLES,
    *planning.TABLES,
)
"What the oracle reads of these, as their owner."


@dataclass
class Writing:
    """Writes rows whose texts are secrets of a vendor, of one distributor and of one reseller, as far as each is named."""

    found: "Furnished"
    of: Vendor

    @property
    def made(self) -> Networks:
        return self.found.made

    def owner(self, distributor: Party | None = None, reseller: Party | None = None) -> Owner:
        readers: dict[str, Principal] = {"V": vendor(self.of.firm)}
        readers |= {party.kind.value[0]: party.principal for party in (distributor, reseller) if party is not None}
        secrets = self.made.secrets
        return Owner(self.found.owner, lambda letters: secrets.word(*(readers[each] for each in letters)))

    def parties(self, kind: Level) -> list[Party]:
        return [each for each in self.made.parties if each.vendor is self.of and each.kind is kind]

    @property
    def agreements(self) -> list[Agreement]:
        return [each for each in self.made.agreements if each.vendor is self.of]

    def organization(self, party: Party) -> Any:
        return self.made.firms[party.firm].id


async def partner_in(found: "Furnished") -> None:
    """Everything of every network and firm; then what stands in the database is written down."""
    for of in found.made.vendors:
        writing = Writing(found, of)
        await _deals(writing)
        await _funds(writing)
        await _groups(writing)
        await _programs(writing)
        await _segments(writing)
        await _invitations(writing)
        await _told(writing)
        await rewards.rewards_in(writing)
        await resellers.resellers_in(writing)
        await commissions.commissions_in(writing)
        await merges.merges_in(writing)
        await erasures.erasures_in(writing)
        await frozen.freeze_in(writing)
        await enable_in(writing)
        await steering.steer_in(writing)
        await planning.plan_in(writing)
    for who in found.made.principals():
        await _firm(found, who)
        await steering.export_in(found, who)
    await read_partners(found)


async def read_partners(found: "Furnished", tables: Iterable[str] = TABLES) -> None:
    """Write down what stands in the database, for the oracle."""
    found.made.partners |= {table: await whole(found.owner, table) for table in tables}


async def _deals(writing: Writing) -> None:
    """Of every reseller that its vendor knows: one that names no supplier and waits, and two under each authorisation."""
    of, made = writing.of, writing.made
    product, *others = (each for each in made.products if each.vendor is of)
    family = others[0].family
    await partners.deal_terms(writing.owner(), of.id)
    for party in (each for each in writing.parties(Level.RESELLER) if each.disclosed):
        own = (of.id, party.id, party.principal.actor_id, product.id)
        await partners.deal(writing.owner(reseller=party), partners.Buyer(*own), "SUBMITTED", TODAY, family)
        for each in made.authorizations:
            if each.reseller is party:
                agreement = each.agreement
                named = partners.Buyer(*own, agreement.id, agreement.distributor.id, agreement.reseller)
                owner = writing.owner(agreement.distributor, party)
                for status in ("APPROVED", "WON"):
                    won = await partners.deal(owner, named, status, TODAY, family, party.customer)
                await writing.found.owner.execute(
                    "UPDATE special_price SET deal_id = $2 WHERE agreement_id = $1", agreement.id, won
                )


async def _funds(writing: Writing) -> None:
    of = writing.of
    for agreement in writing.agreements:
        ids = {"agreement_id": agreement.id, "distributor_id": agreement.distributor.id}
        partner = partners.Partner(of.id, writing.organization(agreement.distributor), **ids)
        await partners.fund(writing.owner(agreement.distributor), partner, TODAY)
    for party in writing.parties(Level.RESELLER):
        if party.disclosed:
            partner = partners.Partner(of.id, writing.organization(party), reseller_id=party.id)
            await partners.fund(writing.owner(reseller=party), partner, TODAY)


async def _groups(writing: Writing) -> None:
    """Groups of all distributors, advances under each agreement, and what reports that were tried out would change."""
    of, db = writing.of, writing.found.owner
    members = {party.id: writing.owner(party) for party in writing.parties(Level.DISTRIBUTOR)}
    for agreed in (True, False):
        await partners.affiliation(writing.owner(), of.id, members, agreed)
    product = next(each for each in writing.made.products if each.vendor is of)
    for agreement in writing.agreements:
        row = await db.fetchrow(
            "SELECT id AS statement_id, agreement_id, distributor_id FROM statement WHERE agreement_id = $1 LIMIT 1",
            agreement.id,
        )
        for approved in (True, False) if row is not None else ():
            await partners.advance(writing.owner(), of.id, dict(row), approved)
        if row is not None:
            line = {"submission_id": agreement.id, "row_number": 1, "component": 0}
            stated = {"vendor_id": of.id, "revision": 1, **dict(row)}
            await people.returned(writing.owner(), stated, line, TODAY - timedelta(days=60), TODAY)
        for level, kind in ((Level.VENDOR, "SELL_IN"), (Level.DISTRIBUTOR, "SELL_THROUGH")):
            report = await db.fetchrow(
                "SELECT vendor_id, id AS submission_id, agreement_id, distributor_id FROM submission"
                " WHERE agreement_id = $1 AND kind = $2 ORDER BY id LIMIT 1",
                agreement.id,
                kind,
            )
            await people.claim_effects(writing.owner(), dict(report), product.id, level)


async def _programs(writing: Writing) -> None:
    """What fits each programme, where every enrolment stands, and who applies."""
    of, made = writing.of, writing.made
    own = [each for each in made.programs if each.vendor is of]
    for program in own:
        await people.fit(writing.owner(), of.id, program.id)
    for each in made.enrollments:
        if each.program.vendor is of:
            ids = {"vendor_id": of.id, "enrollment_id": each.id, "reseller_id": each.reseller.id}
            first = each.program.tiers[0]
            tier = {"tier_id": str(first.id), "rank": first.rank, "tier": first.name}
            owner = writing.owner(reseller=each.reseller)
            await people.standing(owner, {**ids, "program_id": each.program.id}, tier, TODAY, **_found(each))
            await writing.found.owner.execute(
                "UPDATE enrollment SET planned_status = 'ACTIVE', planned_on = $2, planned_reason = $3 WHERE id = $1",
                each.id,
                TODAY + timedelta(days=400),
                owner.word("VR"),
            )
    open_to = next(each for each in own if each.audience is Level.RESELLER)
    known = next((each for each in writing.parties(Level.RESELLER) if each.disclosed), None)
    await people.application(writing.owner(), of.id, open_to.id, known.id if known else None, of.name)


def _found(each: Enrollment) -> dict[str, Any]:
    """What its latest review found: of the tier in which it is, or of one in which it was."""
    assert each.found is not None
    now, first = (tier.id if tier is not None else None for tier in (each.tier, each.program.tiers[0]))
    before = first if now != first else None
    return {
        "tier_id": before if each.found.stale else now,
        "reviewed_on": each.found.reviewed_on,
        "kept_until": each.found.kept_until,
    }


async def _segments(writing: Writing) -> None:
    """One segment by a rule that everybody meets, one by a tier of each programme, and one of a single reseller by hand."""
    of = writing.of
    await partners.segment(writing.owner(), of.id, {"countries": ["DE"]}, [])
    for program in (each for each in writing.made.programs if each.vendor is of and each.audience is Level.RESELLER):
        await partners.segment(writing.owner(), of.id, {"program_id": program.id, "from_rank": 2}, [])
    known = [each.id for each in writing.parties(Level.RESELLER) if each.disclosed]
    await partners.segment(writing.owner(), of.id, {}, known[:1])


async def _invitations(writing: Writing) -> None:
    """Firms that the vendor invites, and those that each distributor does."""
    of, itself = writing.of, vendor(writing.of.firm)
    firm = people.Firm(writing.made.firms[of.firm].id, Level.VENDOR, itself.actor_id, "VENDOR_PROGRAM_MANAGER")
    for party in writing.made.parties:
        if party.vendor is of and party.disclosed:
            invited = {"vendor_id": of.id, "party_id": party.id, "kind": party.kind.value}
            owner = writing.owner()
            names = {"party_name": owner.word("V"), "vendor_name": of.name}
            await people.partner_invitation(owner, firm, invited, names, NOW)
    for each in writing.made.authorizations:
        seller = each.agreement.distributor
        if seller.vendor is of:
            owner, by = writing.owner(seller), seller.principal
            own = people.Firm(writing.organization(seller), Level.DISTRIBUTOR, by.actor_id, "DISTRIBUTOR_ADMIN")
            invited = {
                "vendor_id": of.id,
                "party_id": each.reseller.id,
                "kind": "RESELLER",
                "distributor_id": seller.id,
            }
            for asked in (None, *(CONFIRMATIONS if each.agreement.reseller else ())):
                names = {"party_name": owner.word("D" if asked is None else "VD"), "vendor_name": of.name}
                await people.partner_invitation(owner, own, invited, names, NOW, asked)


async def _told(writing: Writing) -> None:
    """What resellers should act on; and to each side of the network that another one did something."""
    of, subject = writing.of, global_id("Vendor", writing.of.key)
    for party in writing.parties(Level.RESELLER):
        owner = writing.owner(reseller=party)
        await people.alert(owner, of.id, party.id, subject)
        await people.notice(owner, of.id, Level.RESELLER, party.id, None)
        await people.notice(owner, of.id, Level.VENDOR, None, party.id)
    for each in writing.made.authorizations:
        seller = each.agreement.distributor
        if seller.vendor is of:
            await people.notice(writing.owner(seller), of.id, Level.DISTRIBUTOR, seller.id, each.reseller.id)
            readers = "VDR" if each.agreement.reseller else "DR"
            await writing.found.owner.execute(
                "UPDATE reseller_authorization SET planned_status = 'SUSPENDED', planned_by = 'DISTRIBUTOR',"
                " planned_on = $2, planned_reason = $3 WHERE id = $1",
                each.id,
                TODAY + timedelta(days=400),
                writing.owner(seller, each.reseller).word(readers),
            )


async def _firm(found: "Furnished", who: Principal) -> None:
    """What every firm keeps of its own at a level."""
    from tests.access.furnishing import WIDEST

    of = next(each for each in found.made.vendors if who in found.made.members(each))
    secrets = found.made.secrets
    owner = Owner(found.owner, lambda letters: secrets.word(*([who] if letters else [])))
    firm = people.Firm(found.made.firms[who.firm].id, who.level, who.actor_id, WIDEST[who.level].value)
    await people.people(owner, firm, NOW)
    await people.webhook(owner, firm, global_id("Vendor", of.key), NOW)
