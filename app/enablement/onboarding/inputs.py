"""What is entered about onboarding."""

import strawberry

from app.execution.described import entered, values
from app.programme.onboarding import OnboardingStepKind, OnboardingStepState
from app.programme.terms import Level

for each in (Level, OnboardingStepKind, OnboardingStepState):
    values(each)


@entered
class OnboardingStepInput:
    """A step of a track."""

    title: str
    "What it is called, up to 200 characters; each step of a programme differently."
    kind: OnboardingStepKind
    "What it is about."
    by: Level
    "Who must do it."
    required: bool = True
    "Whether the steps after it wait for it."
    version: str | None = None
    "Of terms, the version that is to be accepted; where it changes, they are to be accepted again."
    certification: str | None = None
    "Of training, the certification that somebody is to hold; leave it out where any will do."


@entered
class DefineOnboardingInput:
    """What partners of a programme do to come on board, from now on."""

    program_id: strawberry.ID
    "Which programme."
    expected_version: int
    "The version of the programme that you decided upon."
    steps: list[OnboardingStepInput]
    "All steps, in their order, at most 30. A step that keeps its kind and title stays done where it was done."


@entered
class CompleteOnboardingStepInput:
    """That a step was done."""

    enrollment_id: strawberry.ID | None = None
    "Of which enrolment of a reseller; either this or an agreement."
    agreement_id: strawberry.ID | None = None
    "Or of which agreement, in the distributor's programme."
    step: str
    "The step's title."
    reference: str | None = None
    "The tax number, or the reference by which the bank account is known; never the account itself."
    document_id: strawberry.ID | None = None
    "The document that a step of due diligence rests on, one of the partner's."
    idempotency_key: str
    "Your own key for this act: the same key and input do it once, for good."


@entered
class AcceptTermsInput:
    """That somebody has signed terms."""

    enrollment_id: strawberry.ID | None = None
    "For which enrolment of a reseller; either this or an agreement."
    agreement_id: strawberry.ID | None = None
    "Or for which agreement, in the distributor's programme."
    step: str
    "The step's title."
    version: str
    "The version that was read and signed: the one that the step names."
    signer: str
    "Who signed, by name, up to 200 characters."
    idempotency_key: str
    "Your own key for this act: the same key and input accept once, for good."
