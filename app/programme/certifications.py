"""Who is trained on what, until when, and whether that is what a programme asks for.

A certification is a person's or a firm's. It counts from the day of its issue through its last day, once somebody other than
the partner itself stands for it: the vendor, or a distributor that trained. What a partner says of itself counts when the
vendor has verified it. Of one person the same certification counts once, however often it was renewed; names are the same
whatever their capitals and spaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.programme.terms import Level

MICRO = 1_000_000


class CertificationStatus(StrEnum):
    """What was decided about a certification."""

    RECORDED = "RECORDED"
    "The partner recorded it; the vendor has not verified it yet."
    VERIFIED = "VERIFIED"
    "It is verified, or was recorded by somebody who stands for it."
    REVOKED = "REVOKED"
    "It was revoked, or refused."


class CertificationState(StrEnum):
    """How a certification stands today."""

    UNVERIFIED = "UNVERIFIED"
    "The partner recorded it, and the vendor has not verified it: it does not count yet."
    VALID = "VALID"
    "It counts."
    EXPIRED = "EXPIRED"
    "Its last day is over."
    REVOKED = "REVOKED"
    "It was revoked, or refused."


class EnablementKind(StrEnum):
    """What a distributor does to enable a reseller."""

    TRAINING = "TRAINING"
    "It trained the reseller's people."
    EVENT = "EVENT"
    "An event, such as a product launch or a roadshow."
    VISIT = "VISIT"
    "A visit."
    CAMPAIGN = "CAMPAIGN"
    "A campaign, made for the reseller or together with it."


def status_on_recording(by: Level) -> CertificationStatus:
    """What a certification is when somebody records it."""
    return CertificationStatus.RECORDED if by is Level.RESELLER else CertificationStatus.VERIFIED


def state(status: CertificationStatus, valid_until: date | None, today: date) -> CertificationState:
    """How a certification stands on a day; `valid_until` is its last day, None where it has none."""
    if status is CertificationStatus.REVOKED:
        return CertificationState.REVOKED
    if valid_until is not None and today > valid_until:
        return CertificationState.EXPIRED
    return CertificationState.UNVERIFIED if status is CertificationStatus.RECORDED else CertificationState.VALID


def known_as(name: str) -> str:
    """By what names are compared: small letters, and one space where there are several."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class RequiredCertification:
    """That partners of a programme, from a tier on (0: all of them), need so many holders of a certification."""

    name: str
    needed: int
    from_rank: int = 0


def lacking(
    required: Iterable[RequiredCertification], rank: int, held: Mapping[str, int]
) -> list[RequiredCertification]:
    """What a partner in a tier lacks (0: in none). `held` has the number of holders by what names are compared."""
    return [each for each in required if each.from_rank <= rank and held.get(known_as(each.name), 0) < each.needed]


@dataclass(frozen=True, slots=True)
class Enablement:
    """How many resellers are active, and how many of these lack nothing of what their programmes require. A reseller of
    which nothing is required lacks nothing."""

    active: int
    certified: int

    @property
    def share(self) -> int | None:
        """The share in 10⁻⁶, rounded down; None where no reseller is active."""
        return self.certified * MICRO // self.active if self.active else None


def enablement(lacks: Sequence[bool]) -> Enablement:
    """From whether each active reseller lacks a certification."""
    return Enablement(len(lacks), lacks.count(False))
