"""A distributor records what it did to enable a reseller."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Concerns, acting
from app.enablement.activities import queries
from app.enablement.activities.inputs import RecordEnablementActivityInput
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key
from app.execution.request import Request
from app.programme.terms import Level
from app.store.identity import new_id

C = UserErrorCode
MOST_PARTICIPANTS = 100_000


async def record_enablement_activity(request: Request[Actor], given: RecordEnablementActivityInput) -> Key:
    """Say what was done for a reseller that the distributor is or was authorised for."""
    async with acting(request, "recordEnablementActivity") as act:
        if act.actor.level is not Level.DISTRIBUTOR:
            raise refused(C.NOT_ALLOWED, "A distributor records what it did for its resellers.")
        check, now = Checks(), datetime.now(UTC)
        under_key = check.key("ResellerAuthorization", "authorisation", given.authorization_id, "authorizationId")
        if under_key is not None and (done := await act.done_before(given.idempotency_key, given)):
            return Key(under_key.vendor_id, UUID(done))
        under = await queries.authorization(act.session, under_key) if under_key is not None else None
        if under_key is not None and under is None:
            check.not_found("authorisation", "authorizationId")
        title, note = check.name(given.title, "title"), check.optional_prose(given.note, "note")
        check.number(given.participants, 1, MOST_PARTICIPANTS, "participants")
        if given.held_on > now.date():
            check.add(C.INVALID, f"Say what was done, once it was; today is {now.date()}.", "heldOn")
        check.settle()
        assert under_key is not None and under is not None
        key = Key(under_key.vendor_id, new_id())
        values = (key.id, given.kind, title, given.held_on, given.participants, note, now)
        await queries.insert(act.session, key.vendor_id, under, values)
        await act.remember(given.idempotency_key, given, str(key.id))
        after = {"kind": given.kind, "title": title, "heldOn": given.held_on, "participants": given.participants}
        whom = Concerns(vendor=under["disclosed"], reseller_id=under["reseller_id"])
        await act.record(given.authorization_id, vendor_id=key.vendor_id, after=after, concerns=whom)
        return key
