"""What is done about onboarding: a vendor says what partners of a programme do; whoever must does a step, or signs."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.enablement import queries as programs
from app.enablement.documents.queries import document_to_rest_on
from app.enablement.onboarding import queries
from app.enablement.onboarding.inputs import (
    AcceptTermsInput,
    CompleteOnboardingStepInput,
    DefineOnboardingInput,
    OnboardingStepInput,
)
from app.enablement.onboarding.tracks import Partner, Track, tracks
from app.execution.checks import Checks, refused, trimmed
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.documents import STANDS, DocumentStatus
from app.programme.onboarding import FACTS, OnboardingStepKind, OnboardingStepState, Step, may_complete
from app.programme.terms import Audience, EnrollmentStatus, Level
from app.store.database import Row
from app.store.identity import new_id
from app.store.turns import Turn, named, take

C, K = UserErrorCode, OnboardingStepKind
MOST_STEPS = 30
TERMS = frozenset({K.TERMS_ACCEPTED, K.FLOW_DOWN_TERMS})
_REFERENCES = frozenset({K.TAX_REFERENCE, K.BANK_REFERENCE})
_DISTRIBUTORS = frozenset({K.TERMS_ACCEPTED, K.FLOW_DOWN_TERMS, K.PROFILE})
"What a distributor may have to do about a reseller: nothing that shows it the reseller's documents or references."


async def define_onboarding(request: Request[Actor], given: DefineOnboardingInput) -> Key:
    """As the vendor: say what partners of a programme do to come on board."""
    async with acting(request, "defineOnboarding") as act:
        check = Checks()
        key = check.key("Program", "programme", given.program_id, "programId")
        found = await programs.program_to_change(act.session, key) if key is not None else None
        if key is not None and found is None:
            check.not_found("programme", "programId")
        if found is not None:
            check.version(found["version"], given.expected_version)
        rows = _steps(check, given.steps, None if found is None else Audience(found["audience"]))
        check.settle()
        assert key is not None and found is not None
        await queries.replace_steps(act.session, key, found["audience"], rows)
        await programs.next_version(act.session, key)
        after = {"steps": [{"title": title, "kind": kind, "by": by} for _, title, kind, by, *_ in rows]}
        await act.record(global_id("Program", key), vendor_id=key.vendor_id, after=after)
        return key


def _steps(
    check: Checks, given: list[OnboardingStepInput], audience: Audience | None
) -> list[tuple[int, str, OnboardingStepKind, Level, bool, str | None, str | None]]:
    check.at_most(MOST_STEPS, given, "steps")
    check.different([each.title for each in given], "steps")
    rows = []
    for place, each in enumerate(given[:MOST_STEPS]):
        at = ("steps", str(place))
        title = check.name(each.title, *at, "title")
        version = check.optional_name(each.version, *at, "version")
        certification = check.optional_name(each.certification, *at, "certification")
        if (each.kind in TERMS) != (version is not None):
            wrong = "Terms have a version, which is accepted; other steps have none."
            check.add(C.REQUIRED if each.kind in TERMS else C.INVALID, wrong, *at, "version")
        if certification is not None and each.kind is not K.TRAINING:
            check.add(C.INVALID, "A certification goes with training.", *at, "certification")
        if audience is not None and (wrong_here := _unfit(each.kind, each.by, audience)):
            check.add(C.INVALID, wrong_here, *at)
        rows.append((place + 1, title, each.kind, each.by, each.required, version, certification))
    return rows


def _unfit(kind: OnboardingStepKind, by: Level, audience: Audience) -> str | None:
    """Why a step stands in no track of an audience."""
    if audience is Audience.DISTRIBUTOR:
        if by is Level.RESELLER:
            return "In a programme for distributors a step is the vendor's or the distributor's."
        if kind in {K.TRAINING, K.FLOW_DOWN_TERMS}:
            return f"{kind} is a step of resellers."
    elif by is Level.DISTRIBUTOR and kind not in _DISTRIBUTORS:
        return "What a distributor does for a reseller is about terms or its profile: it sees no papers of a reseller."
    return None


async def complete_onboarding_step(request: Request[Actor], given: CompleteOnboardingStepInput) -> Partner:
    """Say that a step was done, with what it rests on."""
    async with acting(request, "completeOnboardingStep") as act:
        check = Checks()
        done = await act.done_before(given.idempotency_key, given)
        partner, whose, track = await _partner(act, check, given.enrollment_id, given.agreement_id)
        if done is not None:
            return partner
        kind = _completable(check, track, given.step, act.actor.level)
        if kind in TERMS:
            check.add(C.INVALID, "Terms are accepted in a version, by a signer: that is another act.", "step")
        reference = check.optional_name(given.reference, "reference")
        if kind is not None and (kind in _REFERENCES) != (reference is not None):
            code = C.REQUIRED if kind in _REFERENCES else C.INVALID
            check.add(code, "A tax number or a bank reference goes with a step about it.", "reference")
        document = await _document(act, check, given.document_id, kind, whose)
        check.settle()
        assert kind is not None
        evidence = (None, None, reference, document)
        await _write(act, partner, whose, kind, given, evidence)
        await act.remember(given.idempotency_key, given, trimmed(given.step))
        return partner


async def accept_terms(request: Request[Actor], given: AcceptTermsInput) -> Partner:
    """Say who signed terms, in which version."""
    async with acting(request, "acceptTerms") as act:
        check = Checks()
        done = await act.done_before(given.idempotency_key, given)
        partner, whose, track = await _partner(act, check, given.enrollment_id, given.agreement_id)
        if done is not None:
            return partner
        kind = _completable(check, track, given.step, act.actor.level)
        version, signer = check.name(given.version, "version"), check.name(given.signer, "signer")
        if kind is not None and kind not in TERMS:
            check.add(C.INVALID, "This step is not about terms.", "step")
        asked = next((row["version"] for row in _rows(track) if row["title"] == trimmed(given.step)), None)
        if asked is not None and version != asked:
            check.add(C.STALE, f"Version {asked} is to be accepted; read it and accept that.", "version")
        check.settle()
        assert kind is not None
        await _write(act, partner, whose, kind, given, (version, signer, None, None))
        await act.remember(given.idempotency_key, given, trimmed(given.step))
        return partner


async def _partner(
    act: Act, check: Checks, enrollment_id: str | None, agreement_id: str | None
) -> tuple[Partner, Row, Track | None]:
    """Whose track, in its turn, and how it stands as the asker sees it. Refused where there is none."""
    if (enrollment_id is None) == (agreement_id is None):
        raise refused(C.REQUIRED, "Name either an enrolment or an agreement.", "enrollmentId")
    level = act.actor.level
    if enrollment_id is not None:
        path, what = "enrollmentId", "enrolment"
        key = check.key("Enrollment", what, enrollment_id, path)
        whose = await queries.enrollment(act.session, level, key) if key is not None else None
    else:
        path, what = "agreementId", "agreement"
        key = check.key("DistributionAgreement", what, agreement_id or "", path)
        readable = key is not None and level is not Level.RESELLER
        whose = await queries.agreement(act.session, key) if key is not None and readable else None
    if key is not None and whose is None:
        check.not_found(what, path)
    check.settle()
    assert key is not None and whose is not None
    if whose["status"] == EnrollmentStatus.ENDED:
        raise refused(C.NOT_ACTIVE, "It has ended; there is nothing to be done for it any more.", path)
    await take(act.session, Turn.ONBOARDING, named(key.vendor_id, key.id))
    partner = Partner(Key(key.vendor_id, whose["program_id"]), whose["reseller_id"], whose["agreement_id"])
    (track,) = await tracks(act.session, level, [partner], datetime.now(UTC).date())
    return partner, whose, track


def _rows(track: Track | None) -> Sequence[Row]:
    return track.rows if track is not None else ()


def _completable(check: Checks, track: Track | None, title: str, level: Level) -> OnboardingStepKind | None:
    """The kind of the step by this title, if the level may do it now."""
    for row, step, state in (
        zip(track.rows, track.steps, track.standing.states, strict=True) if track is not None else ()
    ):
        if row["title"] == trimmed(title):
            if why := may_complete(step, state, level):
                check.add(_code(step, state, level), why, "step")
            return step.kind
    known = ", ".join(repr(row["title"]) for row in _rows(track)) or "none"
    check.add(C.NOT_FOUND, f"There is no step of this title that you can see; there are: {known}.", "step")
    return None


def _code(step: Step, state: OnboardingStepState, level: Level) -> UserErrorCode:
    """With which code a step is refused that `may_complete` says may not be done."""
    if step.by is not level or step.kind in FACTS:
        return C.NOT_ALLOWED
    return C.TOO_LATE if state is OnboardingStepState.DONE else C.NOT_ELIGIBLE


async def _document(act: Act, check: Checks, id: str | None, kind: OnboardingStepKind | None, whose: Row) -> object:
    """The id of the document that due diligence rests on: one of the partner's, that stands and has not expired."""
    if kind is None:
        return None
    if (kind is K.DUE_DILIGENCE_DOCUMENT) != (id is not None):
        code = C.REQUIRED if id is None else C.INVALID
        check.add(code, "A document goes with a step of due diligence.", "documentId")
        return None
    key = check.key("ComplianceDocument", "document", id, "documentId") if id is not None else None
    if key is None:
        return None
    found = await document_to_rest_on(act.session, key)
    if found is None or any(found[name] != whose[name] for name in ("reseller_id", "agreement_id")):
        check.not_found("document", "documentId")
        return None
    today = datetime.now(UTC).date()
    if DocumentStatus(found["status"]) not in STANDS or (found["valid_until"] or today) < today:
        check.add(C.NOT_ACTIVE, "This document was rejected or taken back, or has expired.", "documentId")
    return key.id


async def _write(
    act: Act,
    partner: Partner,
    whose: Row,
    kind: OnboardingStepKind,
    given: CompleteOnboardingStepInput | AcceptTermsInput,
    evidence: tuple[object, ...],
) -> None:
    """Write down that a step was done. `evidence` is version, signer, reference and document. Which distributor did
    something for a reseller, the vendor is not told."""
    now, level, vendor_id, title = datetime.now(UTC), act.actor.level, partner.program.vendor_id, trimmed(given.step)
    values = (new_id(), kind, title, level, *evidence, now.date(), now)
    await queries.insert(act.session, vendor_id, whose, values)
    ours = whose["by_distributor_id"] is None
    whom = Concerns(vendor=ours, distributor_id=whose["distributor_id"], reseller_id=whose["reseller_id"])
    after = {"step": title, "kind": kind, "version": evidence[0], "signer": evidence[1]}
    subject = given.enrollment_id or given.agreement_id or ""
    await act.record(subject, vendor_id=vendor_id, after=after, concerns=whom)
