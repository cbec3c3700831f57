"""Onboarding tracks as each level sees them.

The vendor and the partner read every step and what it rests on; a distributor, of a reseller's track, only the steps that
distributors do, and what it did itself.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.enablement.documents.graph import ComplianceDocument, documents_by_key
from app.enablement.onboarding import queries
from app.enablement.onboarding.tracks import Partner, Track, tracks
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.edges import reference as to_one
from app.execution.identifiers import Key
from app.execution.request import Request
from app.programme.onboarding import Done, OnboardingStepKind, OnboardingStepState, Step
from app.programme.terms import Level
from app.store.database import Row

for each in (Level, OnboardingStepKind, OnboardingStepState):
    values(each)


class HasKey(Protocol):
    """A programme."""

    @property
    def key(self) -> Key: ...


class HasEnrollment(Protocol):
    """An enrolment: which reseller, in which programme."""

    program_key: Key
    reseller_key: Key


class HasAgreement(Protocol):
    """An agreement, and the programme that it belongs to."""

    key: Key
    program_key: Key


@visible("onboarding:read")
class OnboardingStepTerms:
    """A step that partners of a programme do to come on board."""

    title: str
    "What it is called."
    kind: OnboardingStepKind
    "What it is about."
    by: Level
    "Who must do it."
    required: bool
    "Whether the steps after it wait for it."
    version: str | None
    "Of terms, the version that is to be accepted."
    certification: str | None
    "Of training, the certification that somebody is to hold; null where any will do."

    @classmethod
    def of(cls, row: Row) -> "OnboardingStepTerms":
        return cls(
            title=row["title"],
            kind=OnboardingStepKind(row["kind"]),
            by=Level(row["by_level"]),
            required=row["required"],
            version=row["version"],
            certification=row["certification"],
        )


@visible("onboarding:read")
class OnboardingStep:
    """How a partner stands with a step."""

    document_key: strawberry.Private[Key | None]
    terms: OnboardingStepTerms
    "The step."
    state: OnboardingStepState
    "How it stands today."
    completed_on: date | None
    "When it was last done; null where it was not."
    valid_until: date | None
    "The last day on which it counts, by the document or the certification that it rests on; null where there is none."
    accepted_version: str | None
    "Which version of the terms was accepted last."
    signer: str | None
    "Who signed."
    reference: str | None
    "The tax number, or the reference by which the bank account is known."
    document = to_one(
        documents_by_key,
        ComplianceDocument | None,
        key=lambda step: step.document_key,
        description="The document that it rests on; null where it rests on none.",
    )

    @classmethod
    def of(
        cls, vendor: Key, row: Row, act: Row | None, done: Done | None, state: OnboardingStepState
    ) -> "OnboardingStep":
        document = None if act is None else act["document_id"]
        return cls(
            document_key=None if document is None else Key(vendor.vendor_id, document),
            terms=OnboardingStepTerms.of(row),
            state=state,
            completed_on=None if done is None else done.on,
            valid_until=None if done is None else done.valid_until,
            accepted_version=None if act is None else act["version"],
            signer=None if act is None else act["signer"],
            reference=None if act is None else act["reference"],
        )


@visible("onboarding:read")
class Onboarding:
    """How far a partner is in coming on board."""

    steps: list[OnboardingStep]
    "The steps, in their order: for a distributor, of a reseller's only those that distributors do, and as it did them."
    complete: bool | None
    "Whether all required steps are done; null for a distributor that asks about a reseller."
    expires: date | None
    "The next last day of something that a step rests on; null where nothing expires."

    @classmethod
    def of(cls, vendor: Key, track: Track) -> "Onboarding":
        parts: list[tuple[Row, Row | None, Step, OnboardingStepState]] = list(
            zip(track.rows, track.latest, track.steps, track.standing.states, strict=True)
        )
        return cls(
            steps=[
                OnboardingStep.of(vendor, row, act, track.done.get(step.position), state)
                for row, act, step, state in parts
            ],
            complete=track.standing.complete if track.whole else None,
            expires=track.standing.expires,
        )


async def onboarding_of_enrollments(
    request: Request[Actor], parents: Sequence[HasEnrollment], selection: Selection
) -> list[Onboarding | None]:
    """How far the reseller is on the programme's track; null where the programme has none that concerns you."""
    return await onboarding_of(request, [Partner(each.program_key, each.reseller_key.id) for each in parents])


async def onboarding_of_agreements(
    request: Request[Actor], parents: Sequence[HasAgreement], selection: Selection
) -> list[Onboarding | None]:
    """How far the distributor is on the track of its programme; null where the programme has none."""
    return await onboarding_of(request, [Partner(each.program_key, None, each.key.id) for each in parents])


async def onboarding_of(request: Request[Actor], partners: Sequence[Partner]) -> list[Onboarding | None]:
    """How far partners are, as the asker may see it."""
    today = datetime.now(UTC).date()
    found = await tracks(await request.reader(), request.actor.level, partners, today)
    return [
        None if track is None else Onboarding.of(partner.program, track)
        for partner, track in zip(partners, found, strict=True)
    ]


async def steps_of_programs(
    request: Request[Actor], parents: Sequence[HasKey], selection: Selection
) -> list[list[OnboardingStepTerms]]:
    """What its partners do to come on board, in order. At most 30 steps."""
    return await steps_of(request, [parent.key for parent in parents])


async def steps_of(request: Request[Actor], programs: Sequence[Key]) -> list[list[OnboardingStepTerms]]:
    """The steps of programmes, as `steps_of_programs` says."""
    found: list[list[OnboardingStepTerms]] = [[] for _ in programs]
    for row in await queries.steps(await request.reader(), programs):
        found[row["ordinal"] - 1].append(OnboardingStepTerms.of(row))
    return found
