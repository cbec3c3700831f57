"""A file of several X12 interchanges: where each ends, and that a file of very many is read in time."""

import re
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from app.reports.formats.envelope import Delimiters, _end_of, interchanges

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


@given(st.lists(st.sampled_from(["~", "\n", " ", "ISA*", "ISAX", "ISA ", "A", "ISA>", "~\n", "\r"]), max_size=30))
def test_an_interchange_ends_where_a_header_follows_the_end_of_a_segment(parts: list[str]) -> None:
    text = "ISA" + "".join(parts)
    for segment in ("~", "\n"):
        following = re.compile(rf"{re.escape(segment)}\s*(?=ISA[^A-Za-z0-9\s])").search(text, 3)
        expected = following.end() if following else len(text)
        assert _end_of(text, 0, Delimiters("*", ">", segment)) == expected
