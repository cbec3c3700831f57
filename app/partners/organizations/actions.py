"""What a vendor does with the parties of its network: it records them."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import ErrorCode, Fault
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.organizations.inputs import CreateDistributorInput, CreateResellerInput
from app.programme.terms import PartnerType, PartyKind
from app.store.identity import new_id


def own_network(request: Request[Actor]) -> UUID:
    """The network of the acting vendor. Raises FORBIDDEN for everybody else."""
    if request.actor.vendor_id is None:
        raise Fault(ErrorCode.FORBIDDEN, "Only a vendor does this, in its own network.")
    return request.actor.vendor_id


async def create_distributor(request: Request[Actor], given: CreateDistributorInput) -> Key:
    """Record a distributor in the vendor's network."""
    async with acting(request, "createDistributor") as act:
        return await _record_party(act, own_network(request), PartyKind.DISTRIBUTOR, given, None)


async def create_reseller(request: Request[Actor], given: CreateResellerInput) -> Key:
    """Record a reseller in the vendor's network, before or without any distributor."""
    async with acting(request, "createReseller") as act:
        return await _record_party(act, own_network(request), PartyKind.RESELLER, given, given.partner_type)


async def _record_party(
    act: Act,
    vendor_id: UUID,
    kind: PartyKind,
    given: CreateDistributorInput | CreateResellerInput,
    partner_type: PartnerType | None,
) -> Key:
    done = await act.done_before(given.idempotency_key, given)
    if done is not None:
        return Key(vendor_id, UUID(done))
    check = Checks()
    name, country = check.name(given.name, "name"), check.country(given.country, "country")
    region, tax_number = check.optional_name(given.region, "region"), check.optional_name(given.tax_number, "taxNumber")
    check.settle()
    key = Key(vendor_id, new_id())
    await insert_party(act, key, kind, name, country, region, partner_type, tax_number, disclosed=True)
    subject = global_id(kind.value.capitalize(), key)
    await act.record(
        subject, vendor_id=vendor_id, after={"name": name, "country": country, "partnerType": partner_type}
    )
    await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def insert_party(
    act: Act,
    key: Key,
    kind: PartyKind,
    name: str,
    country: str,
    region: str | None,
    partner_type: PartnerType | None,
    tax_number: str | None,
    *,
    disclosed: bool,
) -> None:
    """Write a party of a network; the vendor may read it where it is disclosed."""
    await act.session.execute(
        "INSERT INTO party"
        " (vendor_id, id, kind, name, partner_type, country, region, tax_number, disclosed, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        key.vendor_id,
        key.id,
        kind,
        name,
        partner_type,
        country,
        region,
        tax_number,
        disclosed,
        datetime.now(UTC),
    )
