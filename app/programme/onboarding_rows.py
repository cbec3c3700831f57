"""A distributor's list of resellers, row by row: which rows take effect, which say what is so already, which are wrong.

A row that is right makes a new reseller, authorised under the agreement. One that says of a reseller what is so already, or
repeats a row above, is a duplicate and does nothing. A row that would give an account number to a second reseller, or that
names a reseller that is there with other numbers, is rejected with the row or the reseller that is in its way: whether two
firms of one name are the same, a person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class ImportOutcome(StrEnum):
    """What becomes of a row."""

    ACCEPTED = "ACCEPTED"
    "It is right: the reseller is authorised."
    REJECTED = "REJECTED"
    "Something has to be put right; nothing was done."
    DUPLICATE = "DUPLICATE"
    "It says what is so already; nothing was to be done."


@dataclass(frozen=True, slots=True)
class Named:
    """A reseller as a row, or an authorisation, names it: in small letters, with its country and its account numbers."""

    name: str
    country: str
    accounts: frozenset[str]

    @classmethod
    def of(cls, name: str, country: str, accounts: Sequence[str]) -> "Named":
        return cls(" ".join(name.split()).casefold(), country, frozenset(accounts))

    def is_like(self, other: "Named") -> bool:
        """Whether both have one name, in one country."""
        return (self.name, self.country) == (other.name, other.country)


@dataclass(slots=True)
class Known:
    """Who is authorised under an agreement already, and who was in the rows above: each with how to call it."""

    accounts: dict[str, tuple[Named, str]] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[tuple[Named, str]]] = field(default_factory=dict)

    def add(self, named: Named, called: str) -> None:
        """Know one more."""
        self.by_name.setdefault((named.name, named.country), []).append((named, called))
        for account in named.accounts:
            self.accounts.setdefault(account, (named, called))

    def judge(self, row: Named) -> tuple[ImportOutcome, Mapping[str, str]]:
        """What becomes of a row that is right by itself; and what is in its way, by account number, or '' for the name."""
        alike = self.by_name.get((row.name, row.country), [])
        if any(row.accounts <= named.accounts for named, _ in alike):
            return ImportOutcome.DUPLICATE, {}
        in_way = {number: self.accounts[number][1] for number in sorted(row.accounts) if number in self.accounts}
        if not in_way and alike:
            in_way = {"": alike[0][1]}
        return (ImportOutcome.REJECTED if in_way else ImportOutcome.ACCEPTED), in_way
