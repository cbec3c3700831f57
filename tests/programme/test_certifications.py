"""How a certification stands on a day, what counts of it, and what a partner lacks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.certifications import (
    CertificationState,
    CertificationStatus,
    Enablement,
    RequiredCertification,
    enablement,
    known_as,
    lacking,
    state,
    status_on_recording,
)
from app.programme.documents import is_expired
from app.programme.terms import Level

TODAY = date(2026, 11, 23)
S, T = CertificationStatus, CertificationState


@pytest.mark.parametrize(
    ("status", "last", "expected"),
    [
        (S.VERIFIED, None, T.VALID),
        (S.VERIFIED, TODAY, T.VALID),
        (S.VERIFIED, date(2026, 11, 22), T.EXPIRED),
        (S.RECORDED, date(2026, 11, 24), T.UNVERIFIED),
        (S.RECORDED, date(2026, 11, 22), T.EXPIRED),
        (S.REVOKED, None, T.REVOKED),
        (S.REVOKED, date(2026, 11, 22), T.REVOKED),
    ],
)
def test_a_certification_counts_through_its_last_day_once_verified(
    status: CertificationStatus, last: date | None, expected: CertificationState
) -> None:
    assert state(status, last, TODAY) is expected


def test_what_a_partner_says_of_itself_waits_for_the_vendor() -> None:
    assert [status_on_recording(level) for level in (Level.VENDOR, Level.DISTRIBUTOR, Level.RESELLER)] == [
        S.VERIFIED,
        S.VERIFIED,
        S.RECORDED,
    ]


def test_names_are_the_same_whatever_their_capitals_and_spaces() -> None:
    assert known_as("  Storage   PRO ") == known_as("storage pro") != known_as("storagepro")


def test_what_is_required_from_a_tier_on_is_required_in_that_tier_and_above() -> None:
    required = [RequiredCertification("Sales", 2), RequiredCertification("Engineer", 1, 3)]
    assert lacking(required, 0, {"sales": 1}) == required[:1]
    assert lacking(required, 2, {"sales": 2}) == []
    assert lacking(required, 3, {"sales": 2}) == required[1:]
    assert lacking(required, 3, {"sales": 2, "engineer": 1}) == []


def test_the_share_is_of_active_resellers_and_is_rounded_down() -> None:
    assert enablement([True, False, False]) == Enablement(3, 2)
    assert Enablement(3, 2).share == 666_666
    assert Enablement(0, 0).share is None
    assert Enablement(2, 2).share == 1_000_000


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 5)), st.integers(0, 4))
def test_whoever_holds_more_lacks_no_more(held: dict[str, int], rank: int) -> None:
    required = [RequiredCertification(name, n + 1, n) for n, name in enumerate(("A", "b", "C"))]
    fewer = set(lacking(required, rank, {name: n + 1 for name, n in held.items()}))
    assert fewer <= set(lacking(required, rank, held)) <= set(lacking(required, rank + 1, held))


def test_a_document_counts_through_its_last_day() -> None:
    assert not is_expired(None, TODAY) and not is_expired(TODAY, TODAY)
    assert is_expired(date(2026, 11, 22), TODAY)
