"""What a vendor does with programmes: it sets one up with everything that belongs to it."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks, refused, trimmed
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.organizations.actions import own_network
from app.partners.programs import queries
from app.partners.programs.inputs import CreateProgramInput, ProgramTierInput, TierRequirementInput
from app.programme.terms import Audience, ProgramStatus, Requirement
from app.store.identity import new_id

MOST_TIERS = 20
MOST_BENEFITS = 100


async def create_program(request: Request[Actor], given: CreateProgramInput) -> Key:
    """Set up a programme with its tiers, requirements and benefits. It takes partners at once."""
    vendor_id = own_network(request)
    async with acting(request, "createProgram") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check = Checks()
        name, description = check.name(given.name, "name"), check.prose(given.description, "description")
        countries = check.countries(given.countries, "countries")
        _check_audience(check, given)
        _check_tiers(check, given.tiers)
        _check_benefits(check, given)
        if not check.problems and await queries.program_named(act.session, vendor_id, name):
            check.add(UserErrorCode.TAKEN, f"A programme is called {name!r} already.", "name")
        check.settle()
        key = Key(vendor_id, new_id())
        await _insert_program(act, key, given, name, description, countries)
        await _insert_tiers(act, key, given)
        await _insert_benefits(act, key, given)
        after = {"name": name, "audience": given.audience, "tiers": [trimmed(tier.name) for tier in given.tiers]}
        await act.record(global_id("Program", key), vendor_id=vendor_id, after=after)
        await act.remember(given.idempotency_key, given, str(key.id))
        return key


def _check_audience(check: Checks, given: CreateProgramInput) -> None:
    if given.audience is Audience.DISTRIBUTOR and given.partner_types:
        wrong = "A programme for distributors has no kinds of resellers; leave this empty."
        check.add(UserErrorCode.INVALID, wrong, "partnerTypes")
    check.different(given.partner_types, "partnerTypes")


def _check_tiers(check: Checks, tiers: list[ProgramTierInput]) -> None:
    check.at_most(MOST_TIERS, tiers, "tiers")
    check.different([tier.name for tier in tiers], "tiers")
    for place, tier in enumerate(tiers[:MOST_TIERS]):
        check.name(tier.name, "tiers", str(place), "name")
        at = ("tiers", str(place), "requirements")
        check.different([requirement.kind for requirement in tier.requirements], *at)
        for position, requirement in enumerate(tier.requirements[: len(Requirement) + 1]):
            _needed(check, requirement, *at, str(position))


def _needed(check: Checks, asked: TierRequirementInput, *path: str) -> int:
    """What is asked for as the table keeps it: 10⁻⁶ of an amount or share, else a count; above zero."""
    if asked.kind is Requirement.PURCHASES and asked.currency is None:
        check.add(UserErrorCode.REQUIRED, "Purchases are asked for in a currency.", *path, "currency")
    elif asked.currency is not None:
        if asked.kind is not Requirement.PURCHASES:
            check.add(UserErrorCode.INVALID, "Only purchases have a currency.", *path, "currency")
        check.currency(asked.currency, *path, "currency")
    places = 6 if asked.kind in {Requirement.PURCHASES, Requirement.GROWTH} else 0
    return check.scaled(asked.needed, places, *path, "needed", least=1)


def _check_benefits(check: Checks, given: CreateProgramInput) -> None:
    check.at_most(MOST_BENEFITS, given.benefits, "benefits")
    check.different([benefit.name for benefit in given.benefits], "benefits")
    for place, benefit in enumerate(given.benefits[:MOST_BENEFITS]):
        at = ("benefits", str(place))
        check.name(benefit.name, *at, "name")
        check.prose(benefit.description, *at, "description")
        check.optional_prose(benefit.where_to_use, *at, "whereToUse")
        check.number(benefit.from_rank, 0, len(given.tiers), *at, "fromRank")


async def _insert_program(
    act: Act, key: Key, given: CreateProgramInput, name: str, description: str, countries: list[str]
) -> None:
    written = await act.session.execute(
        "INSERT INTO program"
        " (vendor_id, id, name, description, audience, status, partner_types, countries, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (vendor_id, name) DO NOTHING",
        key.vendor_id,
        key.id,
        name,
        description,
        given.audience,
        ProgramStatus.ACTIVE,
        sorted(given.partner_types),
        countries,
        datetime.now(UTC),
    )
    if not written:
        raise refused(UserErrorCode.TAKEN, f"A programme is called {name!r} already.", "name")


async def _insert_tiers(act: Act, program: Key, given: CreateProgramInput) -> None:
    ids = [new_id() for _ in given.tiers]
    await act.session.execute_many(
        "INSERT INTO program_tier (vendor_id, id, program_id, rank, name, audience) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (program.vendor_id, tier_id, program.id, rank, trimmed(tier.name), given.audience)
            for rank, (tier_id, tier) in enumerate(zip(ids, given.tiers, strict=True), 1)
        ],
    )
    await act.session.execute_many(
        "INSERT INTO tier_requirement (vendor_id, id, program_id, tier_id, kind, needed, currency, audience)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (
                program.vendor_id,
                new_id(),
                program.id,
                tier_id,
                asked.kind,
                _needed(Checks(), asked),
                asked.currency,
                given.audience,
            )
            for tier_id, tier in zip(ids, given.tiers, strict=True)
            for asked in tier.requirements
        ],
    )


async def _insert_benefits(act: Act, program: Key, given: CreateProgramInput) -> None:
    await act.session.execute_many(
        "INSERT INTO benefit (vendor_id, id, program_id, name, description, from_rank, where_to_use, opens, audience)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (
                program.vendor_id,
                new_id(),
                program.id,
                trimmed(benefit.name),
                trimmed(benefit.description),
                benefit.from_rank,
                None if benefit.where_to_use is None else trimmed(benefit.where_to_use),
                benefit.opens,
                given.audience,
            )
            for benefit in given.benefits
        ],
    )
