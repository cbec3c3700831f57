"""What a proposal of a profile consists of: the meaning that each column or segment seems to have, with the reasons for
it; what could not be decided; and the profile that follows. A person reads it, changes it, tries it out, and saves it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from app.programme.terms import SubmissionFormat
from app.reports.formats.profiles import Profile

MOST_SAMPLES = 5
LONGEST_SAMPLE = 60


class ProfileQuestionCode(StrEnum):
    """What a sample does not decide."""

    FIELD_NOT_FOUND = "FIELD_NOT_FOUND"
    "No column or segment seems to be a field that every row needs."
    FIELD_AMBIGUOUS = "FIELD_AMBIGUOUS"
    "Two columns could be the same field about as well."
    HEADER_REPEATED = "HEADER_REPEATED"
    "Two columns have the same header, so a profile cannot tell them apart."
    DECIMAL_MARK = "DECIMAL_MARK"
    "Numbers can be read with a decimal point or a decimal comma."
    DATE_FORMAT = "DATE_FORMAT"
    "Days, or the names of their months, can be read in more than one way."
    NO_HEADER = "NO_HEADER"
    "The file seems to begin with its first row."
    DATE_ORDER = "DATE_ORDER"
    "Dates can be read with the day or with the month first."
    RETURNS = "RETURNS"
    "How returns are told."
    LINE_NUMBERS = "LINE_NUMBERS"
    "No line numbers: the ordinal within its document is the line, and a document sent again is held."
    VALUE_UNKNOWN = "VALUE_UNKNOWN"
    "A value of a known field that has no known meaning."
    QUALIFIER_UNKNOWN = "QUALIFIER_UNKNOWN"
    "A qualifier or transfer type that may say something that is not read."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column or segment seems to be: a field with a confidence from 0 to 1, or none; and why."""

    position: int
    header: str
    samples: list[str]
    field: str | None
    confidence: float
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """What the sample does not decide, about a field where it is about one."""

    code: ProfileQuestionCode
    field: str | None
    message: str


@dataclass(slots=True)
class Proposal:
    """A profile as a sample suggests it. `rows` says how many rows or items were looked at."""

    format: SubmissionFormat
    profile: Profile
    meanings: list[Meaning] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rows: int = 0
    whole: bool = True

    def ask(self, code: ProfileQuestionCode, message: str, field: str | None = None) -> None:
        self.questions.append(Question(code, field, message))


def samples_of(values: Iterable[str]) -> list[str]:
    """The first few different values, cut to what people look at."""
    found = dict.fromkeys(value[:LONGEST_SAMPLE] for value in values if value)
    return list(found)[:MOST_SAMPLES]


def together(weights: Iterable[float]) -> float:
    """How much independent reasons prove together: the chance that not all of them are wrong."""
    wrong = 1.0
    for weight in weights:
        wrong *= 1.0 - weight
    return round(1.0 - wrong, 2)
