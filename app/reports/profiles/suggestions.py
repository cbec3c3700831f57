"""Proposed profiles as their distributors see them: what each column or segment seems to mean, and why."""

from strawberry.scalars import JSON

from app.execution.described import values, visible
from app.programme import terms
from app.reports.profiles.actions import Suggested
from app.reports.profiles.proposals import ProfileQuestionCode
from app.reports.profiles.settings import as_json
from app.reports.profiles.trials import ProfilePreviewFailure

values(ProfileQuestionCode)
values(terms.SubmissionFormat)


@visible("submission:read")
class ProposedMeaning:
    """What a column or segment of a sample seems to be."""

    position: int
    "Which column it is, from 1; of segments, in which order they come first."
    header: str
    "The column's header, or the segment with its qualifier: N1*ST (2) is the second of its kind."
    samples: list[str]
    "The first few different values that stand there."
    field: str | None
    "The field that it seems to be, by its name in a profile; null where nothing speaks for one."
    confidence: float
    "How sure that is, from 0 to 1."
    reasons: list[str]
    "What speaks for it, the weightiest first."


@visible("submission:read")
class ProfileQuestion:
    """What a sample does not decide. A person has to say it before the profile is saved."""

    code: ProfileQuestionCode
    "What it is, for programs."
    field: str | None
    "The field that it is about; null where it is about none."
    message: str
    "What is open."


@visible("submission:read")
class ReportProfileProposal:
    """A profile as a sample suggests it. Nothing of it is stored."""

    format: terms.SubmissionFormat
    "How the sample is written."
    whole_file: bool
    "Whether all of the upload was looked at; of a CSV file larger than 256 KiB it was the beginning."
    rows: int
    "How many rows or items were looked at, of a table at most 300."
    meanings: list[ProposedMeaning]
    "The columns or segments, each with what it seems to be."
    questions: list[ProfileQuestion]
    "What could not be decided."
    settings: JSON | None
    "The profile that follows, as it can be tried out and saved; null where the sample could not be read."
    failure: ProfilePreviewFailure | None
    "Why nothing of the sample could be read; null where it could."


def proposal_of(found: Suggested) -> ReportProfileProposal:
    """What a sample suggests, for its sender."""
    proposal, reason = found.proposal, found.failure
    return ReportProfileProposal(
        format=found.sample.format,
        whole_file=found.sample.whole,
        rows=proposal.rows if proposal else 0,
        meanings=[
            ProposedMeaning(
                position=each.position,
                header=each.header,
                samples=each.samples,
                field=each.field and str(each.field),
                confidence=each.confidence,
                reasons=each.reasons,
            )
            for each in (proposal.meanings if proposal else ())
        ],
        questions=[
            ProfileQuestion(code=each.code, field=each.field and str(each.field), message=each.message)
            for each in (proposal.questions if proposal else ())
        ],
        settings=JSON(as_json(proposal.profile)) if proposal else None,
        failure=ProfilePreviewFailure(code=reason.code, message=reason.message) if reason else None,
    )
