"""Writing what belongs to a programme: its tiers, what they ask for, and what it gives.

Tiers are added above those that are there, and keep their rank; an enrolment keeps its tier until it is reviewed, whatever
the tier asks for since. A benefit that has ended stays written down, and grants nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.execution.checks import Checks, trimmed
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key
from app.partners.programs import queries
from app.partners.programs.inputs import (
    BenefitInput,
    ChangedTierInput,
    ProgramTierInput,
    TierRequirementInput,
    UpdateProgramInput,
)
from app.programme.terms import Audience, Requirement
from app.store.database import Row, Session
from app.store.identity import new_id

C = UserErrorCode
MOST_TIERS = 20
MOST_BENEFITS = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """The tiers of a programme and its benefits, as they are, by rank and by name; `asked` is what each tier asks for."""

    tiers: Mapping[int, Row]
    asked: Mapping[int, list[dict[str, object]]]
    benefits: Mapping[str, UUID]
    before: dict[str, object]

    def after(self, given: UpdateProgramInput) -> dict[str, object]:
        """What of them is different then, for the audit."""
        told: dict[str, object] = {}
        if given.tiers or given.add_tiers:
            changed = [_told(each.rank, each.name, each.requirements) for each in given.tiers or ()]
            ranks = enumerate(given.add_tiers or (), len(self.tiers) + 1)
            told["tiers"] = changed + [_told(rank, tier.name, tier.requirements) for rank, tier in ranks]
        if given.add_benefits:
            told["benefits"] = [trimmed(each.name) for each in given.add_benefits]
        return told


def _told(rank: int, name: str | None, asked: Sequence[TierRequirementInput] | None) -> dict[str, object]:
    told: dict[str, object] = {"rank": rank}
    if name is not None:
        told["name"] = trimmed(name)
    if asked is not None:
        told["requirements"] = [
            {"kind": each.kind, "needed": needed(Checks(), each), "currency": each.currency} for each in asked
        ]
    return told


def check_tiers(check: Checks, tiers: Sequence[ProgramTierInput], path: str, there: int = 0) -> None:
    """Tiers as they are entered, beside so many that are there."""
    if there + len(tiers) > MOST_TIERS:
        check.add(C.INVALID, f"A programme has at most {MOST_TIERS} tiers; these make {there + len(tiers):,}.", path)
    if not there:
        check.different([tier.name for tier in tiers], path)
    for place, tier in enumerate(tiers[:MOST_TIERS]):
        check.name(tier.name, path, str(place), "name")
        check_requirements(check, tier.requirements, path, str(place), "requirements")


def check_requirements(check: Checks, asked: Sequence[TierRequirementInput], *path: str) -> None:
    """What a tier asks for, at most one of each kind."""
    check.different([each.kind for each in asked], *path)
    for position, each in enumerate(asked[: len(Requirement) + 1]):
        needed(check, each, *path, str(position))


def needed(check: Checks, asked: TierRequirementInput, *path: str) -> int:
    """What is asked for as the table keeps it: 10⁻⁶ of an amount or share, else a count; above zero."""
    if asked.kind is Requirement.PURCHASES and asked.currency is None:
        check.add(C.REQUIRED, "Purchases are asked for in a currency.", *path, "currency")
    elif asked.currency is not None:
        if asked.kind is not Requirement.PURCHASES:
            check.add(C.INVALID, "Only purchases have a currency.", *path, "currency")
        check.currency(asked.currency, *path, "currency")
    places = 6 if asked.kind in {Requirement.PURCHASES, Requirement.GROWTH} else 0
    return check.scaled(asked.needed, places, *path, "needed", least=1)


def check_benefits(check: Checks, benefits: Sequence[BenefitInput], highest: int, path: str, there: int = 0) -> None:
    """Benefits as they are entered, of a programme whose highest tier is this, beside so many that it gives."""
    if there + len(benefits) > MOST_BENEFITS:
        wrong = f"A programme gives at most {MOST_BENEFITS} benefits; these make {there + len(benefits):,}."
        check.add(C.INVALID, wrong, path)
    check.different([benefit.name for benefit in benefits], path)
    for place, benefit in enumerate(benefits[:MOST_BENEFITS]):
        at = (path, str(place))
        check.name(benefit.name, *at, "name")
        check.prose(benefit.description, *at, "description")
        check.optional_prose(benefit.where_to_use, *at, "whereToUse")
        check.number(benefit.from_rank, 0, highest, *at, "fromRank")


async def parts_to_change(session: Session, check: Checks, program: Key, given: UpdateProgramInput) -> Parts:
    """What there is, and whether it may become what is given. Runs while nobody else changes the programme."""
    tiers = {row["rank"]: row for row in await queries.ranks(session, program)}
    asked = await _asked(session, program, tiers)
    benefits = {row["name"]: row["id"] for row in await queries.benefits_in_force(session, program)}
    changed, added = given.tiers or [], given.add_tiers or []
    _check_changed(check, tiers, changed)
    check_tiers(check, added, "addTiers", len(tiers))
    renamed = {each.rank: each.name for each in changed if each.name is not None}
    names = [renamed.get(rank, row["name"]) for rank, row in tiers.items()] + [tier.name for tier in added]
    check.different(names, "addTiers" if added else "tiers")
    ended = given.end_benefits or []
    check.different(ended, "endBenefits")
    for place, name in enumerate(ended[: MOST_BENEFITS + 1]):
        if trimmed(name) not in benefits:
            check.add(C.NOT_FOUND, f"The programme gives no benefit {name[:50]!r}.", "endBenefits", str(place))
    staying = set(benefits) - {trimmed(name) for name in ended}
    new = given.add_benefits or []
    check_benefits(check, new, len(tiers) + len(added), "addBenefits", len(staying))
    for place, benefit in enumerate(new[:MOST_BENEFITS]):
        if trimmed(benefit.name).casefold() in {name.casefold() for name in staying}:
            wrong = (
                f"The programme gives {trimmed(benefit.name)!r} already; end that one, or name this one differently."
            )
            check.add(C.TAKEN, wrong, "addBenefits", str(place), "name")
    return Parts(tiers, asked, benefits, _before(tiers, asked, changed, ended))


def _check_changed(check: Checks, tiers: Mapping[int, Row], changed: Sequence[ChangedTierInput]) -> None:
    check.different([str(each.rank) for each in changed], "tiers")
    for place, each in enumerate(changed[: MOST_TIERS + 1]):
        at = ("tiers", str(place))
        if each.rank not in tiers:
            known = ", ".join(f"{rank} ({row['name']})" for rank, row in tiers.items()) or "none"
            check.add(C.INVALID, f"The programme has no tier {each.rank}; its tiers are: {known}.", *at, "rank")
        if each.name is None and each.requirements is None:
            check.add(C.REQUIRED, "This changes nothing: give it another name, or say what it asks for.", *at)
        check.optional_name(each.name, *at, "name")
        check_requirements(check, each.requirements or (), *at, "requirements")


def _before(
    tiers: Mapping[int, Row],
    asked: Mapping[int, list[dict[str, object]]],
    changed: Sequence[ChangedTierInput],
    ended: Sequence[str],
) -> dict[str, object]:
    before: dict[str, object] = {}
    if changed:
        before["tiers"] = [
            {"rank": each.rank, "name": tiers[each.rank]["name"], "requirements": asked[each.rank]}
            for each in changed
            if each.rank in tiers
        ]
    if ended:
        before["benefits"] = [trimmed(name) for name in ended]
    return before


async def _asked(session: Session, program: Key, tiers: Mapping[int, Row]) -> dict[int, list[dict[str, object]]]:
    keys = [Key(program.vendor_id, row["id"]) for row in tiers.values()]
    ranks, found = list(tiers), {rank: list[dict[str, object]]() for rank in tiers}
    for row in await queries.requirements(session, keys):
        told = {"kind": row["kind"], "needed": row["needed"], "currency": row["currency"]}
        found[ranks[row["ordinal"] - 1]].append(told)
    return found


async def change_parts(
    session: Session, program: Key, audience: Audience, parts: Parts, given: UpdateProgramInput
) -> None:
    """Make the tiers and benefits what was checked."""
    for each in given.tiers or ():
        tier_id = parts.tiers[each.rank]["id"]
        if each.name is not None:
            await session.execute(
                "UPDATE program_tier SET name = $3 WHERE vendor_id = $1 AND id = $2",
                program.vendor_id,
                tier_id,
                trimmed(each.name),
            )
        if each.requirements is not None:
            await session.execute(
                "DELETE FROM tier_requirement WHERE vendor_id = $1 AND tier_id = $2", program.vendor_id, tier_id
            )
            await _insert_requirements(session, program, audience, [(tier_id, each.requirements)])
    await insert_tiers(session, program, audience, given.add_tiers or (), len(parts.tiers) + 1)
    await session.execute(
        "UPDATE benefit SET ended_at = $3 WHERE vendor_id = $1 AND id = ANY ($2::uuid[])",
        program.vendor_id,
        [parts.benefits[trimmed(name)] for name in given.end_benefits or ()],
        datetime.now(UTC),
    )
    await insert_benefits(session, program, audience, given.add_benefits or ())


async def insert_tiers(
    session: Session, program: Key, audience: Audience, tiers: Sequence[ProgramTierInput], first_rank: int
) -> None:
    """Write tiers, the lowest of them with this rank, and what they ask for."""
    ids = [new_id() for _ in tiers]
    await session.execute_many(
        "INSERT INTO program_tier (vendor_id, id, program_id, rank, name, audience) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (program.vendor_id, tier_id, program.id, rank, trimmed(tier.name), audience)
            for rank, (tier_id, tier) in enumerate(zip(ids, tiers, strict=True), first_rank)
        ],
    )
    asked = [(tier_id, tier.requirements) for tier_id, tier in zip(ids, tiers, strict=True)]
    await _insert_requirements(session, program, audience, asked)


async def _insert_requirements(
    session: Session, program: Key, audience: Audience, tiers: Sequence[tuple[UUID, Sequence[TierRequirementInput]]]
) -> None:
    await session.execute_many(
        "INSERT INTO tier_requirement (vendor_id, id, program_id, tier_id, kind, needed, currency, audience)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (
                program.vendor_id,
                new_id(),
                program.id,
                tier_id,
                each.kind,
                needed(Checks(), each),
                each.currency,
                audience,
            )
            for tier_id, asked in tiers
            for each in asked
        ],
    )


async def insert_benefits(session: Session, program: Key, audience: Audience, benefits: Sequence[BenefitInput]) -> None:
    """Write benefits, in force at once."""
    await session.execute_many(
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
                audience,
            )
            for benefit in benefits
        ],
    )
