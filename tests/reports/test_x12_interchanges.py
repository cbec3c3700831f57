"""A file of several X12 interchanges: where each ends, and that a file of very many is read in time."""

import re
from collections.abc import Iterator
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.formats.envelope import Holding, followed, interchanges
from app.reports.issues import FailureCode, UnreadableReport

ISA = "ISA*00*          *00*          *ZZ*DISTRIBUTOR    *ZZ*VENDOR         *260801*0900*U*00401*{:09}*0*P*>~"


def interchange(number: int, ends: str = "\n") -> str:
    """One interchange with one transaction."""
    segments = [
        "GS*PT*D*V*20260801*0900*1*X*004010",
        "ST*867*0001",
        "BPT*00*ISA*20260801*02",
        "SE*3*0001",
        "GE*1*1",
        f"IEA*1*{number:09}",
    ]
    return ISA.format(number) + ends + "".join(f"{segment}~{ends}" for segment in segments)


def test_every_interchange_of_a_file_is_found() -> None:
    found = interchanges(
        "\ufeff\r\n" + "".join(interchange(n, ends) for n, ends in enumerate(["\n", "", "\r\n\r\n"], 1))
    )
    assert [each.header[13] for each in found] == ["000000001", "000000002", "000000003"]
    assert [each.problems for each in found] == [[], [], []]
    assert [each.groups[0].transactions[0].first for each in found] == [4, 11, 18]


def test_ten_times_as_many_interchanges_take_about_ten_times_as_long() -> None:
    """And not a hundred times: a day's mailbox in one file is read as fast as its parts. Processor time, not the clock's."""

    def seconds(number: int) -> float:
        text = "".join(interchange(n) for n in range(number)) + " " * 2_000_000
        began = process_time()
        assert len(interchanges(text)) == number
        return process_time() - began

    seconds(50)
    assert seconds(3_000) < 40 * max(seconds(300), 0.01)


PARTS = [
    "~",
    "\n",
    " ",
    "ISA*",
    "ISAX",
    "ISA ",
    "A",
    "ISA>",
    "~\n",
    "\r",
    "ST*867*1~",
    "SE*2*1~",
    "GE*1*1~",
    "IEA*1*1~",
    "\t",
]


@given(st.lists(st.sampled_from([*PARTS, ISA.format(2), interchange(3)]), max_size=12), st.integers(1, 400))
def test_an_interchange_ends_where_a_header_follows_the_end_of_a_segment(parts: list[str], size: int) -> None:
    """And wherever the pieces of its text are parted, they say the same."""
    text = ISA.format(1) + "".join(parts)
    following = [0, *(found.end() for found in re.finditer(r"~\s*(?=ISA[^A-Za-z0-9\s])", text))]
    try:
        whole = interchanges(text)
    except UnreadableReport as refusal:
        assert refusal.code is FailureCode.ENVELOPE_BROKEN
        return
    if all(text.startswith(ISA[:6], begin) for begin in following):
        assert len(whole) == len(following)
    assert followed((text[at : at + size] for at in range(0, len(text), size)), Holding()) == whole


def test_a_segment_without_an_end_is_not_held_for_ever() -> None:
    taken = 0

    def text() -> Iterator[str]:
        nonlocal taken
        yield interchange(1)
        for taken in range(1, 1_000):  # noqa: B007
            yield "x" * 1_000_000

    with pytest.raises(UnreadableReport, match="a segment has no end within 33,554,432 characters"):
        followed(text(), Holding())
    assert taken < 40
