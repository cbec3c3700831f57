"""A distributor onboards many resellers at once: the rows that are right take effect together, the others are told apart.

Every row is judged with all that is wrong with it, by the same checks as a reseller that is authorised alone. What became of
each row is kept with the key of the act. Files are taken apart by the reader that whoever joins the features names.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.files import queries as files
from app.partners.authorizations.actions import Credit, accounts_of, credit_of, effective_days, open_agreement
from app.partners.importing import queries
from app.partners.importing.inputs import ImportResellersInput, PreviewResellersInput, ResellerSource
from app.partners.importing.table import NEEDED, Entry, columns_of, entry
from app.partners.organizations.queries import party_of_kind
from app.programme.onboarding_rows import ImportOutcome, Known, Named
from app.programme.spans import Span
from app.programme.terms import Level, PartyKind
from app.store.database import Row
from app.store.identity import new_id

C = UserErrorCode
MOST_ROWS = 1_000
MOST_BYTES = 4 * 1024 * 1024
TableReader = Callable[[bytes, int], list[tuple[int, list[str]]]]
"""The header of a file and at most so many rows, and one more where there are more, each with its number. Raises ValueError
with what is wrong where there is none."""
_readers: list[TableReader] = []


class Said(msgspec.Struct, frozen=True):
    """Something that has to be put right in a row."""

    field: str | None
    code: str
    message: str


class Judged(msgspec.Struct, frozen=True):
    """What became of a row: its number, its name, what is wrong, and the authorisation that it made."""

    number: int
    name: str
    outcome: str
    issues: list[Said] = []
    authorization_id: UUID | None = None


def read_by(reader: TableReader) -> None:
    """From now on files are taken apart by this."""
    _readers[:] = [reader]


async def preview_resellers(request: Request[Actor], given: PreviewResellersInput) -> tuple[Key, list[Judged]]:
    """What would become of each row; nothing is written."""
    async with acting(request, "previewResellers") as act:
        key, agreement = await _agreement(act, given.agreement_id)
        judged = [row for row, _ in await _judged(act, key, agreement, given.source)]
    return key, judged


async def import_resellers(request: Request[Actor], given: ImportResellersInput) -> tuple[Key, list[Judged]]:
    """Authorise the resellers of all rows that are right; what became of each row."""
    async with acting(request, "importResellers") as act:
        done = await act.done_before(given.idempotency_key, given)
        key, agreement = await _agreement(act, given.agreement_id, again=done is not None)
        if done is not None:
            return key, msgspec.json.decode(done, type=list[Judged])
        rows = await _judged(act, key, agreement, given.source)
        await _write(act, key, agreement, [(judged, made) for judged, made in rows if made is not None])
        judged = [row for row, _ in rows]
        counts = {each.value: sum(row.outcome == each for row in judged) for each in ImportOutcome}
        told = Concerns(vendor=agreement["discloses_reseller"])
        await act.record(global_id("DistributionAgreement", key), vendor_id=key.vendor_id, after=counts, concerns=told)
        await act.remember(given.idempotency_key, given, msgspec.json.encode(judged).decode())
    return key, judged


async def _agreement(act: Act, id: str, again: bool = False) -> tuple[Key, Row]:
    """The agreement under which a distributor onboards; what was done before is answered even if that has ended."""
    if act.actor.level is not Level.DISTRIBUTOR:
        wrong = "Only a distributor onboards the resellers that it sells to."
        raise refused(C.NOT_ALLOWED, wrong, "agreementId")
    check = Checks()
    key = check.key("DistributionAgreement", "agreement", id, "agreementId")
    found = await open_agreement(act, check, key, act.actor.level)
    if not again or key is None or found is None:
        check.settle()
    assert key is not None and found is not None
    return key, found


@dataclass(frozen=True, slots=True)
class _Made:
    """What a row that is right makes."""

    entry: Entry
    named: Named
    accounts: list[str]
    credit: Credit | None
    effective: Span


async def _judged(act: Act, key: Key, agreement: Row, source: ResellerSource) -> list[tuple[Judged, "_Made | None"]]:
    known = Known()
    for row in await queries.authorized(act.session, key):
        name, country = row["reseller_name"], row["reseller_country"]
        known.add(Named.of(name, country, row["accounts"]), f"{name}, which is authorised under this agreement")
    entries = await _entries(act, agreement, source)
    return [_judge(act, known, agreement, each) for each in entries]


def _judge(act: Act, known: Known, agreement: Row, given: Entry) -> tuple[Judged, "_Made | None"]:
    check = given.check
    name, country = check.name(given.name, "name"), check.country(given.country, "country")
    check.optional_name(given.region, "region")
    check.optional_name(given.tax_number, "taxNumber")
    accounts = accounts_of(check, given.accounts, "accounts")
    credit = credit_of(check, act.actor.level, given.credit)
    effective = effective_days(check, agreement, given.effective)
    named = Named.of(name, country, accounts)
    outcome = ImportOutcome.REJECTED
    if not check.problems:
        outcome, in_way = known.judge(named)
        for number, called in in_way.items():
            _say_in_way(check, number, called)
    authorization = new_id() if outcome is ImportOutcome.ACCEPTED else None
    issues = [Said(".".join(p.field) or None, p.code.value, p.message) for p in check.problems]
    judged = Judged(given.number, name[:200], outcome.value, issues, authorization)
    if authorization is None:
        return judged, None
    known.add(named, f"row {given.number}")
    return judged, _Made(given, named, accounts, credit, effective)


def _say_in_way(check: Checks, number: str, called: str) -> None:
    if number:
        check.add(C.TAKEN, f"The account number {number!r} belongs to {called}.", "accounts")
    else:
        wrong = (
            f"This is the name of {called}. Add numbers to that one, or authorise a second one of the name by itself."
        )
        check.add(C.TAKEN, wrong, "name")


async def _entries(act: Act, agreement: Row, source: ResellerSource) -> list[Entry]:
    """The rows, each with what could not be read. Refuses a source that cannot be read as a whole."""
    if isinstance(source.upload_id, str):
        rows = await _file(act, source.upload_id)
        return await asyncio.to_thread(_read, rows, agreement)
    if not source.rows:
        raise refused(C.REQUIRED, "Name at least one reseller.", "source", "rows")
    _check_size(len(source.rows), "rows")
    return [
        Entry(
            number=number,
            name=row.name,
            country=row.country,
            region=row.region,
            partner_type=row.partner_type,
            tax_number=row.tax_number,
            accounts=row.accounts,
            effective=row.effective,
            credit=row.credit_terms,
            check=Checks(),
        )
        for number, row in enumerate(source.rows, 1)
    ]


def _check_size(rows: int, path: str) -> None:
    if rows > MOST_ROWS:
        raise refused(C.INVALID, f"At most {MOST_ROWS:,} resellers fit; send the others by themselves.", "source", path)


async def _file(act: Act, upload_id: str) -> list[tuple[int, list[str]]]:
    own, key, at = act.actor.organization_id, key_of("Upload", upload_id), ("source", "uploadId")
    row = await files.upload(act.session, own, key.id) if key is not None and key.vendor_id == own else None
    if row is None:
        raise refused(C.NOT_FOUND, "No upload by this id is yours.", *at)
    if row["completed_at"] is None:
        raise refused(C.UPLOAD_INCOMPLETE, "The upload has not got its bytes yet.", *at)
    if row["received_bytes"] > MOST_BYTES:
        raise refused(C.INVALID, f"A list of resellers has at most {MOST_BYTES:,} bytes.", *at)
    content = await files.content_of(act.session, own, row["id"], MOST_BYTES)
    (reader,) = _readers
    try:
        return await asyncio.to_thread(reader, content, MOST_ROWS)
    except ValueError as fault:
        raise refused(C.INVALID, str(fault), *at) from fault


def _read(rows: list[tuple[int, list[str]]], agreement: Row) -> list[Entry]:
    (_, header), *below = rows
    columns = columns_of(header)
    lacking = [name for name in NEEDED if name not in columns]
    if lacking:
        wrong = f"The first row names no column for {', '.join(lacking)}. It names at least {', '.join(NEEDED)}."
        raise refused(C.INVALID, wrong, "source", "uploadId")
    if not below:
        raise refused(C.REQUIRED, "There is no row below the header.", "source", "uploadId")
    _check_size(len(below), "uploadId")
    days = Span(agreement["effective_start"], agreement["effective_end"])
    return [entry(number, _cells(columns, cells), agreement["currency"], days) for number, cells in below]


def _cells(columns: dict[str, int], cells: Sequence[str]) -> dict[str, str]:
    return {name: cells[at] for name, at in columns.items() if at < len(cells)}


async def _write(act: Act, key: Key, agreement: Row, rows: "list[tuple[Judged, _Made]]") -> None:
    """Write what the rows make, all of it or nothing."""
    if not rows:
        return
    now, vendor_id = datetime.now(UTC), key.vendor_id
    distributor_id, discloses = agreement["distributor_id"], agreement["discloses_reseller"]
    distributor = await party_of_kind(act.session, Key(vendor_id, distributor_id), PartyKind.DISTRIBUTOR)
    assert distributor is not None
    sold_by = (distributor["name"], distributor["country"])
    parties, authorizations, accounts, credits = [], [], [], []
    for judged, made in rows:
        given, id, reseller = made.entry, judged.authorization_id, new_id()
        assert id is not None
        kept = (judged.name, given.country, given.region, given.partner_type)
        name, country, region, kind = kept
        parties.append((vendor_id, reseller, name, kind, country, region, given.tax_number, discloses, now))
        known_as = reseller if discloses else new_id()
        place = (vendor_id, id, agreement["id"], distributor_id, reseller)
        days = (made.effective.start, made.effective.end)
        authorizations.append((*place, known_as, *kept, *sold_by, made.accounts, *days, now))
        accounts += [(number, id, reseller) for number in made.accounts]
        if made.credit is not None:
            terms = (made.credit.currency, made.credit.limit_minor, made.credit.payment_days)
            credits.append((*place, *terms, agreement["discloses_credit_terms"]))
    await queries.insert_parties(act.session, parties)
    await queries.insert_authorizations(act.session, authorizations)
    if await queries.insert_accounts(act.session, vendor_id, agreement["id"], distributor_id, accounts) < len(accounts):
        raise refused(C.BUSY, "Account numbers were given away just now. Send the list again.", "source")
    await queries.insert_credit(act.session, credits)
