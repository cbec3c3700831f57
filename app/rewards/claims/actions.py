"""Filing a claim on a SPIFF, and the vendor's decision where a person has to look at it.

A claim is stored as its firm means it, and decided right afterwards by the engine. Whoever decides about a claim of a SPIFF
holds the SPIFF's turn.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks, refused, trimmed
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.program_access.queries import access_of
from app.programme.money import MILLI
from app.programme.program_access import Opening
from app.programme.spiff_terms import SpiffClaimStatus, SpiffVerdict
from app.programme.terms import Level
from app.programme.wording import can_be_kept
from app.rewards import queries as spiffs
from app.rewards.claims import queries
from app.rewards.claims.settling.actions import settle_spiff
from app.rewards.inputs import ClaimSpiffInput, DecideSpiffClaimInput
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
MOST_SERIALS = 250


async def claim_spiff(request: Request[Actor], given: ClaimSpiffInput) -> Key:
    """Claim a SPIFF for a representative, and let the claim be decided."""
    key, spiff_id = await _filed(request, given)
    await settle_spiff(request.database, key.vendor_id, spiff_id)
    return key


async def _filed(request: Request[Actor], given: ClaimSpiffInput) -> tuple[Key, UUID]:
    async with acting(request, "claimSpiff") as act:
        done = await act.done_before(given.idempotency_key, given)
        check = Checks()
        spiff, rep = await _named(act, check, given)
        key = Key(spiff["vendor_id"], UUID(done) if done else new_id())
        if done is not None:
            return key, spiff["id"]
        firm = Key(key.vendor_id, rep["reseller_id"] or rep["distributor_id"])
        await _check_open(act, check, rep, firm)
        serials = _serials(check, given)
        line = await _line(act, check, spiff, firm, given, serials)
        asked = _asked(check, given, serials)
        check.settle()
        assert line is not None
        await spiffs.insert(act.session, "spiff_claim", _values(act, key, spiff, rep, line, serials, asked))
        await enqueue(act.session, Job.SETTLE_SPIFF, vendor_id=key.vendor_id, spiff_id=spiff["id"])
        told = {"spiff": given.spiff_id, "units": asked}
        await act.record(global_id("SpiffClaim", key), vendor_id=key.vendor_id, concerns=Concerns(True), after=told)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key, spiff["id"]


async def _named(act: Act, check: Checks, given: ClaimSpiffInput) -> tuple[Row, Row]:
    """The SPIFF and the representative, both in one network and seen by the asker."""
    spiff_key = check.key("Spiff", "SPIFF", given.spiff_id, "spiffId")
    rep_key = check.key("SpiffRep", "representative", given.rep_id, "repId")
    of_spiff = await spiffs.spiffs(act.session, act.actor, [spiff_key]) if spiff_key is not None else []
    of_rep = await spiffs.reps_by_key(act.session, act.actor, [rep_key]) if rep_key is not None else []
    apart = of_spiff and of_rep and of_spiff[0]["vendor_id"] != of_rep[0]["vendor_id"]
    if spiff_key is not None and not of_spiff:
        check.not_found("SPIFF", "spiffId")
    if rep_key is not None and (not of_rep or apart):
        check.not_found("representative", "repId")
    check.settle()
    return of_spiff[0], of_rep[0]


async def _check_open(act: Act, check: Checks, rep: Row, firm: Key) -> None:
    if rep["ended_at"] is not None:
        check.add(C.NOT_ACTIVE, "This representative claims no more.", "repId")
    if act.actor.level is Level.RESELLER:
        access = await access_of(act.session, firm.vendor_id, firm.id, Opening.SPIFFS)
        if not access.granted:
            check.add(C.NOT_ELIGIBLE, access.rule, "spiffId")


def _serials(check: Checks, given: ClaimSpiffInput) -> list[str]:
    named = [trimmed(each) for each in given.serial_numbers or ()]
    check.at_most(MOST_SERIALS, named, "serialNumbers")
    if given.serial_numbers is not None and not named:
        check.add(C.REQUIRED, "Name at least one serial number.", "serialNumbers")
    for place, each in enumerate(named[:MOST_SERIALS]):
        if not each or not can_be_kept(each) or len(each) > 200:
            check.add(C.INVALID, "A serial number has 1 to 200 characters.", "serialNumbers", str(place))
    if len(set(named)) < len(named):
        check.add(C.INVALID, "A serial number stands here twice.", "serialNumbers")
    return named


def _asked(check: Checks, given: ClaimSpiffInput, serials: Sequence[str]) -> int:
    if (given.quantity is None) == (given.serial_numbers is None):
        check.add(C.REQUIRED, "Say how many units, or name their serial numbers: one of the two.", "quantity")
    if given.quantity is not None:
        return check.scaled(given.quantity, 3, "quantity", least=1)
    return MILLI * len(serials)


async def _line(
    act: Act, check: Checks, spiff: Row, firm: Key, given: ClaimSpiffInput, serials: Sequence[str]
) -> Row | None:
    """The firm's own line; the problem where there is none, or more than one."""
    named = (given.distributor_id, given.document_number, given.document_line)
    if any(each is None for each in named) and (not serials or any(each is not None for each in named)):
        check.add(
            C.REQUIRED,
            "Name the distributor, the invoice and its line; serial numbers alone do as well.",
            "documentNumber",
        )
        return None
    if check.problems:
        return None
    level = act.actor.level
    if given.document_number is None:
        found = await queries.lines_with(act.session, level, firm, serials, spiff["starts_on"], spiff["ends_on"])
    else:
        found = await _by_document(act, spiff, firm, given)
    path = "serialNumbers" if given.document_number is None else "documentLine"
    if not found:
        check.add(C.NOT_FOUND, "No such line of yours was reported.", path)
    elif len(found) > 1:
        wrong = "Several lines are meant by this: name the invoice, its line, and of a kit the product."
        check.add(C.INVALID, wrong, path)
    elif missing := set(serials) - set(found[0]["serial_numbers"] or ()):
        check.add(C.NOT_FOUND, f"The line does not name {sorted(missing)[0]!r}.", "serialNumbers")
    return found[0] if len(found) == 1 else None


async def _by_document(act: Act, spiff: Row, firm: Key, given: ClaimSpiffInput) -> list[Row]:
    """The lines under an invoice and line: of a kit those that the SPIFF pays for."""
    seller = key_of("Distributor", given.distributor_id or "")
    product = key_of("Product", given.product_id) if given.product_id is not None else None
    document = (trimmed(given.document_number or ""), trimmed(given.document_line or ""))
    if seller is None or (given.product_id is not None and product is None) or not can_be_kept("".join(document)):
        return []
    if seller.vendor_id != firm.vendor_id:
        return []
    product_id = product.id if product is not None else None
    found = await queries.own_lines(act.session, act.actor.level, firm, seller.id, document, product_id)
    if len(found) < 2:
        return found
    key = Key(spiff["vendor_id"], spiff["id"])
    covered = await queries.covered_among(act.session, key, [row["product_id"] for row in found])
    return [row for row in found if row["product_id"] in covered] or found


def _values(
    act: Act, key: Key, spiff: Row, rep: Row, line: Row, serials: Sequence[str], asked: int
) -> dict[str, object]:
    return {
        "vendor_id": key.vendor_id,
        "id": key.id,
        "spiff_id": spiff["id"],
        "rep_id": rep["id"],
        "distributor_id": rep["distributor_id"],
        "reseller_id": rep["reseller_id"],
        "seller_id": line["distributor_id"],
        "document_number": line["document_number"],
        "document_line": line["document_line"],
        "component": line["component"],
        "product_id": line["product_id"],
        "sold_on": line["sold_on"],
        "serial_numbers": list(serials),
        "asked": asked,
        "currency": spiff["currency"],
        "status": SpiffClaimStatus.CLAIMED.value,
        "filed_by": act.actor.name,
        "filed_by_id": act.actor.acting_id,
        "filed_at": datetime.now(UTC),
    }


async def decide_spiff_claim(request: Request[Actor], given: DecideSpiffClaimInput) -> Key:
    """Let a claim that waits for a person be paid, or not."""
    async with acting(request, "decideSpiffClaim") as act:
        check = Checks()
        key = check.key("SpiffClaim", "claim", given.claim_id, "claimId")
        rows = await queries.claims(act.session, act.actor, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("claim", "claimId")
        reason = check.optional_prose(given.reason, "reason")
        if given.verdict is SpiffVerdict.DENY and reason is None:
            check.add(C.REQUIRED, "Say why, for the partner to read.", "reason")
        if rows and rows[0]["status"] != SpiffClaimStatus.CLAIMED:
            check.add(C.TOO_LATE, f"It is {rows[0]['status']} by now.", "claimId")
        check.settle()
        assert key is not None
        (found,) = rows
        if not await queries.say(act.session, key, given.verdict.value, reason, act.actor.name, act.actor.acting_id):
            raise refused(C.TOO_LATE, "Somebody decided it just now.", "claimId")
        await enqueue(act.session, Job.SETTLE_SPIFF, vendor_id=key.vendor_id, spiff_id=found["spiff_id"])
        whom = Concerns(distributor_id=found["distributor_id"], reseller_id=found["reseller_id"])
        after = {"verdict": given.verdict.value, "reason": reason}
        await act.record(
            global_id("SpiffClaim", key),
            vendor_id=key.vendor_id,
            before={"status": found["status"]},
            after=after,
            concerns=whom,
        )
    await settle_spiff(request.database, key.vendor_id, found["spiff_id"])
    return key
