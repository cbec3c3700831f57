"""What trying something out says of claims: what each would come to without it and with it, and where that differs.

What is compared is reckoned twice in the same way: once as everything stands, once with what is tried out. What comes to
the same is no effect. Where there is more than can be reckoned for an answer, nobody knows what it comes to, and that is
said, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class ClaimEffectKind(StrEnum):
    """What of claims would be otherwise."""

    DEBIT_TAKEN_BACK = "DEBIT_TAKEN_BACK"
    "What is taken back of debits that were paid, because units came back or their sale stands no longer: below zero."
    DEBIT_CLAIMABLE = "DEBIT_CLAIMABLE"
    "What claiming all that nobody has claimed yet of a product under a special price would pay today."
    PRICE_PROTECTION = "PRICE_PROTECTION"
    "What a price change that is not decided yet comes to."
    ROTATION_ALLOWANCE = "ROTATION_ALLOWANCE"
    "What may go back in a quarter."


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared: debits under a special price by product, a product's price change on a day, or the rotation of the
    quarter that begins on a day; in a currency."""

    kind: ClaimEffectKind
    currency: str
    special_price_id: UUID | None = None
    product_id: UUID | None = None
    day: date | None = None

    @property
    def order(self) -> tuple[str, str, str, str]:
        return self.kind.value, str(self.special_price_id), str(self.product_id), str(self.day)


@dataclass(frozen=True, slots=True)
class Worth:
    """What it comes to: units (10⁻³) and an amount (10⁻⁶ currency units). None where that was too much to reckon."""

    units: int | None = 0
    amount: int | None = 0


@dataclass(frozen=True, slots=True)
class ClaimEffect:
    """What a subject comes to without what is tried out, and with it."""

    subject: Subject
    before: Worth
    after: Worth


def differences(before: Mapping[Subject, Worth], after: Mapping[Subject, Worth]) -> list[ClaimEffect]:
    """Where the two differ, in order; what is missing in one of them comes to nothing there. What could not be reckoned is
    told, because nobody knows that it does not differ."""
    nothing = Worth()
    found = [
        ClaimEffect(subject, before.get(subject, nothing), after.get(subject, nothing))
        for subject in sorted({*before, *after}, key=lambda subject: (subject.order, subject.currency))
    ]
    return [each for each in found if each.before != each.after or each.after.amount is None]
