"""Agreeing to be affiliates: the vendor proposes a group, each of its distributors accepts it or leaves it,
and the vendor may dissolve it.

An answer is written by the firm alone; what the answers of all come to, the worker writes right afterwards, because no firm
may read another's.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks, refused
from app.execution.errors import ErrorCode, Fault, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.incentives.affiliations import queries
from app.incentives.affiliations.inputs import (
    AcceptAffiliationInput,
    DissolveAffiliationInput,
    LeaveAffiliationInput,
    ProposeAffiliationInput,
)
from app.programme.affiliates import agreed, refusal
from app.programme.money_terms import Aggregate
from app.store.database import Database, Row, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

MOST_FIRMS = 50


async def propose_affiliation(request: Request[Actor], given: ProposeAffiliationInput) -> Key:
    """Propose a group to its firms. Nothing is added up before each of them has accepted."""
    vendor_id = request.actor.vendor_id
    if vendor_id is None:
        raise Fault(ErrorCode.FORBIDDEN, "Only a vendor does this, in its own network.")
    async with acting(request, "proposeAffiliation") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        name, purpose = check.name(given.name, "name"), check.prose(given.purpose, "purpose")
        firms = await _firms(act, check, vendor_id, given.distributor_ids)
        check.settle()
        named = [(new_id(), each) for each in firms]
        by = str(act.actor.acting_id)
        await queries.propose(act.session, key, name, purpose, by, datetime.now(UTC), named)
        await act.record(global_id("Affiliation", key), vendor_id=vendor_id, after={"name": name, "firms": len(firms)})
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def _firms(act: Act, check: Checks, vendor_id: UUID, ids: Sequence[str]) -> list[UUID]:
    check.at_most(MOST_FIRMS, ids, "distributorIds")
    if len(ids) < 2:
        check.add(UserErrorCode.REQUIRED, "Name at least two distributors.", "distributorIds")
    if len(set(ids)) < len(ids):
        check.add(UserErrorCode.INVALID, "A distributor stands here twice.", "distributorIds")
    named = {
        place: check.key("Distributor", "distributor", id, "distributorIds", str(place))
        for place, id in enumerate(ids[:MOST_FIRMS])
    }
    own = [key.id for key in named.values() if key is not None and key.vendor_id == vendor_id]
    known = await queries.distributors(act.session, vendor_id, own)
    for place, key in named.items():
        if key is not None and (key.vendor_id != vendor_id or key.id not in known):
            check.not_found("distributor", "distributorIds", str(place))
    return sorted(known)


async def accept_affiliation(request: Request[Actor], given: AcceptAffiliationInput) -> Key:
    """Agree to a group as one of its firms."""
    async with acting(request, "acceptAffiliation") as act:
        check = Checks()
        key, found = await _own(act, check, given.membership_id)
        if found["accepted_at"] is not None:
            check.add(UserErrorCode.STALE, "Your firm has accepted it already.", "membershipId")
        elif found["ended_on"] is not None:
            check.add(UserErrorCode.NOT_ACTIVE, "The group has ended.", "membershipId")
        check.settle()
        await queries.accept(act.session, key, str(act.actor.acting_id), datetime.now(UTC))
        await _answered(act, key, found, {"accepted": True})
    await settle_affiliation(request.database, key.vendor_id, found["affiliation_id"])
    await request.look_again()
    return key


async def leave_affiliation(request: Request[Actor], given: LeaveAffiliationInput) -> Key:
    """Refuse a group, or leave it: it ends for all."""
    async with acting(request, "leaveAffiliation") as act:
        check = Checks()
        reason = check.optional_prose(given.reason, "reason")
        key, found = await _own(act, check, given.membership_id)
        check.settle()
        await queries.leave(act.session, key, str(act.actor.acting_id), datetime.now(UTC), reason)
        await _answered(act, key, found, {"left": True, "reason": reason})
    await settle_affiliation(request.database, key.vendor_id, found["affiliation_id"])
    await request.look_again()
    return key


async def dissolve_affiliation(request: Request[Actor], given: DissolveAffiliationInput) -> Key:
    """End a group as its vendor, whatever its firms have answered."""
    async with acting(request, "dissolveAffiliation") as act:
        check = Checks()
        reason = check.prose(given.reason, "reason")
        key = check.key("Affiliation", "affiliation", given.affiliation_id, "affiliationId")
        if key is not None and await queries.group_for_act(act.session, key) is None:
            check.not_found("affiliation", "affiliationId")
            key = None
        if key is not None:
            await queries.one_at_a_time(act.session, key.id)
            found = await queries.group_for_act(act.session, key)
            assert found is not None, "nobody takes a group away"
            if found["ended_on"] is not None or found["dissolved_at"] is not None:
                check.add(UserErrorCode.NOT_ACTIVE, "The group has ended already.", "affiliationId")
        check.settle()
        assert key is not None
        if not await queries.dissolve(act.session, key, str(act.actor.acting_id), datetime.now(UTC), reason):
            raise refused(UserErrorCode.NOT_ACTIVE, "The group has ended meanwhile.", "affiliationId")
        await enqueue(act.session, Job.SETTLE_AFFILIATION, vendor_id=key.vendor_id, affiliation_id=key.id)
        after = {"dissolved": True, "reason": reason}
        await act.record(global_id("Affiliation", key), vendor_id=key.vendor_id, after=after)
    await settle_affiliation(request.database, key.vendor_id, key.id)
    await request.look_again()
    return key


async def _own(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """A membership of the acting firm that it has not left, with nobody else of the group answering."""
    key = check.key("AffiliationMembership", "membership", id, "membershipId")
    found = None if key is None else await queries.membership_for_act(act.session, key)
    if found is not None and key is not None:
        await queries.one_at_a_time(act.session, found["affiliation_id"])
        found = await queries.membership_for_act(act.session, key)
    if key is not None and found is None:
        check.not_found("membership", "membershipId")
    check.settle()
    assert key is not None and found is not None
    if found["left_at"] is not None:
        check.add(UserErrorCode.NOT_ACTIVE, "Your firm has left the group.", "membershipId")
        check.settle()
    return key, found


async def _answered(act: Act, key: Key, found: Row, after: dict[str, object]) -> None:
    of = {"vendor_id": key.vendor_id, "affiliation_id": found["affiliation_id"]}
    await enqueue(act.session, Job.SETTLE_AFFILIATION, **of)
    await act.record(global_id("AffiliationMembership", key), vendor_id=key.vendor_id, after=after)


async def settle_affiliation(database: Database, vendor_id: UUID, affiliation_id: UUID) -> None:
    """Write down what the answers of a group's firms come to. Done again, nothing changes."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.one_at_a_time(session, affiliation_id)
        members = await queries.members(session, vendor_id, affiliation_id)
        if len(members) > 1:
            dissolved_on, why = await queries.dissolved(session, vendor_id, affiliation_id)
            await queries.settle(session, vendor_id, affiliation_id, agreed(members.values(), dissolved_on), why)


async def check_affiliates(
    act: Act,
    check: Checks,
    vendor_id: UUID,
    aggregate: Aggregate,
    affiliation_id: UUID | None,
    distributors: Sequence[UUID],
    starts: date,
    *path: str,
) -> None:
    """Whether a rule may add up the volumes of these distributors from a day on: only those of a group in force, which
    nobody leaves meanwhile."""
    if aggregate is not Aggregate.AFFILIATES:
        return
    if affiliation_id is None:
        wrong = "Name the group of affiliates whose volumes are added up: each of its firms has to have accepted it."
        check.add(UserErrorCode.REQUIRED, wrong, *path)
        return
    await queries.one_at_a_time(act.session, affiliation_id)
    members = await queries.members(act.session, vendor_id, affiliation_id)
    if not members:
        check.not_found("affiliation", *path)
        return
    dissolved_on, _ = await queries.dissolved(act.session, vendor_id, affiliation_id)
    why = refusal(list(members.values()), starts, dissolved_on)
    if why is not None:
        check.add(UserErrorCode.NOT_ELIGIBLE, why, *path)
    if any(each not in members for each in distributors):
        wrong = "It is offered to a distributor that is none of the group: only firms of the group are added up."
        check.add(UserErrorCode.INVALID, wrong, *path)
