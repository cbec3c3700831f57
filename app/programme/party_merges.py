"""When a vendor's two records of one reseller may become one, and when that may be undone.

One record, the survivor, goes on; the other is merged into it. What is decided here is only whether: what moves with it is
written down row by row, so that undoing puts back exactly that. Nothing is merged that somebody else still acts in (an
organisation that signed in as it, an invitation under way), and no money that waits or was paid to its people changes hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class MergeState(StrEnum):
    """Where a merge of two records stands."""

    APPLYING = "APPLYING"
    "It was asked for, and waits until no report is being counted that it would change."
    APPLIED = "APPLIED"
    "The survivor has what the other record had."
    REFUSED = "REFUSED"
    "Something came in between, and nothing was changed; it says what."
    UNDOING = "UNDOING"
    "It was asked to be undone, and waits until no report is being counted that this would change."
    UNDONE = "UNDONE"
    "Both records stand as before."


STANDING = (MergeState.APPLYING, MergeState.APPLIED, MergeState.UNDOING)
"The states in which two records are one, or are about to be."


class MergeRow(StrEnum):
    """What moves with a record."""

    AUTHORIZATION = "AUTHORIZATION"
    "That it may buy from a distributor under an agreement, with its credit terms there."
    ACCOUNT = "ACCOUNT"
    "An account number at a distributor."
    ALIAS = "ALIAS"
    "A distributor's own code for it."
    ENROLLMENT = "ENROLLMENT"
    "An enrolment in a programme."
    CERTIFICATION = "CERTIFICATION"
    "A certification."
    ACTIVITY = "ACTIVITY"
    "What a distributor did to enable it."
    ONBOARDING_STEP = "ONBOARDING_STEP"
    "A step of coming on board that was done."
    SEGMENT = "SEGMENT"
    "That it was put into a segment by hand."
    ASSIGNMENT = "ASSIGNMENT"
    "That it is an agent for some purchases, or that an agent is paid for its purchases."


class Hindrance(StrEnum):
    """Why two records cannot become one now."""

    SAME = "SAME"
    LINKED = "LINKED"
    INVITED = "INVITED"
    SURVIVOR_GONE = "SURVIVOR_GONE"
    MERGED_ALREADY = "MERGED_ALREADY"
    HAS_TAKEN_OVER = "HAS_TAKEN_OVER"
    OPEN_DEALS = "OPEN_DEALS"
    FUNDS = "FUNDS"
    SPIFF_CLAIMS = "SPIFF_CLAIMS"
    COMMISSIONS = "COMMISSIONS"
    CONTESTED_LINES = "CONTESTED_LINES"
    SELL_OUT = "SELL_OUT"
    DOCUMENTS = "DOCUMENTS"
    APPLICATIONS = "APPLICATIONS"

    @property
    def concerns_survivor(self) -> bool:
        """Whether it is the record that would go on which is in the way."""
        return self is Hindrance.SURVIVOR_GONE


@dataclass(frozen=True, slots=True)
class Standing:
    """How two records stand: the one that would go (its links, invitations, merges, money and papers), and the survivor.
    Numbers are of things that are still open, or that cannot be taken along."""

    same: bool = False
    linked: bool = False
    invitations: int = 0
    merged_already: bool = False
    has_taken_over: int = 0
    survivor_gone: bool = False
    deals: int = 0
    funds: int = 0
    spiff_claims: int = 0
    commissions: int = 0
    contested_lines: int = 0
    sell_out_reports: int = 0
    documents: int = 0
    applications: int = 0


_SAYS = {
    Hindrance.SAME: "A record cannot be merged into itself; name two.",
    Hindrance.LINKED: "A firm signs in as {gone}. Merge the other record into this one; or let the firm leave the network"
    " first.",
    Hindrance.INVITED: "Somebody is invited to sign in as {gone}. Withdraw the invitation, or wait until it has expired.",
    Hindrance.SURVIVOR_GONE: "{kept} is itself merged into another record. Name the record that goes on.",
    Hindrance.MERGED_ALREADY: "{gone} is merged into another record already. Undo that first.",
    Hindrance.HAS_TAKEN_OVER: "{gone} has taken over other records ({n}). Undo those merges, and merge each of them into"
    " {kept}.",
    Hindrance.OPEN_DEALS: "Deals of {gone} are open ({n}). Decide them or let them end first.",
    Hindrance.FUNDS: "{gone} has funds that go on, hold money, or are asked for money ({n}). Money does not change hands by"
    " a merge: merge the other way round, or let them end first.",
    Hindrance.SPIFF_CLAIMS: "People of {gone} claimed, or were paid for, its sales ({n} claims). Merge the other way round,"
    " so that these sales stay theirs.",
    Hindrance.COMMISSIONS: "Commissions keep {gone} as it is ({n}): it earned some as an agent, one of the two is the agent"
    " for what the other buys, or an agent is paid for its purchases and only some of them would go over. Merge the other"
    " way round, or without a day.",
    Hindrance.CONTESTED_LINES: "{gone} objects to lines that nobody has answered ({n}). Have them answered first.",
    Hindrance.SELL_OUT: "{gone} reported what it sold itself ({n} reports). Merge the other way round, so that its reports"
    " stay its own.",
    Hindrance.DOCUMENTS: "Documents were handed in for {gone} ({n}). They stay with whom they were handed in for: merge the"
    " other way round.",
    Hindrance.APPLICATIONS: "{gone} waits for an answer about a programme ({n}). Ask again in a moment.",
}


def hindrances(standing: Standing) -> list[Hindrance]:
    """Everything that keeps two records from becoming one now, all at once; of one record named twice nothing else."""
    if standing.same:
        return [Hindrance.SAME]
    found = {
        Hindrance.LINKED: standing.linked,
        Hindrance.INVITED: standing.invitations,
        Hindrance.SURVIVOR_GONE: standing.survivor_gone,
        Hindrance.MERGED_ALREADY: standing.merged_already,
        Hindrance.HAS_TAKEN_OVER: standing.has_taken_over,
        Hindrance.OPEN_DEALS: standing.deals,
        Hindrance.FUNDS: standing.funds,
        Hindrance.SPIFF_CLAIMS: standing.spiff_claims,
        Hindrance.COMMISSIONS: standing.commissions,
        Hindrance.CONTESTED_LINES: standing.contested_lines,
        Hindrance.SELL_OUT: standing.sell_out_reports,
        Hindrance.DOCUMENTS: standing.documents,
        Hindrance.APPLICATIONS: standing.applications,
    }
    return [each for each, there in found.items() if there]


def said(hindrance: Hindrance, standing: Standing, gone: str, kept: str) -> str:
    """A hindrance for the person who reads it: what is in the way of merging `gone` into `kept`, and what would help."""
    numbers = {
        Hindrance.HAS_TAKEN_OVER: standing.has_taken_over,
        Hindrance.OPEN_DEALS: standing.deals,
        Hindrance.FUNDS: standing.funds,
        Hindrance.SPIFF_CLAIMS: standing.spiff_claims,
        Hindrance.COMMISSIONS: standing.commissions,
        Hindrance.CONTESTED_LINES: standing.contested_lines,
        Hindrance.SELL_OUT: standing.sell_out_reports,
        Hindrance.DOCUMENTS: standing.documents,
        Hindrance.APPLICATIONS: standing.applications,
    }
    return _SAYS[hindrance].format(gone=gone, kept=kept, n=f"{numbers.get(hindrance, 0):,}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reseller stands in a programme: the status, and the id of its tier."""

    status: str
    tier: object


def taken_over(gone: Place, kept: Place | None) -> Place | None:
    """What the survivor's enrolment in a programme becomes: the other record's, where the survivor has none or has one that
    ended; None where the survivor's own goes on. An enrolment that ended gives nothing."""
    if gone.status == "ENDED" or (kept is not None and kept.status != "ENDED"):
        return None
    return gone


def joined(gone: Sequence[str], kept: Sequence[str]) -> list[str]:
    """The account numbers of an authorisation that two records share: the survivor's, then the others that it lacks."""
    return [*kept, *(number for number in gone if number not in kept)]
