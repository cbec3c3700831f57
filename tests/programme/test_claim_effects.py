"""What trying something out says of claims: where what they come to differs, and nothing else."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.claim_effects import ClaimEffectKind, Subject, Worth, differences

K = ClaimEffectKind
DEBIT = Subject(K.DEBIT_CLAIMABLE, "EUR", UUID(int=1), UUID(int=2))
DROP = Subject(K.PRICE_PROTECTION, "EUR", product_id=UUID(int=2), day=date(2026, 3, 1))
QUARTER = Subject(K.ROTATION_ALLOWANCE, "EUR", day=date(2026, 1, 1))
NOTHING, TOO_MUCH = Worth(), Worth(None, None)
worths = st.builds(Worth, st.integers(-10, 10), st.integers(-10, 10))
standings = st.dictionaries(st.sampled_from([DEBIT, DROP, QUARTER]), worths)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {}, []),
        ({DEBIT: Worth(5, 20)}, {DEBIT: Worth(5, 20)}, []),
        ({DEBIT: Worth(5, 20)}, {DEBIT: Worth(5, 21)}, [(DEBIT, Worth(5, 20), Worth(5, 21))]),
        ({DEBIT: Worth(5, 20)}, {DEBIT: Worth(6, 20)}, [(DEBIT, Worth(5, 20), Worth(6, 20))]),
        ({}, {DROP: Worth(1, 3)}, [(DROP, NOTHING, Worth(1, 3))]),
        ({DROP: Worth(1, 3)}, {}, [(DROP, Worth(1, 3), NOTHING)]),
        ({}, {DROP: NOTHING}, []),
        ({DEBIT: TOO_MUCH}, {DEBIT: TOO_MUCH}, [(DEBIT, TOO_MUCH, TOO_MUCH)]),
        ({QUARTER: Worth(None, 7)}, {QUARTER: Worth(None, 7)}, []),
    ],
)
def test_what_differs_is_told_and_what_nobody_reckoned_too(
    before: dict[Subject, Worth], after: dict[Subject, Worth], told: list[tuple[Subject, Worth, Worth]]
) -> None:
    assert [(each.subject, each.before, each.after) for each in differences(before, after)] == told


@given(standings, standings)
def test_what_is_told_turns_one_into_the_other_and_backwards_the_other_way(
    before: dict[Subject, Worth], after: dict[Subject, Worth]
) -> None:
    found = differences(before, after)
    kept = {subject: worth for subject, worth in before.items() if worth != NOTHING}
    changed = kept | {each.subject: each.after for each in found}
    assert {s: w for s, w in changed.items() if w != NOTHING} == {s: w for s, w in after.items() if w != NOTHING}
    back = differences(after, before)
    assert [(each.subject, each.after, each.before) for each in back] == [
        (each.subject, each.before, each.after) for each in found
    ]
    assert [each.subject.order for each in found] == sorted(each.subject.order for each in found)
