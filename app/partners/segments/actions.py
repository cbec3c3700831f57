"""What a vendor does with its segments: it draws them, changes them, and gives them up."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.organizations.actions import own_network
from app.partners.segments import queries
from app.partners.segments.inputs import (
    CreateSegmentInput,
    DeleteSegmentInput,
    SegmentRuleInput,
    UpdateSegmentInput,
)
from app.store.database import Row
from app.store.identity import new_id

MOST_SEGMENTS = 200
"So that everybody's segments can be told at once."
MOST_AT_ONCE = 250
Columns = dict[str, object]


async def create_segment(request: Request[Actor], given: CreateSegmentInput) -> Key:
    """Draw a segment."""
    vendor_id = own_network(request)
    async with acting(request, "createSegment") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check = Checks()
        name = check.name(given.name, "name")
        description = check.optional_prose(given.description, "description")
        rule = await _rule(act, check, vendor_id, given.rule or SegmentRuleInput())
        await _not_taken(act, check, vendor_id, name, None)
        if await queries.how_many(act.session, vendor_id) >= MOST_SEGMENTS:
            check.add(UserErrorCode.INVALID, f"There are {MOST_SEGMENTS} segments; give one up first.")
        check.settle()
        key = Key(vendor_id, new_id())
        columns: Columns = {"name": name, "description": description, **rule}
        await queries.insert(act.session, key, columns)
        await act.record(global_id("Segment", key), vendor_id=vendor_id, after=columns)
        await act.remember(given.idempotency_key, given, str(key.id))
        return key


async def update_segment(request: Request[Actor], given: UpdateSegmentInput) -> Key:
    """Change a segment's name and rule, and who is in it by hand."""
    vendor_id = own_network(request)
    async with acting(request, "updateSegment") as act:
        check = Checks()
        key, found = await _to_change(act, check, given.segment_id, given.expected_version)
        columns: Columns = {}
        if given.name is not None:
            columns["name"] = check.name(given.name, "name")
            await _not_taken(act, check, vendor_id, str(columns["name"]), key)
        if given.description is not None:
            columns["description"] = check.prose(given.description, "description")
        if given.rule is not None:
            columns |= await _rule(act, check, vendor_id, given.rule)
        added = await _resellers(act, check, vendor_id, given.add_reseller_ids or [], "addResellerIds")
        removed = await _resellers(act, check, vendor_id, given.remove_reseller_ids or [], "removeResellerIds")
        if set(added) & set(removed):
            check.add(UserErrorCode.INVALID, "The same reseller is put in and taken out.", "removeResellerIds")
        if not (columns or added or removed or check.problems):
            check.add(UserErrorCode.REQUIRED, "This changes nothing: say what is to be different.")
        check.settle()
        assert key is not None and found is not None
        await queries.change(act.session, key, {**columns, "version": found["version"] + 1})
        await _move(act, key, added, removed)
        before = {name: found[name] for name in columns}
        moved = {"added": _named(key, added), "removed": _named(key, removed)} if added or removed else {}
        await act.record(global_id("Segment", key), vendor_id=vendor_id, before=before, after={**columns, **moved})
        return key


async def delete_segment(request: Request[Actor], given: DeleteSegmentInput) -> str:
    """Give a segment up. Its resellers stay what they are; the segment's id, which is gone."""
    async with acting(request, "deleteSegment") as act:
        check = Checks()
        key, found = await _to_change(act, check, given.segment_id, given.expected_version)
        check.settle()
        assert key is not None and found is not None
        where = (key.vendor_id, key.id)
        await act.session.execute("DELETE FROM segment_member WHERE vendor_id = $1 AND segment_id = $2", *where)
        await act.session.execute("DELETE FROM segment WHERE vendor_id = $1 AND id = $2", *where)
        gone = global_id("Segment", key)
        await act.record(gone, vendor_id=key.vendor_id, before={"name": found["name"]})
        return gone


def _named(key: Key, resellers: Sequence[UUID]) -> list[str]:
    return [global_id("Reseller", Key(key.vendor_id, each)) for each in resellers]


async def _to_change(act: Act, check: Checks, id: str, version: int) -> tuple[Key | None, Row | None]:
    key = check.key("Segment", "segment", id, "segmentId")
    found = await queries.segment_for_act(act.session, key) if key is not None else None
    if key is not None and found is None:
        check.not_found("segment", "segmentId")
    if found is not None:
        check.version(found["version"], version)
    return key, found


async def _not_taken(act: Act, check: Checks, vendor_id: UUID, name: str, key: Key | None) -> None:
    called = None if check.problems else await queries.named(act.session, vendor_id, name)
    if called is not None and (key is None or called != key.id):
        check.add(UserErrorCode.TAKEN, f"A segment is called {name!r} already.", "name")


async def _rule(act: Act, check: Checks, vendor_id: UUID, given: SegmentRuleInput) -> Columns:
    """The columns of a rule."""
    check.different(given.partner_types or [], "rule", "partnerTypes")
    countries = check.countries(given.countries or [], "rule", "countries")
    program = None
    if given.program_id is not None:
        program = check.key("Program", "programme for resellers", given.program_id, "rule", "programId")
        await _check_tier(act, check, program, given.from_rank)
    elif given.from_rank is not None:
        check.add(UserErrorCode.REQUIRED, "Say of which programme this is a tier.", "rule", "programId")
    return {
        "partner_types": sorted(given.partner_types or []),
        "countries": countries,
        "program_id": None if program is None else program.id,
        "from_rank": given.from_rank,
    }


async def _check_tier(act: Act, check: Checks, program: Key | None, rank: int | None) -> None:
    ranks = await queries.ranks_of(act.session, program) if program is not None else None
    if program is not None and ranks is None:
        check.not_found("programme for resellers", "rule", "programId")
    if ranks is not None and rank is not None and rank not in ranks:
        there = ", ".join(map(str, ranks)) or "none"
        check.add(UserErrorCode.INVALID, f"The programme has no tier {rank}; there are: {there}.", "rule", "fromRank")


async def _resellers(act: Act, check: Checks, vendor_id: UUID, ids: Sequence[str], name: str) -> list[UUID]:
    """The resellers that are named, each once. A problem for each that the vendor does not know."""
    check.at_most(MOST_AT_ONCE, ids, name)
    keys = [check.key("Reseller", "reseller", id, name, str(place)) for place, id in enumerate(ids[:MOST_AT_ONCE])]
    wanted = [key.id for key in keys if key is not None and key.vendor_id == vendor_id]
    there = await queries.known(act.session, vendor_id, wanted)
    for place, key in enumerate(keys):
        if key is not None and (key.vendor_id != vendor_id or key.id not in there):
            check.not_found("reseller", name, str(place))
    return list(dict.fromkeys(id for id in wanted if id in there))


async def _move(act: Act, key: Key, added: Sequence[UUID], removed: Sequence[UUID]) -> None:
    await act.session.execute(
        "INSERT INTO segment_member (vendor_id, segment_id, reseller_id, added_at)"
        " SELECT $1, $2, r, $4 FROM unnest($3::uuid[]) r ON CONFLICT DO NOTHING",
        *(key.vendor_id, key.id, added, datetime.now(UTC)),
    )
    await act.session.execute(
        "DELETE FROM segment_member WHERE vendor_id = $1 AND segment_id = $2 AND reseller_id = ANY ($3::uuid[])",
        *(key.vendor_id, key.id, removed),
    )
