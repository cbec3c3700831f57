"""How a partner comes on board: ordered steps, who must do which, and what each waits for.

A track belongs to a programme. Its steps are done in their order: a step waits while one before it that is required is not
done. A document counts up to its last day of validity, so a step that rests on it is open again on the day after. Terms
that changed are to be accepted again: an acceptance counts for the version that it names. Training and the first order
are facts, not acts: nobody says that they are done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.programme.terms import Level


class OnboardingStepKind(StrEnum):
    """What a step is about."""

    TERMS_ACCEPTED = "TERMS_ACCEPTED"
    "The programme's terms, accepted in a version by a named signer."
    FLOW_DOWN_TERMS = "FLOW_DOWN_TERMS"
    "The vendor's terms that a distributor passes on, accepted by the reseller."
    PROFILE = "PROFILE"
    "The partner's profile, confirmed by it."
    TAX_REFERENCE = "TAX_REFERENCE"
    "A tax number."
    BANK_REFERENCE = "BANK_REFERENCE"
    "A reference to the account that is paid to; never the account itself."
    DUE_DILIGENCE_DOCUMENT = "DUE_DILIGENCE_DOCUMENT"
    "A document, with the day until which it is valid."
    TRAINING = "TRAINING"
    "A certification that somebody of the partner holds."
    FIRST_ORDER = "FIRST_ORDER"
    "The first purchase."


FACTS = frozenset({OnboardingStepKind.TRAINING, OnboardingStepKind.FIRST_ORDER})
"Steps that facts decide, and no act."


class OnboardingStepState(StrEnum):
    """How a step stands on a day."""

    DONE = "DONE"
    "Done, and still valid."
    OPEN = "OPEN"
    "To be done now."
    WAITING = "WAITING"
    "To be done once the required steps before it are."
    EXPIRED = "EXPIRED"
    "Was done, and what it rests on is valid no longer, or is of an earlier version."


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a track: its place from 1, what it is about, who must do it, whether the later steps wait for it, and which
    version of terms is to be accepted."""

    position: int
    kind: OnboardingStepKind
    by: Level
    required: bool = True
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """That a step was done on a day: with which version, and valid through which day (None: for good)."""

    position: int
    on: date
    version: str | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the steps stand, in their order; whether all required ones are done; and the next day on which one expires."""

    states: tuple[OnboardingStepState, ...]
    complete: bool
    expires: date | None


def standing(steps: Sequence[Step], done: Sequence[Done], day: date) -> Standing:
    """How a partner stands in a track on a day. Of a step that was done several times the latest counts.

    Raises ValueError where two steps have the same place.
    """
    ordered = sorted(steps, key=lambda step: step.position)
    if len({step.position for step in ordered}) != len(ordered):
        raise ValueError("Two steps of a track have the same place.")
    latest: dict[int, Done] = {}
    for each in sorted((each for each in done if each.on <= day), key=lambda each: each.on):
        latest[each.position] = each
    states: list[OnboardingStepState] = []
    blocked = False
    for step in ordered:
        found = _state(step, latest.get(step.position), day, blocked)
        states.append(found)
        blocked = blocked or (step.required and found is not OnboardingStepState.DONE)
    ends = [
        each.valid_until
        for step, state in zip(ordered, states, strict=True)
        if state is OnboardingStepState.DONE and (each := latest[step.position]).valid_until is not None
    ]
    return Standing(tuple(states), not blocked, min((end for end in ends if end), default=None))


def _state(step: Step, done: Done | None, day: date, blocked: bool) -> OnboardingStepState:
    if done is None:
        return OnboardingStepState.WAITING if blocked else OnboardingStepState.OPEN
    valid = done.valid_until is None or day <= done.valid_until
    stands = valid and (step.version is None or step.version == done.version)
    return OnboardingStepState.DONE if stands else OnboardingStepState.EXPIRED


def may_complete(step: Step, state: OnboardingStepState, level: Level) -> str | None:
    """Why a level may not say now that a step is done, in a sentence; None where it may."""
    if step.kind in FACTS:
        return f"{step.kind} is done as soon as it has happened; nobody says so."
    if step.by is not level:
        return f"This step is the {step.by.lower()}'s."
    if state is OnboardingStepState.WAITING:
        return "A required step before it is not done yet."
    if state is OnboardingStepState.DONE:
        return "This step is done."
    return None
