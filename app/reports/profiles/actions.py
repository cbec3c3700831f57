"""What senders do with profiles: save a version, retire it, and try one out on a sample. A distributor has profiles of its
sales and inventory reports, the vendor of its sell-in reports: whoever hands such reports in.

A version is written once. Two people who save at the same time do not overwrite one another: the second is told to read
again. What is tried out leaves nothing behind.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import zstandard

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.errors import Problem, Refused, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of, read_global_id
from app.execution.request import Request
from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports import queries as reports
from app.reports.actions import SUBMITTING
from app.reports.formats import ReadingRules, UnreadableReport, format_of
from app.reports.formats.frame import REQUIRED
from app.reports.formats.profiles import Profile
from app.reports.profiles import queries
from app.reports.profiles.looking import look_at
from app.reports.profiles.previews import Preview, previewed
from app.reports.profiles.proposals import Proposal
from app.reports.profiles.samples import MOST_WHOLE, Sample, sample_of
from app.reports.profiles.settings import MODELS, ImpossibleSettings, as_json, read_settings, stored_profile
from app.reports.profiles.shapes import Known
from app.store.database import Reader, Row
from app.store.identity import new_id

C = UserErrorCode
CHUNK = 1024 * 1024
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A version as it is to be saved; `expected_version` is the live one, 0 where none is."""

    agreement_id: str
    kind: SubmissionKind
    format: SubmissionFormat
    name: str
    settings: object
    expected_version: int


async def save_profile(
    request: Request[Actor], given: NewProfile, key: str, *, act_name: str, formats: frozenset[SubmissionFormat]
) -> Key:
    """Save the next version of a profile. `formats` are those that this act is for."""
    said = {name: getattr(given, name) for name in NewProfile.__slots__}
    async with acting(request, act_name) as act:
        if done := await act.done_before(key, said):
            found = read_global_id(done)
            assert found is not None
            return found.key
        agreement = await _agreement(act.session, given.agreement_id)
        profile = _checked(given, agreement, formats, act.actor)
        before = await queries.newest(act.session, _key(agreement), given.kind, given.format)
        _as_expected(before, given.expected_version)
        saved = _next(agreement, before)
        written = await queries.add_profile(
            act.session,
            vendor_id=saved.vendor_id,
            id=saved.id,
            version=saved.row,
            agreement_id=agreement["id"],
            distributor_id=agreement["distributor_id"],
            kind=given.kind.value,
            format=given.format.value,
            name=given.name.strip(),
            settings=as_json(profile),
            created_by=act.actor.name,
            created_at=datetime.now(UTC),
        )
        if not written:
            raise Refused(_stale("Somebody saved another version meanwhile. Read it, then save again."))
        await act.remember(key, said, global_id("ReportProfile", saved))
        after = {"kind": given.kind, "format": given.format, "name": given.name.strip(), "version": saved.row}
        await act.record(global_id("ReportProfile", saved), vendor_id=saved.vendor_id, after=after)
        return saved


def _next(agreement: Row, before: Row | None) -> Key:
    if before is None:
        return Key(agreement["vendor_id"], new_id(), 1)
    return Key(agreement["vendor_id"], before["id"], before["version"] + 1)


def _checked(given: NewProfile, agreement: Row, formats: frozenset[SubmissionFormat], actor: Actor) -> Profile:
    problems = [*_terms(given.kind, agreement, actor), *_name(given.name)]
    profile = None
    if given.format not in formats:
        told = f"This is for {' and '.join(sorted(formats))}; for {given.format} there is another way to say it."
        problems.append(Problem(("format",), C.INVALID, told))
    elif given.kind in MODELS and given.format not in MODELS[given.kind]:
        told = f"A {given.kind} report is taken as {', '.join(MODELS[given.kind])} or inline, not as {given.format}."
        problems.append(Problem(("format",), C.INVALID, told))
    elif given.kind in MODELS:
        if given.format not in agreement["formats"]:
            told = f"The agreement takes reports as {', '.join(agreement['formats'])}, not as {given.format}."
            problems.append(Problem(("format",), C.FORMAT_NOT_AGREED, told))
        profile = _settings(given.kind, given.format, given.settings, problems)
    refuse_if(problems)
    assert profile is not None
    return profile


def _settings(
    kind: SubmissionKind, written: SubmissionFormat, given: object, problems: list[Problem]
) -> Profile | None:
    try:
        return read_settings(written, given, kind)
    except ImpossibleSettings as impossible:
        problems += [Problem(("settings", *each.path), each.code, each.message) for each in impossible.problems]
        return None


def _terms(kind: SubmissionKind, agreement: Row, actor: Actor) -> list[Problem]:
    problems = []
    if agreement["status"] != "ACTIVE":
        problems.append(Problem(("agreementId",), C.NOT_ACTIVE, "The agreement has ended; it takes no more reports."))
    return [*problems, *_kind(kind, actor)]


def _kind(kind: SubmissionKind, actor: Actor) -> list[Problem]:
    """Profiles are for reports under an agreement, and belong to whoever may hand such reports in."""
    if kind not in MODELS:
        told = f"Profiles are for {', '.join(MODELS)} reports; {kind} reports are read by their canonical names."
        return [Problem(("kind",), C.INVALID, told)]
    if SUBMITTING[kind] not in actor.permissions:
        told = f"What {kind} reports mean is said by whoever may hand them in; you may not."
        return [Problem(("kind",), C.NOT_ALLOWED, told)]
    return []


def _name(name: str) -> list[Problem]:
    if name.strip() and len(name) <= LONGEST_NAME and name.isprintable():
        return []
    return [Problem(("name",), C.INVALID, f"A name has 1 to {LONGEST_NAME} printable characters.")]


def _as_expected(newest: Row | None, expected: int) -> None:
    live = newest["version"] if newest is not None and newest["live"] else 0
    if live != expected:
        now = f"Version {live} is live" if live else "No version is live"
        raise Refused(_stale(f"{now}, not {expected}. Read it, then save again."))


def _stale(message: str) -> Problem:
    return Problem(("expectedVersion",), C.STALE, message)


async def retire_profile(request: Request[Actor], profile_id: str) -> Key:
    """Use a profile no more. Retiring what is retired changes nothing; what is not live is refused."""
    async with acting(request, "retireReportProfile") as act:
        key = key_of("ReportProfile", profile_id)
        found = await queries.profile(act.session, key) if key is not None else None
        if key is None or found is None:
            raise Refused(Problem(("profileId",), C.NOT_FOUND, "No profile by this id is yours."))
        if refused := _kind(SubmissionKind(found["kind"]), act.actor):
            raise Refused(Problem(("profileId",), C.NOT_ALLOWED, refused[0].message))
        if found["retired_at"] is not None:
            return key
        if not await queries.retire(act.session, key, act.actor.name, datetime.now(UTC)):
            raise Refused(Problem(("profileId",), C.STALE, "A later version took its place. Retire that one."))
        after = {"kind": found["kind"], "format": found["format"], "version": found["version"], "retired": True}
        await act.record(global_id("ReportProfile", key), vendor_id=key.vendor_id, after=after)
        return key


@dataclass(frozen=True, slots=True)
class Tried:
    """A sample as it would be read; or why nothing of it can be."""

    sample: Sample
    preview: Preview | None
    failure: UnreadableReport | None


async def preview_profile(
    request: Request[Actor], agreement_id: str, upload_id: str, kind: SubmissionKind, settings: object
) -> Tried:
    """Read a sample under these settings, or the live ones. Nothing is stored."""
    agreement, sample = await _given_sample(request, agreement_id, upload_id, kind)
    problems: list[Problem] = []
    if settings is None:
        profile = await live_profile(await request.reader(), _key(agreement), kind, sample.format)
    else:
        profile = _settings(kind, sample.format, settings, problems)
    refuse_if(problems)
    rules = ReadingRules(
        kind=kind,
        today=datetime.now(ZoneInfo(agreement["time_zone"])).date(),
        default_currency=agreement["currency"],
        mandatory=_mandatory(agreement, kind),
    )
    try:
        return Tried(sample, await asyncio.to_thread(previewed, sample, rules, profile), None)
    except UnreadableReport as reason:
        return Tried(sample, None, reason)


def _mandatory(agreement: Row, kind: SubmissionKind) -> frozenset[str]:
    """What the agreement asks for beyond what such a report cannot do without: of sales alone."""
    return frozenset(agreement["mandatory_fields"] if kind is SubmissionKind.SELL_THROUGH else ())


async def live_profile(db: Reader, agreement: Key, kind: SubmissionKind, written: SubmissionFormat) -> Profile | None:
    """The profile by which reports of this kind and format are read now, if there is one."""
    newest = await queries.newest(db, agreement, kind, written)
    return stored_profile(written, newest["settings"], kind) if newest is not None and newest["live"] else None


@dataclass(frozen=True, slots=True)
class Suggested:
    """A profile that a sample suggests; or why nothing of the sample can be read."""

    sample: Sample
    proposal: Proposal | None
    failure: UnreadableReport | None


async def propose_profile(
    request: Request[Actor], agreement_id: str, upload_id: str, kind: SubmissionKind
) -> Suggested:
    """Propose a profile from a sample. Nothing is stored."""
    agreement, sample = await _given_sample(request, agreement_id, upload_id, kind)
    required = REQUIRED[kind] | _mandatory(agreement, kind)
    try:
        looked_at = await asyncio.to_thread(look_at, sample, kind)
        known = await _known(await request.reader(), _key(agreement), kind, looked_at.codes())
        return Suggested(sample, await asyncio.to_thread(looked_at.proposal, known, required), None)
    except UnreadableReport as reason:
        return Suggested(sample, None, reason)


async def _known(db: Reader, agreement: Key, kind: SubmissionKind, codes: list[str]) -> Known:
    """Which of these codes the agreement knows; of the vendor's own invoices, which are its products."""
    if not codes:
        return Known()
    if kind is SubmissionKind.SELL_IN:
        return Known(await queries.known_products(db, agreement.vendor_id, codes))
    return Known(*await queries.known_codes(db, agreement, codes))


async def _agreement(db: Reader, agreement_id: str) -> Row:
    key = key_of("DistributionAgreement", agreement_id)
    found = await reports.agreement(db, key) if key is not None else None
    if found is None:
        raise Refused(Problem(("agreementId",), C.NOT_FOUND, "No agreement by this id is visible to you."))
    return found


def _key(agreement: Row) -> Key:
    return Key(agreement["vendor_id"], agreement["id"])


async def _given_sample(
    request: Request[Actor], agreement_id: str, upload_id: str, kind: SubmissionKind
) -> tuple[Row, Sample]:
    """The agreement and the bytes to look at. Raises Refused with everything that is in the way."""
    db, problems = await request.reader(), []
    try:
        agreement = await _agreement(db, agreement_id)
        problems += _terms(kind, agreement, request.actor)
    except Refused as refusal:
        problems += refusal.problems
    sample = await _sample(db, request.actor, upload_id, problems)
    if sample is not None and kind in MODELS and sample.format not in MODELS[kind]:
        told = f"A {kind} report is taken as {', '.join(MODELS[kind])} or inline; this file is {sample.format}."
        problems.append(Problem(("uploadId",), C.INVALID, told))
    refuse_if(problems)
    assert sample is not None
    return agreement, sample


async def _sample(db: Reader, actor: Actor, upload_id: str, problems: list[Problem]) -> Sample | None:
    key, own = key_of("Upload", upload_id), actor.organization_id
    found = await reports.file(db, own, key.id) if key is not None and key.vendor_id == own else None
    if found is None:
        problems.append(Problem(("uploadId",), C.NOT_FOUND, "No upload by this id is yours."))
        return None
    if found["completed_at"] is None:
        problems.append(Problem(("uploadId",), C.UPLOAD_INCOMPLETE, "The upload has not got its bytes yet."))
        return None
    (first,) = await reports.chunk_page(db, own, found["id"], 0, 1)
    data, size = zstandard.decompress(first), found["received_bytes"]
    written = format_of(data)
    if written is not SubmissionFormat.CSV and size > MOST_WHOLE:
        told = f"A sample in {written} has at most {MOST_WHOLE:,} bytes, not {size:,}; upload a shorter report."
        problems.append(Problem(("uploadId",), C.INVALID, told))
        return None
    if written is not SubmissionFormat.CSV and len(data) < size:
        pieces = await reports.chunk_page(db, own, found["id"], 0, MOST_WHOLE // CHUNK)
        data = b"".join(zstandard.decompress(piece) for piece in pieces)
    return sample_of(data, size, written)
