"""What a vendor does with programmes: it sets one up with everything that belongs to it, and changes its terms."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks, refused, trimmed
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.organizations.actions import own_network
from app.partners.programs import queries
from app.partners.programs.inputs import (
    AutoApprovalInput,
    CreateProgramInput,
    ProgramFitInput,
    TierReviewTermsInput,
    UpdateProgramInput,
)
from app.partners.programs.parts.actions import (
    change_parts,
    check_benefits,
    check_tiers,
    insert_benefits,
    insert_tiers,
    parts_to_change,
)
from app.programme.money_terms import IncentiveKind
from app.programme.terms import Audience, EnrollmentStatus, ProgramStatus
from app.programme.tier_evaluation import LAST_REVIEW_DAY
from app.store.identity import new_id

MOST_GRACE_DAYS = 366
Columns = dict[str, object]
"Columns of a programme, and what they become."


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
        _check_partner_types(check, given.audience, given.partner_types)
        terms = {**_reviews(check, given.audience, given.reviews), **_auto_approval(check, given.audience, given)}
        fits = _fits(check, given.audience, given.fits or [])
        check_tiers(check, given.tiers, "tiers")
        check_benefits(check, given.benefits, len(given.tiers), "benefits")
        if not check.problems and await queries.program_named(act.session, vendor_id, name):
            check.add(UserErrorCode.TAKEN, f"A programme is called {name!r} already.", "name")
        check.settle()
        key = Key(vendor_id, new_id())
        await _insert_program(act, key, given, name, description, countries)
        await _change(act, key, terms)
        await _write_fits(act, key, fits)
        await insert_tiers(act.session, key, given.audience, given.tiers, 1)
        await insert_benefits(act.session, key, given.audience, given.benefits)
        after = {"name": name, "audience": given.audience, "tiers": [trimmed(tier.name) for tier in given.tiers]}
        await act.record(global_id("Program", key), vendor_id=vendor_id, after=after)
        await act.remember(given.idempotency_key, given, str(key.id))
        return key


async def update_program(request: Request[Actor], given: UpdateProgramInput) -> Key:
    """Change a programme's terms, its tiers and its benefits. Whoever takes part in it stays in it, eligible or not, and in
    its tier until this is reviewed."""
    vendor_id = own_network(request)
    async with acting(request, "updateProgram") as act:
        check = Checks()
        key = check.key("Program", "programme", given.program_id, "programId")
        found = await queries.program_to_change(act.session, key) if key is not None else None
        if key is not None and found is None:
            check.not_found("programme", "programId")
        audience = Audience(found["audience"]) if found is not None else Audience.RESELLER
        terms = _given_terms(check, audience, given)
        fits = None if given.fits is None else _fits(check, audience, given.fits)
        parts = await parts_to_change(act.session, check, key, given) if key is not None and found is not None else None
        if found is not None:
            check.version(found["version"], given.expected_version)
            if not terms and fits is None and not given.changes_parts and not check.problems:
                check.add(UserErrorCode.REQUIRED, "This changes nothing: say what is to be different.")
        check.settle()
        assert key is not None and found is not None and parts is not None
        await _change(act, key, {**terms, "version": found["version"] + 1})
        if fits is not None:
            await act.session.execute(
                "DELETE FROM program_fit WHERE vendor_id = $1 AND program_id = $2", key.vendor_id, key.id
            )
            await _write_fits(act, key, fits)
        await change_parts(act.session, key, audience, parts, given)
        before = {**{name: found[name] for name in terms}, **parts.before}
        after = {**terms, **({} if fits is None else {"fits": fits}), **parts.after(given)}
        await act.record(global_id("Program", key), vendor_id=vendor_id, before=before, after=after)
        return key


def _given_terms(check: Checks, audience: Audience, given: UpdateProgramInput) -> Columns:
    """What is to be different, by column."""
    terms: Columns = {}
    if given.name is not None:
        terms["name"] = check.name(given.name, "name")
    if given.description is not None:
        terms["description"] = check.prose(given.description, "description")
    if given.status is not None:
        terms["status"] = given.status
    if given.partner_types is not None:
        _check_partner_types(check, audience, given.partner_types)
        terms["partner_types"] = sorted(given.partner_types)
    if given.countries is not None:
        terms["countries"] = check.countries(given.countries, "countries")
    if given.sets_reviews:
        terms |= _reviews(check, audience, given.reviews)
    if given.sets_auto_approval:
        terms |= _auto_approval(check, audience, given)
    return terms


def _check_partner_types(check: Checks, audience: Audience, given: list[Any]) -> None:
    if audience is Audience.DISTRIBUTOR and given:
        wrong = "A programme for distributors has no kinds of resellers; leave this empty."
        check.add(UserErrorCode.INVALID, wrong, "partnerTypes")
    check.different(given, "partnerTypes")


def _reviews(check: Checks, audience: Audience, given: TierReviewTermsInput | None) -> Columns:
    """The columns of review terms. From the day on which they are set, the next review date is the first."""
    if given is None:
        return dict.fromkeys(queries.REVIEWS)
    if audience is Audience.DISTRIBUTOR:
        check.add(UserErrorCode.INVALID, "Tiers are reviewed in programmes for resellers.", "reviews")
    if not given.months:
        check.add(UserErrorCode.REQUIRED, "Name the months in which there is a review.", "reviews", "months")
    for place, month in enumerate(given.months[:13]):
        check.number(month, 1, 12, "reviews", "months", str(place))
    check.different([str(month) for month in given.months], "reviews", "months")
    check.number(given.day, 1, LAST_REVIEW_DAY, "reviews", "day")
    check.number(given.grace_days, 0, MOST_GRACE_DAYS, "reviews", "graceDays")
    return {
        "review_months": sorted(given.months),
        "review_day": given.day,
        "grace_days": given.grace_days,
        "promotion": given.promotion,
        "demotion": given.demotion,
        "reviews_since": datetime.now(UTC).date(),
    }


def _auto_approval(check: Checks, audience: Audience, given: CreateProgramInput | UpdateProgramInput) -> Columns:
    """The columns of the rule by which applications are approved."""
    rule: AutoApprovalInput | None = given.auto_approval
    if rule is None:
        return {"auto_status": None, "auto_partner_types": [], "auto_countries": []}
    if audience is Audience.DISTRIBUTOR:
        check.add(UserErrorCode.INVALID, "Only resellers apply; this is a programme for distributors.", "autoApproval")
    if rule.status not in {EnrollmentStatus.APPROVED, EnrollmentStatus.ACTIVE}:
        wrong = "An application that is approved becomes APPROVED or ACTIVE."
        check.add(UserErrorCode.INVALID, wrong, "autoApproval", "status")
    check.different(rule.partner_types, "autoApproval", "partnerTypes")
    return {
        "auto_status": rule.status,
        "auto_partner_types": sorted(rule.partner_types),
        "auto_countries": check.countries(rule.countries, "autoApproval", "countries"),
    }


def _fits(check: Checks, audience: Audience, given: list[ProgramFitInput]) -> dict[str, list[str]]:
    """Which kinds of incentives fit which kinds of resellers; as a programme for distributors has none, no kinds there."""
    check.different([fit.kind for fit in given], "fits")
    for place, fit in enumerate(given[: len(IncentiveKind) + 1]):
        at = ("fits", str(place), "partnerTypes")
        check.different(fit.partner_types, *at)
        if audience is Audience.DISTRIBUTOR and fit.partner_types:
            check.add(UserErrorCode.INVALID, "In a programme for distributors it fits distributors as such.", *at)
        elif audience is Audience.RESELLER and not fit.partner_types:
            check.add(UserErrorCode.REQUIRED, "Name the kinds of resellers that it fits.", *at)
    return {fit.kind: sorted(fit.partner_types) for fit in given}


async def _change(act: Act, key: Key, columns: Mapping[str, object]) -> None:
    try:
        await queries.change_program(act.session, key, columns)
    except asyncpg.UniqueViolationError:
        raise refused(UserErrorCode.TAKEN, f"A programme is called {columns['name']!r} already.", "name") from None


async def _write_fits(act: Act, key: Key, fits: Mapping[str, list[str]]) -> None:
    await act.session.execute_many(
        "INSERT INTO program_fit (vendor_id, program_id, kind, partner_types) VALUES ($1, $2, $3, $4)",
        [(key.vendor_id, key.id, kind, types) for kind, types in fits.items()],
    )


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
