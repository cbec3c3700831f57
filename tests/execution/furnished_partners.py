"""What Acme has with its partners, and what organisations keep of their own, for the furnished world: see
`tests.partner_rows` and `tests.people_rows`.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from app.access.roles import Role
from app.execution.identifiers import Key, global_id, key_of
from app.programme.terms import Level
from tests import partner_rows as partners
from tests import people_rows as people
from tests.api.conftest import Api
from tests.api.deals_kit import Counter
from tests.money_rows import Owner

PERSON = UUID(int=7)
"Somebody of Acme, as the principal that is a person."
CUSTOMER = "Klinik am Hafen"
SOLD = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,end_customer"
MONTH = {"start": "2026-09-01", "end": "2026-10-01"}


def _owner(api: Api) -> Owner:
    numbers = count(1)
    return Owner(api.world.connection, lambda readers: f"{readers} {next(numbers)}")


async def furnish_partners(api: Api) -> None:
    """Deals with what was sold of them, funds of both kinds of partners, groups of distributors, money in advance."""
    await _deals(api)
    await _funds(api)
    await _money(api)
    await _people(api)


async def _deals(api: Api) -> None:
    counter = await Counter.open(api)
    deal = await counter.approved(CUSTOMER, supplierId=counter.distributor())
    await counter.registered(CUSTOMER, by="Reseller Two", products=[{"family": "Switches"}])
    await counter.terms()
    until, key = datetime.now(UTC).date() + timedelta(days=30), key_of("DealRegistration", deal["id"])
    assert key is not None
    await api.world.connection.execute(
        "UPDATE deal SET protected_from = '2026-08-01', protected_until = $2, protected_at_most = $2,"
        " registered_at = '2026-08-01' WHERE id = $1",
        key.id,
        until,
    )
    distributor = await api.distributor()
    text = f"{SOLD}\nDEAL-1,1,2026-09-05,DRIVE-1,A-1,3,120,EUR,{CUSTOMER}\n"
    payload = await distributor.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=MONTH,
        source={"uploadId": await distributor.upload(text.encode())},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [], payload
    await api.count()
    await api.world.connection.execute("UPDATE special_price SET deal_id = $1", key.id)


async def _funds(api: Api) -> None:
    world, owner, today = api.world, _owner(api), datetime.now(UTC).date()
    vendor_id = world.vendors["Acme"]
    ids = {"agreement_id": world.agreements["Acme", "Dist One"], "distributor_id": world.parties["Acme", "Dist One"]}
    await partners.fund(owner, partners.Partner(vendor_id, world.organizations["Dist One"], **ids), today)
    reseller_id, organization = world.parties["Acme", "Reseller One"], world.organizations["Reseller One"]
    await partners.fund(owner, partners.Partner(vendor_id, organization, reseller_id=reseller_id), today)


async def _money(api: Api) -> None:
    """A group that all agreed to and one that is proposed, advances, and what claims would come to with a report."""
    world, owner = api.world, _owner(api)
    vendor_id = world.vendors["Acme"]
    firms = {world.parties["Acme", name]: owner for name in ("Dist One", "Dist Two")}
    for agreed in (True, False):
        await partners.affiliation(owner, vendor_id, firms, agreed)
    group = await world.connection.fetchval("SELECT affiliation_id FROM affiliation_member LIMIT 1")
    await world.connection.execute("UPDATE incentive_version SET affiliation_id = $1", group)
    row = await world.connection.fetchrow(
        "SELECT id AS statement_id, agreement_id, distributor_id FROM statement LIMIT 1"
    )
    for approved in (True, False):
        await partners.advance(owner, vendor_id, dict(row), approved)
    special = await world.connection.fetchval("SELECT id FROM special_price LIMIT 1")
    product_id = world.products["Acme", "DRIVE-1"]
    for row in await world.connection.fetch(
        "SELECT vendor_id, id AS submission_id, agreement_id, distributor_id FROM submission"
        " WHERE agreement_id IS NOT NULL"
    ):
        await people.claim_effects(owner, dict(row), product_id, Level.DISTRIBUTOR)
    await world.connection.execute("UPDATE submission_claim_effect SET special_price_id = $1", special)


async def _people(api: Api) -> None:
    """The people of a firm of each level, whom they invited, and who applies."""
    world, owner, now = api.world, _owner(api), datetime.now(UTC)
    vendor_id, program_id = world.vendors["Acme"], world.programs["Acme", "RESELLER"]
    subject = global_id("Vendor", Key(vendor_id, vendor_id))
    for name, level, role, actor in (
        ("Acme", Level.VENDOR, Role.VENDOR_PROGRAM_MANAGER, PERSON),
        ("Dist One", Level.DISTRIBUTOR, Role.DISTRIBUTOR_ADMIN, UUID(int=8)),
        ("Reseller One", Level.RESELLER, Role.RESELLER_ADMIN, UUID(int=9)),
    ):
        of = people.Firm(world.organizations[name], level, actor, role.value)
        await people.people(owner, of, now)
        await people.webhook(owner, of, subject, now)
        if level is not Level.RESELLER:
            party = {"vendor_id": vendor_id, "party_id": world.parties["Acme", "Reseller Two"], "kind": "RESELLER"}
            party |= {"distributor_id": world.parties["Acme", "Dist One"]} if level is Level.DISTRIBUTOR else {}
            names = {"party_name": "Reseller Two", "vendor_name": "Acme"}
            asked = "CONFIRMED" if level is Level.DISTRIBUTOR else None
            await people.partner_invitation(owner, of, party, names, now, asked)
    reseller_id = world.parties["Acme", "Reseller One"]
    await people.application(owner, vendor_id, program_id, reseller_id, "Acme")
    await people.alert(owner, vendor_id, reseller_id, subject)
    await people.notice(owner, vendor_id, Level.VENDOR, None, reseller_id)
