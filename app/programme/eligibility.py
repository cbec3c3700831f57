"""Who may take part in a programme for resellers, and who is taken in by rule.

A programme names kinds of firms and countries; where it names none, all are eligible. A programme may approve applications
by rule: those of the kinds and from the countries that the rule names, and all eligible ones where it names none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class DecidedBy(StrEnum):
    """Who changed an enrolment."""

    VENDOR = "VENDOR"
    "Somebody at the vendor decided it."
    RESELLER = "RESELLER"
    "The reseller applied, or withdrew."
    RULE = "RULE"
    "A rule of the programme: an approval by rule, a review of tiers, a day that was set before."


class ApplicationAct(StrEnum):
    """What a reseller asks to be done about its part in a programme."""

    APPLY = "APPLY"
    WITHDRAW = "WITHDRAW"


@dataclass(frozen=True, slots=True)
class Firm:
    """A reseller, as a vendor has recorded it."""

    name: str
    partner_type: str
    country: str


def not_eligible(program: str, partner_types: Sequence[str], countries: Sequence[str], firm: Firm) -> Iterator[str]:
    """Every reason for which a firm is not eligible for a programme, each in a sentence."""
    if partner_types and firm.partner_type not in partner_types:
        yield f"{program} is for {', '.join(partner_types)}; {firm.name} is {firm.partner_type}."
    if countries and firm.country not in countries:
        yield f"{program} is for {', '.join(countries)}; {firm.name} is in {firm.country}."


def approved_by_rule(partner_types: Sequence[str], countries: Sequence[str], firm: Firm) -> str | None:
    """The rule by which an eligible firm's application is approved, in a sentence; None where it leaves it to people."""
    if (partner_types and firm.partner_type not in partner_types) or (countries and firm.country not in countries):
        return None
    whom = ", ".join(partner_types) or "every kind of reseller"
    where = ", ".join(countries) or "every country of the programme"
    return f"Approved by the programme's rule: {whom}, from {where}."
