"""Lines that resellers contest: who may do what next.

A reseller that finds a purchase booked to it that it did not make contests the line. The distributor that reported the line
answers: it upholds the booking and says why, or accepts that it is wrong and corrects its report. Until the report is
corrected no figure changes. While nobody has answered, the reseller may take its objection back; once answered, it may
contest the line anew.
"""

from enum import StrEnum


class ContestStatus(StrEnum):
    """How a contested line stands."""

    OPEN = "OPEN"
    "It waits for the distributor's answer."
    UPHELD = "UPHELD"
    "The distributor says that it is right as it is."
    ACCEPTED = "ACCEPTED"
    "The distributor says that it is wrong, and corrects its report."
    WITHDRAWN = "WITHDRAWN"
    "The reseller took its objection back."


class ContestAnswer(StrEnum):
    """What a distributor answers."""

    UPHOLD = "UPHOLD"
    "The line is right; the reason says why."
    ACCEPT = "ACCEPT"
    "The line is wrong; it is corrected with the distributor's next report."


STANDS_AFTER = {ContestAnswer.UPHOLD: ContestStatus.UPHELD, ContestAnswer.ACCEPT: ContestStatus.ACCEPTED}
"How a contested line stands after an answer."


def not_now(status: ContestStatus) -> str | None:
    """Why a contested line can be neither answered nor taken back; None where it can."""
    if status is ContestStatus.OPEN:
        return None
    return f"This is {status} already; only what is OPEN is answered or taken back."


def says_why(answer: ContestAnswer) -> bool:
    """Whether an answer needs a reason: who is told that it is wrong is told why."""
    return answer is ContestAnswer.UPHOLD
