"""What is wrong with how a programme is designed: incentives that fit nobody, that hardly anybody earns by, that pay on what
is not reported, with gates that nobody meets or nobody can measure; and obligations that nobody can measure.

A finding says what it stands on and what would put it right. It blames no partner: whether one keeps its obligations, its
scorecard says.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

K = TypeVar("K")
LOW_SHARE = 4
"Adoption is low where fewer than one in so many earn."
FEWEST_OFFERS = 4
"Of fewer offers nothing can be said of adoption."
FEWEST_STATEMENTS = 3
"Of fewer statements nothing can be said of a gate."
QUIET_DAYS = 90
"What was not reported for so many days is not being reported."


class HealthFindingKind(StrEnum):
    """What is wrong with the design of a programme."""

    KIND_DOES_NOT_FIT = "KIND_DOES_NOT_FIT"
    "An incentive's kind is none that fits whom it is offered to, by the matrix of their programme."
    LOW_ADOPTION = "LOW_ADOPTION"
    "Fewer than one in four of those to whom an incentive is offered earn anything by it."
    BASIS_NOT_REPORTED = "BASIS_NOT_REPORTED"
    "An incentive pays on sales of which nothing was reported for ninety days."
    GATE_NOBODY_MEETS = "GATE_NOBODY_MEETS"
    "A gate of an incentive was missed in every statement of the last year in which it could be measured."
    GATE_NOT_MEASURED = "GATE_NOT_MEASURED"
    "A gate of an incentive could not be measured in any statement of the last year."
    OBLIGATION_NOT_MEASURED = "OBLIGATION_NOT_MEASURED"
    "Something was agreed that cannot be measured, because what it is measured by does not exist."


@dataclass(frozen=True)
class Offered(Generic[K]):
    """An incentive in force under one agreement: of which kind and on which basis it pays, by which programme's matrix (the
    kinds that fit; empty where the programme has none), for how many days it has been in force, whether it has earned
    anything in the last year, and how many days ago something on its basis was last sold by a report (None: never)."""

    incentive: K
    name: str
    agreement: K
    distributor: str
    kind: str
    basis: str
    program: str
    fitting: frozenset[str]
    days_in_force: int
    earns: bool
    quiet_days: int | None


@dataclass(frozen=True)
class Gated(Generic[K]):
    """A gate of an incentive over the statements of the last year: how many there were, in how many it was measured, and in
    how many it was met."""

    incentive: K
    name: str
    gate: str
    statements: int
    measured: int
    met: int


@dataclass(frozen=True)
class Agreed(Generic[K]):
    """What an agreement obliges its distributor to: a share of enabled resellers (10⁻⁶), and stock within a standard; and
    what these are measured by: certifications that its vendor requires of anybody, and days since stock was counted (None:
    never)."""

    agreement: K
    distributor: str
    enabled: int | None
    required_certifications: int
    has_stock_standard: bool
    stock_quiet_days: int | None


@dataclass(frozen=True)
class Finding(Generic[K]):
    """What was found: about which incentive or agreement, what it stands on, and what would put it right."""

    kind: HealthFindingKind
    incentive: K | None
    agreement: K | None
    evidence: str
    remedy: str


def findings(
    offers: Sequence[Offered[K]], gates: Iterable[Gated[K]], agreed: Iterable[Agreed[K]]
) -> Iterator[Finding[K]]:
    """Everything that is wrong with the design of a programme."""
    for offer in offers:
        yield from _of_offer(offer)
    yield from _adoption(offers)
    for gate in gates:
        yield from _of_gate(gate)
    for each in agreed:
        yield from _of_agreement(each)


def _of_offer(offer: Offered[K]) -> Iterator[Finding[K]]:
    if offer.fitting and offer.kind not in offer.fitting:
        yield Finding(
            HealthFindingKind.KIND_DOES_NOT_FIT,
            offer.incentive,
            offer.agreement,
            f"“{offer.name}” is a {offer.kind}, offered to {offer.distributor}; to partners of “{offer.program}” fit"
            f" {', '.join(sorted(offer.fitting))}.",
            f"End it for {offer.distributor}, offer what fits, or say in the programme's matrix that a {offer.kind} fits.",
        )
    if offer.days_in_force >= QUIET_DAYS and (offer.quiet_days is None or offer.quiet_days >= QUIET_DAYS):
        since = "ever" if offer.quiet_days is None else f"for {offer.quiet_days} days"
        yield Finding(
            HealthFindingKind.BASIS_NOT_REPORTED,
            offer.incentive,
            offer.agreement,
            f"“{offer.name}” pays {offer.distributor} on {offer.basis}; nothing of it was reported {since}.",
            f"Have {offer.basis} of {offer.distributor} reported, or let the rule pay on what is.",
        )


def _adoption(offers: Sequence[Offered[K]]) -> Iterator[Finding[K]]:
    incentives: dict[K, list[Offered[K]]] = {}
    for offer in offers:
        if offer.days_in_force >= QUIET_DAYS:
            incentives.setdefault(offer.incentive, []).append(offer)
    for incentive, own in incentives.items():
        earners = sum(each.earns for each in own)
        if len(own) >= FEWEST_OFFERS and earners * LOW_SHARE < len(own):
            yield Finding(
                HealthFindingKind.LOW_ADOPTION,
                incentive,
                None,
                f"“{own[0].name}” was in force under {len(own)} agreements for {QUIET_DAYS} days or longer; under {earners}"
                " of them it earned anything within a year.",
                "Lower its first threshold or its minimum, or end it: a back-test shows what others would have earned.",
            )


def _of_gate(gate: Gated[K]) -> Iterator[Finding[K]]:
    if gate.statements < FEWEST_STATEMENTS:
        return
    if not gate.measured:
        yield Finding(
            HealthFindingKind.GATE_NOT_MEASURED,
            gate.incentive,
            None,
            f"The gate “{gate.gate}” of “{gate.name}” was measured in none of {gate.statements} statements of the last"
            " year.",
            "Have reported what it looks at, or take it out of the next version.",
        )
    elif not gate.met and gate.measured >= FEWEST_STATEMENTS:
        yield Finding(
            HealthFindingKind.GATE_NOBODY_MEETS,
            gate.incentive,
            None,
            f"The gate “{gate.gate}” of “{gate.name}” was missed in all {gate.measured} statements of the last year in which"
            " it was measured.",
            "Ask for what can be reached in the next version, or help partners to reach it.",
        )


def _of_agreement(agreed: Agreed[K]) -> Iterator[Finding[K]]:
    kind, about = HealthFindingKind.OBLIGATION_NOT_MEASURED, agreed.agreement
    if agreed.enabled and not agreed.required_certifications:
        yield Finding(
            kind,
            None,
            about,
            f"{agreed.distributor} agreed to a share of resellers with all required certifications; none is required.",
            "Say in a programme for resellers which certifications it requires, or agree on something else.",
        )
    if agreed.has_stock_standard and (agreed.stock_quiet_days is None or agreed.stock_quiet_days >= QUIET_DAYS):
        since = "never" if agreed.stock_quiet_days is None else f"not for {agreed.stock_quiet_days} days"
        yield Finding(
            kind,
            None,
            about,
            f"{agreed.distributor} is to keep its stock within a standard, and has {since} reported a count.",
            "Have stock counted and reported with the sales, or drop the standard.",
        )
