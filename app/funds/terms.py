"""How the terms by which a fund accrues are kept: as data, by the day from which they hold."""

from collections.abc import Sequence
from datetime import date

from app.programme.fund_terms import FundBasis
from app.programme.funds import Accrual


def accruals_of(kept: Sequence[dict[str, object]]) -> list[Accrual]:
    """The terms that are kept, the earliest first."""
    return [
        Accrual(
            date.fromisoformat(str(each["since"])),
            FundBasis(str(each["basis"])),
            bool(each["previous"]),
            None if each["share"] is None else int(str(each["share"])),
            None if each["per_unit"] is None else int(str(each["per_unit"])),
        )
        for each in kept
    ]


def as_kept(accruals: Sequence[Accrual]) -> list[dict[str, object]]:
    """Terms as they are kept."""
    return [
        {
            "since": each.since.isoformat(),
            "basis": each.basis.value,
            "previous": each.previous,
            "share": each.share,
            "per_unit": each.per_unit,
        }
        for each in accruals
    ]
