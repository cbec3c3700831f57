"""Resellers counted together: how many stand how, how deep and how concentrated they buy. Units are 10⁻³ base units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.programme.development import (
    DevelopmentOrder,
    Purchases,
    ResellerDimension,
    ResellerState,
    concentration,
    state,
    top_share,
)
from app.store.database import Row

NOBODY = UUID(int=0)
D = ResellerDimension


@dataclass(frozen=True, slots=True)
class Group:
    """The resellers of one row: what they have in common, by dimension, and the names and ids of it that rows
    stand by."""

    keys: Mapping[ResellerDimension, Any]
    place: str
    resellers: Sequence[Row]

    @property
    def states(self) -> list[ResellerState]:
        """How each of them stands."""
        return [state_of(row) for row in self.resellers]

    @property
    def units(self) -> int:
        """What they bought in the window, net."""
        return sum(row["now"] for row in self.resellers)

    @property
    def units_before(self) -> int:
        """What they bought in the window before, net."""
        return sum(row["before"] for row in self.resellers)

    @property
    def active(self) -> list[Row]:
        """Those that bought more than they returned."""
        return [row for row in self.resellers if row["now"] > 0]

    @property
    def top_share(self) -> Fraction | None:
        """The share of the ten largest."""
        return top_share([row["now"] for row in self.resellers])

    @property
    def concentration(self) -> Fraction | None:
        """The Herfindahl-Hirschman index."""
        return concentration([row["now"] for row in self.resellers])

    def rank(self, order: DevelopmentOrder) -> int:
        """What a row is ordered by, the lowest first."""
        match order:
            case DevelopmentOrder.UNITS:
                return -self.units
            case DevelopmentOrder.GROWTH:
                return self.units_before - self.units
            case DevelopmentOrder.DECLINE:
                return self.units - self.units_before
            case DevelopmentOrder.LAPSED:
                return -self.states.count(ResellerState.LAPSED)
            case DevelopmentOrder.CONCENTRATION:
                return -int((self.concentration or 0) * 1_000_000)
        return 0


def state_of(row: Row) -> ResellerState:
    """How the reseller of a row stands."""
    return state(Purchases(row["now"], row["before"], row["bought_earlier"]))


def groups(
    rows: Iterable[Row], by: Sequence[ResellerDimension], segments: Mapping[UUID, Sequence[tuple[UUID, str]]]
) -> list[Group]:
    """Resellers by what they have in common. Grouped by segments, one that is in several stands in each, and one that is in
    none in a row without."""
    found: dict[str, tuple[dict[ResellerDimension, Any], list[Row]]] = defaultdict(lambda: ({}, []))
    for row in rows:
        every = segments.get(row["reseller_id"]) or [(NOBODY, "")] if D.SEGMENT in by else [(NOBODY, "")]
        for segment, name in every:
            keys = {each: _value(row, each, segment) for each in by}
            place = "\x1f".join(_place(row, each, segment, name) for each in by)
            found[place][0].update(keys)
            found[place][1].append(row)
    return [Group(keys, place, own) for place, (keys, own) in found.items()]


def _value(row: Row, by: ResellerDimension, segment: UUID) -> Any:
    match by:
        case D.DISTRIBUTOR:
            return row["distributor_id"]
        case D.RESELLER:
            return row["reseller_id"] if row["known"] else None
        case D.SEGMENT:
            return None if segment == NOBODY else segment
    return row[by.value.lower()] or None


def _place(row: Row, by: ResellerDimension, segment: UUID, name: str) -> str:
    """Names come before ids, so that rows rise by name."""
    match by:
        case D.DISTRIBUTOR:
            return f"{row['distributor_name']}\x1e{row['distributor_id']}"
        case D.RESELLER:
            return f"{row['name']}\x1e{row['reseller_id']}"
        case D.SEGMENT:
            return f"{name}\x1e{segment}"
    return row[by.value.lower()] or ""
