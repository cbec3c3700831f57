"""What is wrong with the design of a programme, and of what nothing can be said yet."""

from dataclasses import replace
from typing import Any

import pytest

from app.programme.health import Agreed, Gated, HealthFindingKind, Offered, findings

OFFER = Offered(
    incentive="i",
    name="A rebate",
    agreement="a",
    distributor="Dist One",
    kind="VOLUME_REBATE",
    basis="SELL_THROUGH",
    program="Partners",
    fitting=frozenset({"VOLUME_REBATE", "GROWTH_REBATE"}),
    days_in_force=90,
    earns=True,
    quiet_days=0,
)
GATE = Gated(incentive="i", name="A rebate", gate="in time", statements=3, measured=3, met=1)
AGREED = Agreed("a", "Dist One", 250_000, 1, True, 89)
KIND = HealthFindingKind


def kinds(offers: Any = (), gates: Any = (), agreed: Any = ()) -> list[HealthFindingKind]:
    return [each.kind for each in findings(list(offers), gates, agreed)]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"kind": "SPIFF"}, [KIND.KIND_DOES_NOT_FIT]),
        ({"kind": "SPIFF", "fitting": frozenset()}, []),
        ({"quiet_days": 89}, []),
        ({"quiet_days": 90}, [KIND.BASIS_NOT_REPORTED]),
        ({"quiet_days": None}, [KIND.BASIS_NOT_REPORTED]),
        ({"quiet_days": None, "days_in_force": 89}, []),
    ],
)
def test_an_incentive_fits_its_audience_and_pays_on_what_is_reported(
    changed: dict[str, Any], found: list[HealthFindingKind]
) -> None:
    assert kinds([replace(OFFER, **changed)]) == found


@pytest.mark.parametrize(
    ("offers", "earners", "days", "low"),
    [(4, 0, 90, True), (4, 1, 90, False), (5, 1, 90, True), (3, 0, 90, False), (4, 0, 89, False), (9, 2, 400, True)],
)
def test_adoption_is_low_where_fewer_than_one_in_four_earn(offers: int, earners: int, days: int, low: bool) -> None:
    own = [replace(OFFER, agreement=f"a{n}", earns=n < earners, days_in_force=days) for n in range(offers)]
    assert kinds([*own, replace(OFFER, incentive="another")]) == ([KIND.LOW_ADOPTION] if low else [])


@pytest.mark.parametrize(
    ("statements", "measured", "met", "found"),
    [
        (3, 3, 1, []),
        (3, 3, 0, [KIND.GATE_NOBODY_MEETS]),
        (3, 0, 0, [KIND.GATE_NOT_MEASURED]),
        (2, 0, 0, []),
        (9, 2, 0, []),
        (9, 3, 0, [KIND.GATE_NOBODY_MEETS]),
    ],
)
def test_a_gate_can_be_met_and_measured(statements: int, measured: int, met: int, found: list[Any]) -> None:
    assert kinds(gates=[replace(GATE, statements=statements, measured=measured, met=met)]) == found


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 0),
        ({"required_certifications": 0}, 1),
        ({"required_certifications": 0, "enabled": None}, 0),
        ({"required_certifications": 0, "enabled": 0}, 0),
        ({"stock_quiet_days": 90}, 1),
        ({"stock_quiet_days": None}, 1),
        ({"stock_quiet_days": None, "has_stock_standard": False}, 0),
        ({"stock_quiet_days": None, "required_certifications": 0}, 2),
    ],
)
def test_what_was_agreed_can_be_measured(changed: dict[str, Any], count: int) -> None:
    assert kinds(agreed=[replace(AGREED, **changed)]) == [KIND.OBLIGATION_NOT_MEASURED] * count


def test_a_finding_says_on_what_it_stands_and_what_would_help() -> None:
    (found,) = findings([replace(OFFER, kind="SPIFF")], [], [])
    assert (found.incentive, found.agreement) == ("i", "a")
    assert "“A rebate” is a SPIFF, offered to Dist One; to partners of “Partners” fit GROWTH_REBATE" in found.evidence
    assert "matrix" in found.remedy
