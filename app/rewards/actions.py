"""What vendors do with SPIFFs, and how firms name the people whom they pay."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.program_access.queries import access_of
from app.programme.money import places_of
from app.programme.program_access import Opening
from app.programme.spiff_terms import SpiffAudience
from app.programme.terms import Level
from app.rewards import queries
from app.rewards.choosing import all_known, chosen_families, chosen_ids
from app.rewards.inputs import AddSpiffRepInput, CreateSpiffInput, EndSpiffInput, EndSpiffRepInput
from app.store.identity import new_id

C = UserErrorCode
LONGEST_WAIT = 730


async def create_spiff(request: Request[Actor], given: CreateSpiffInput) -> Key:
    """Offer a SPIFF: those whose people it is for read it from now on."""
    async with acting(request, "createSpiff") as act:
        vendor_id = act.actor.vendor_id
        assert vendor_id is not None, "a vendor acts in its network"
        if done := await act.done_before(given.idempotency_key, given):
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        values = {**_terms(check, given), **await _limits(act, check, vendor_id, given)}
        check.settle()
        made = {"created_by": act.actor.name, "created_at": datetime.now(UTC)}
        await queries.insert(act.session, "spiff", {"vendor_id": vendor_id, "id": key.id, **values, **made})
        await act.record(global_id("Spiff", key), vendor_id=vendor_id, after=_told(values))
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


def _told(values: dict[str, object]) -> dict[str, object]:
    lists = {name: [str(each) for each in value] for name, value in values.items() if isinstance(value, list)}
    days = {name: str(values[name]) for name in ("starts_on", "ends_on")}
    return {**values, **lists, **days}


def _terms(check: Checks, given: CreateSpiffInput) -> dict[str, object]:
    currency = check.currency(given.currency, "currency")
    places = 2 if any(problem.field == ("currency",) for problem in check.problems) else places_of(currency)
    days = given.sales.checked()
    cap, budget = given.cap_per_month, given.budget
    wait = given.days_to_claim
    return {
        "name": check.name(given.name, "name"),
        "description": check.optional_prose(given.description, "description"),
        "audience": given.audience.value,
        "currency": currency,
        "per_unit": check.scaled(given.per_unit, 6, "perUnit", least=1),
        "starts_on": days.start,
        "ends_on": days.end,
        "days_to_claim": None if wait is None else check.number(wait, 0, LONGEST_WAIT, "daysToClaim"),
        "cap_minor": None if cap is None else check.scaled(cap, places, "capPerMonth", least=1),
        "budget_minor": None if budget is None else check.scaled(budget, places, "budget", least=1),
        "reviewed": given.reviewed,
    }


async def _limits(act: Act, check: Checks, vendor_id: UUID, given: CreateSpiffInput) -> dict[str, object]:
    """For what and for whom it is."""
    types = sorted({each.value for each in given.partner_types or ()})
    if types and given.audience is SpiffAudience.DISTRIBUTOR:
        check.add(C.INVALID, "Distributors have no partner type; leave this out.", "partnerTypes")
    products = chosen_ids(check, "Product", "product", vendor_id, given.product_ids, "productIds")
    known = await queries.known_products(act.session, vendor_id, [*products.values()])
    all_known(check, products, known, "product", "productIds")
    named = chosen_ids(check, "Distributor", "distributor", vendor_id, given.distributor_ids, "distributorIds")
    partners = await queries.known_distributors(act.session, vendor_id, [*named.values()])
    all_known(check, named, partners, "distributor", "distributorIds")
    agreements = await _agreements(act, check, vendor_id, given, partners if named else None)
    return {
        "product_ids": sorted(known),
        "families": await chosen_families(act.session, check, vendor_id, given.families or ()),
        "partner_types": types,
        "countries": check.countries(given.countries or (), "countries"),
        "distributor_ids": sorted(set(agreements.values()) or partners),
        "agreement_ids": sorted(agreements),
    }


async def _agreements(
    act: Act, check: Checks, vendor_id: UUID, given: CreateSpiffInput, distributors: set[UUID] | None
) -> dict[UUID, UUID]:
    """The agreements that are named, each with its distributor, which is one of those named where any are."""
    path = "agreementIds"
    named = chosen_ids(check, "DistributionAgreement", "agreement", vendor_id, given.agreement_ids, path)
    known = await queries.known_agreements(act.session, vendor_id, [*named.values()])
    all_known(check, named, set(known), "agreement", path)
    for place, id in named.items():
        if distributors is not None and id in known and known[id] not in distributors:
            wrong = "This agreement is of a distributor that is not among those named: name it, or leave them out."
            check.add(C.INVALID, wrong, path, str(place))
    return known


async def end_spiff(request: Request[Actor], given: EndSpiffInput) -> Key:
    """Let a SPIFF end earlier. What was sold before stays to be claimed."""
    async with acting(request, "endSpiff") as act:
        check, today = Checks(), datetime.now(UTC).date()
        key = check.key("Spiff", "SPIFF", given.spiff_id, "spiffId")
        rows = await queries.spiffs(act.session, act.actor, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("SPIFF", "spiffId")
        if key is None or not rows:
            check.settle()
        assert key is not None
        (found,) = rows
        check.version(found["version"], given.expected_version)
        first = max(today, found["starts_on"])
        if not first <= given.ends_on < found["ends_on"]:
            wrong = f"This is a day from {first} on, and before {found['ends_on']}, when it ends anyway."
            check.add(C.INVALID, wrong, "endsOn")
        check.settle()
        if not await queries.end_spiff(act.session, key, given.expected_version, given.ends_on):
            raise refused(C.STALE, "Somebody changed it just now. Read it again, then decide.", "expectedVersion")
        before, after = {"endsOn": str(found["ends_on"])}, {"endsOn": str(given.ends_on)}
        await act.record(global_id("Spiff", key), vendor_id=key.vendor_id, before=before, after=after)
    return key


async def add_spiff_rep(request: Request[Actor], given: AddSpiffRepInput) -> Key:
    """Name somebody whom SPIFFs can pay; sales people name themselves."""
    async with acting(request, "addSpiffRep") as act:
        done = await act.done_before(given.idempotency_key, given)
        check = Checks()
        vendor = check.key("Vendor", "vendor", given.vendor_id, "vendorId")
        if vendor is not None and done is not None:
            return Key(vendor.vendor_id, UUID(done))
        firm = await as_firm(act, check, vendor, "vendorId")
        name = check.name(given.name, "name")
        reference = check.name(given.payout_reference, "payoutReference")
        check.settle()
        key = Key(firm.vendor_id, new_id())
        values: dict[str, object] = {
            "vendor_id": key.vendor_id,
            "id": key.id,
            f"{act.actor.level.value.lower()}_id": firm.id,
            "name": name,
            "payout_reference": reference,
            "added_by_id": act.actor.acting_id,
            "added_at": datetime.now(UTC),
        }
        await queries.insert(act.session, "spiff_rep", values)
        await act.record(global_id("SpiffRep", key), vendor_id=key.vendor_id)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def as_firm(act: Act, check: Checks, vendor: Key | None, *path: str) -> Key:
    """As which party the asker stands in a network, a reseller where a programme of the vendor opens SPIFFs to it."""
    known = vendor is not None and (path != ("vendorId",) or vendor.vendor_id == vendor.id)
    parties = (
        await queries.own_parties(act.session, act.actor, vendor.vendor_id) if vendor is not None and known else []
    )
    if vendor is not None and not parties:
        check.not_found("vendor", *path)
    if vendor is None or not parties:
        check.settle()
    assert vendor is not None
    if act.actor.level is not Level.RESELLER:
        return Key(vendor.vendor_id, parties[0])
    found = [await access_of(act.session, vendor.vendor_id, id, Opening.SPIFFS) for id in parties]
    granted = next((id for id, each in zip(parties, found, strict=True) if each.granted), None)
    if granted is None:
        check.add(C.NOT_ELIGIBLE, found[0].rule, *path)
    return Key(vendor.vendor_id, granted or parties[0])


async def end_spiff_rep(request: Request[Actor], given: EndSpiffRepInput) -> Key:
    """Let a representative claim no more, and forget who it was where that is asked for."""
    async with acting(request, "endSpiffRep") as act:
        check = Checks()
        key = check.key("SpiffRep", "representative", given.rep_id, "repId")
        rows = await queries.reps_by_key(act.session, act.actor, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("representative", "repId")
        check.settle()
        assert key is not None
        await queries.end_rep(act.session, key, datetime.now(UTC), given.erase)
        await act.record(global_id("SpiffRep", key), vendor_id=key.vendor_id, after={"erased": given.erase})
    return key
