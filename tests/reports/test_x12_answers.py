"""The 997 for X12 files of which nothing, or not all, is read: who sent a functional group is told the truth about it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import FailureCode, ReadingRules, UnreadableReport, read_x12_846, read_x12_867
from app.reports.formats.envelope import interchanges
from tests.reports.test_x12 import ISA, changed, interchange

SAMPLES = Path(__file__).parents[1] / "samples"
AT = datetime(2026, 1, 31, 9, 5, tzinfo=UTC)
RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD", received_at=AT)
STOCK = replace(RULES, kind=SubmissionKind.INVENTORY)
GOOD = interchange(*changed())
OTHER = GOOD.replace(b"000000001", b"000000002")


def refused(data: bytes, rules: ReadingRules = RULES) -> tuple[FailureCode, str | None]:
    with pytest.raises(UnreadableReport) as refusal:
        (read_x12_846 if rules.kind is SubmissionKind.INVENTORY else read_x12_867)(data, rules)
    return refusal.value.code, refusal.value.acknowledgement


def told(answer: str | None, *tags: str) -> list[str]:
    """What the answer says in these segments; and it is itself a sound file."""
    assert answer is not None
    for found in interchanges(answer):
        assert found.problems == []
        assert all(not group.problems and not t.problems for group in found.groups for t in group.transactions)
    return [segment for each in answer.split("~") if (segment := each.strip()).startswith(tags)]


def test_a_file_of_other_transactions_alone_is_refused_and_rejected() -> None:
    code, answer = refused((SAMPLES / "storage-vendor-846.x12").read_bytes())
    assert code is FailureCode.NO_SALES_TRANSACTION
    assert told(answer, "AK") == ["AK1*IB*462", "AK2*846*0001", "AK5*R*1", "AK9*R*1*1*0"]
    code, answer = refused(GOOD, STOCK)
    assert code is FailureCode.NO_INVENTORY_TRANSACTION
    assert told(answer, "AK2", "AK5", "AK9") == ["AK2*867*0001", "AK5*R*1", "AK9*R*1*1*0"]


def test_a_transaction_that_is_to_cancel_another_is_not_called_accepted() -> None:
    cancel = GOOD.replace(b"ST*867*", b"ST*846*").replace(b"BPT*00*1*20260105*02", b"BIA*01*DD*1*20260105")
    code, answer = refused(cancel, STOCK)
    assert code is FailureCode.NO_INVENTORY_TRANSACTION
    assert told(answer, "AK5", "AK9") == ["AK5*R*1", "AK9*R*1*1*0"]


def test_a_group_without_a_transaction_is_answered() -> None:
    code, answer = refused((ISA + "GS*PT*D*V*20260105*0900*1*X*004010~GE*0*1~IEA*1*000000001~").encode())
    assert code is FailureCode.NO_SALES_TRANSACTION
    assert told(answer, "AK") == ["AK1*PT*1", "AK9*A*0*0*0"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ISA.encode(), FailureCode.NO_SALES_TRANSACTION),
        ((ISA + "IEA*0*000000001~").encode(), FailureCode.NO_SALES_TRANSACTION),
        (b"ISA*00*~" + GOOD[106:], FailureCode.ENVELOPE_BROKEN),
        (GOOD.replace(b">~", b"~~", 1), FailureCode.ENVELOPE_BROKEN),
        (GOOD + b"ISA*00*broken~GS*PT~", FailureCode.ENVELOPE_BROKEN),
        (GOOD[3:], FailureCode.NOT_X12),
    ],
)
def test_what_has_no_readable_header_or_no_group_is_refused_and_has_no_answer(data: bytes, code: FailureCode) -> None:
    assert refused(data) == (code, None)


def test_items_without_their_group_are_read_and_said_and_there_is_no_group_to_answer() -> None:
    bare = GOOD.replace(b"GS*PT*DISTY*VENDOR*20260105*0900*1*X*004010~", b"").replace(b"GE*1*1~", b"")
    frame = read_x12_867(bare, RULES)
    assert (frame.rows.height, frame.acknowledgement) == (1, None)
    assert "ENVELOPE_INCONSISTENT" in {issue.code for issue in frame.found()}


def test_each_of_two_interchanges_is_answered_for_itself() -> None:
    frame = read_x12_867(GOOD + b"\n" + OTHER.replace(b"SE*12*", b"SE*99*"), RULES)
    assert told(frame.acknowledgement, "AK5", "IEA") == ["AK5*A", "IEA*1*000000001", "AK5*E*4", "IEA*1*000000002"]


def test_an_interchange_that_breaks_off_is_answered_with_what_arrived() -> None:
    cut = GOOD[: GOOD.index(b"SE*12")]
    frame = read_x12_867(cut, RULES)
    assert told(frame.acknowledgement, "AK5", "AK9") == ["AK5*E*2", "AK9*E*1*1*1*3"]
    assert frame.rows["rejected"].to_list() == [True], "the row that may be incomplete does not count"
