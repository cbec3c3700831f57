"""What a distributor took by itself: its debit memos, matched to claims and to the vendor's credit memos.

A debit memo that names a claim belongs to it, if it is in the claim's currency. One that names none is compared with the
claims that are still open: the same currency, exactly what is open, decided within some days before or after; such matches
are only proposed, and a person confirms them. A credit memo that names a debit memo or its claim settles what was taken.
What nothing matches ages, from the day of the memo. What was taken for a claim beyond what was approved is over-deducted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.programme.ageing import age_bucket
from app.programme.claim_terms import AgeBucket, MatchKind, UnmatchedReason


@dataclass(frozen=True, slots=True)
class DebitMemo:
    """What a distributor took: its own number, the claim's number that it names if any, how much (minor units, above zero)
    and when. `confirmed` is the claim that a person matched it with."""

    number: str
    reference: str | None
    amount: int
    currency: str
    dated: date
    confirmed: str | None = None


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """A claim and what was approved of it (minor units, not negative), decided on a day."""

    number: str
    approved: int
    currency: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class CreditMemo:
    """What the vendor credited (minor units, above zero), for a claim or a debit memo that it names."""

    number: str
    reference: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Match:
    """A debit memo and its claim, and how they came together."""

    memo: DebitMemo
    claim: DecidedClaim
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """A debit memo and a claim that it may belong to; the day of one is so many days from that of the other."""

    memo: DebitMemo
    claim: DecidedClaim
    days_apart: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A debit memo without a claim, why, and how old it is in days."""

    memo: DebitMemo
    reason: UnmatchedReason
    age: int
    bucket: AgeBucket


@dataclass(frozen=True, slots=True)
class ClaimBalance:
    """What became of a claim: approved, taken by debit memos and credited, in minor units."""

    claim: DecidedClaim
    deducted: int
    credited: int

    @property
    def over_deducted(self) -> int:
        """What was taken beyond what was approved."""
        return max(0, self.deducted - self.claim.approved)

    @property
    def over_credited(self) -> int:
        """What was credited beyond what was approved."""
        return max(0, self.credited - self.claim.approved)

    @property
    def uncleared(self) -> int:
        """What was taken and no credit memo settles yet."""
        return max(0, self.deducted - self.credited)

    @property
    def open(self) -> int:
        """What was approved and neither taken nor credited yet."""
        return max(0, self.claim.approved - max(self.deducted, self.credited))


@dataclass(frozen=True, slots=True)
class Matching:
    """What came of matching: certain matches, proposals (the nearest first), what nothing matches with its age, a balance
    per claim, and credit memos that name nothing known, or in another currency."""

    matches: tuple[Match, ...]
    proposals: tuple[Proposal, ...]
    unmatched: tuple[Unmatched, ...]
    balances: tuple[ClaimBalance, ...]
    stray_credits: tuple[CreditMemo, ...]

    def unmatched_by_age(self, currency: str) -> dict[AgeBucket, int]:
        """What is unmatched in a currency, in minor units, by age; every bucket is there."""
        sums = dict.fromkeys(AgeBucket, 0)
        for each in self.unmatched:
            sums[each.bucket] += each.memo.amount if each.memo.currency == currency else 0
        return sums


def matched(
    memos: Sequence[DebitMemo],
    claims: Sequence[DecidedClaim],
    credits: Sequence[CreditMemo],
    today: date,
    window_days: int,
) -> Matching:
    """Debit memos with their claims, as known today. The order in which anything is given changes nothing.

    References are compared without regard to case and to blanks around them. Raises ValueError where two memos, claims or
    credit memos have one number so compared, an amount is not above zero, or the window is negative.
    """
    _check(memos, claims, credits, window_days)
    known = _Known({_key(claim.number): claim for claim in claims})
    for memo in sorted(memos, key=lambda memo: (memo.dated, memo.number)):
        known.place(memo, today)
    stray = tuple(credit for credit in sorted(credits, key=lambda each: each.number) if not known.credit(credit))
    balances = tuple(known.balance(number) for number in sorted(known.claims))
    proposals = _proposals([each.memo for each in known.unmatched], balances, window_days)
    return Matching(tuple(known.matches), proposals, tuple(known.unmatched), balances, stray)


@dataclass(slots=True)
class _Known:
    """What is matched so far, by the claims' numbers as they are compared."""

    claims: Mapping[str, DecidedClaim]
    matches: list[Match] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    claim_of_memo: dict[str, str] = field(default_factory=dict)
    deducted: dict[str, int] = field(default_factory=dict)
    credited: dict[str, int] = field(default_factory=dict)

    def place(self, memo: DebitMemo, today: date) -> None:
        """Matches a memo with the claim that a person confirmed, or that it names; otherwise says why not."""
        named = memo.confirmed if memo.confirmed is not None else memo.reference
        claim = None if named is None else self.claims.get(_key(named))
        if claim is None or claim.currency != memo.currency:
            age = (today - memo.dated).days
            self.unmatched.append(Unmatched(memo, _why_not(named, claim), age, age_bucket(age)))
            return
        kind = MatchKind.REFERENCE if memo.confirmed is None else MatchKind.CONFIRMED
        self.matches.append(Match(memo, claim, kind))
        number = _key(claim.number)
        self.claim_of_memo[_key(memo.number)] = number
        self.deducted[number] = self.deducted.get(number, 0) + memo.amount

    def credit(self, credit: CreditMemo) -> bool:
        """Books a credit memo to the claim that it, or the debit memo that it names, belongs to; whether there is one."""
        named = _key(credit.reference)
        number = named if named in self.claims else self.claim_of_memo.get(named)
        if number is None or self.claims[number].currency != credit.currency:
            return False
        self.credited[number] = self.credited.get(number, 0) + credit.amount
        return True

    def balance(self, number: str) -> ClaimBalance:
        """What became of a claim."""
        return ClaimBalance(self.claims[number], self.deducted.get(number, 0), self.credited.get(number, 0))


def _why_not(named: str | None, claim: DecidedClaim | None) -> UnmatchedReason:
    if named is None or not _key(named):
        return UnmatchedReason.NO_REFERENCE
    return UnmatchedReason.UNKNOWN_REFERENCE if claim is None else UnmatchedReason.WRONG_CURRENCY


def _proposals(memos: Iterable[DebitMemo], balances: Sequence[ClaimBalance], window_days: int) -> tuple[Proposal, ...]:
    """For each memo the claims of its currency of which exactly its amount is open, within the window, the nearest first."""
    open_of: dict[tuple[str, int], list[DecidedClaim]] = {}
    for balance in balances:
        open_of.setdefault((balance.claim.currency, balance.open), []).append(balance.claim)
    found = [
        Proposal(memo, claim, days)
        for memo in memos
        for claim in open_of.get((memo.currency, memo.amount), ())
        if (days := abs((memo.dated - claim.decided_on).days)) <= window_days
    ]
    return tuple(sorted(found, key=lambda each: (each.days_apart, each.memo.number, each.claim.number)))


def _key(reference: str) -> str:
    """A reference as it is compared."""
    return reference.strip().casefold()


def _check(
    memos: Sequence[DebitMemo], claims: Sequence[DecidedClaim], credits: Sequence[CreditMemo], window_days: int
) -> None:
    for things in (memos, claims, credits):
        if len({_key(thing.number) for thing in things}) < len(things):
            raise ValueError("Every memo and every claim has a number of its own.")
    amounts = [*(memo.amount for memo in memos), *(credit.amount for credit in credits)]
    if any(amount <= 0 for amount in amounts) or any(claim.approved < 0 for claim in claims):
        raise ValueError("A memo's amount is above zero, and what was approved is not negative.")
    if window_days < 0:
        raise ValueError("The window is a number of days from 0 upwards.")
