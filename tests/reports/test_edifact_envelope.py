"""An EDIFACT interchange: delimiters and line ends that do not matter, and envelopes that lie or break off."""

from collections.abc import Callable
from datetime import date

import pytest

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats import FailureCode, IssueCode, ReadingRules, UnreadableReport, format_of, read_slsrpt
from tests.reports.interchanges import HEAD, RULES, SALE, changed, codes, interchange, read, refusal

GOOD = interchange(*HEAD, *changed(("NAD", "NAD+BY+10045::92++O?'NEILL ?+ CO?: 50??+++++PT")), *SALE)
Rewriting = Callable[[str], str]


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: "UNA:+.? '" + text,
        lambda text: "UNA:+.?'" + text,
        lambda text: "\ufeffUNA:+,? '\r\n" + text.replace("'", "'\r\n"),
        lambda text: text.replace("'", "'\n").replace("?'\n", "?'"),
        lambda text: text.replace("'", "''").replace("?''", "?'"),
        lambda text: text.rstrip("'"),
        lambda text: text + "\x1a\n",
        lambda text: "\n".join(text[at : at + 80] for at in range(0, len(text), 80)),
        lambda text: text.replace("'QTY", "\nQTY").replace("'LIN", "\r\nLIN"),
        lambda text: "UNA|*.? ~" + text.replace(":", "|").replace("+", "*").replace("'", "~"),
        lambda text: "UNA:+.? \n" + text.replace("?'", "\x01").replace("'", "\n").replace("\x01", "'"),
        lambda text: text.replace("'", " ' ").replace("? ' ", "?'"),
    ],
)
def test_delimiters_line_ends_and_wrapping_do_not_matter(rewritten: Rewriting) -> None:
    plain = read_slsrpt(GOOD.encode(), RULES)
    frame = read_slsrpt(rewritten(GOOD).encode(), RULES)
    assert frame.rows.drop("received").equals(plain.rows.drop("received"))
    assert [row["reseller_name"] for row in plain.rows["received"]] == ["O'NEILL + CO: 50?", "ALPHA"]


def test_the_separators_of_level_b_need_no_advice() -> None:
    plain = interchange(*HEAD, *SALE).replace("'", "\x1c").replace("+", "\x1d").replace(":", "\x1f")
    assert read_slsrpt(plain.encode(), RULES).rows["quantity_milli"].to_list() == [10_000]


def test_several_interchanges_with_other_delimiters_are_one_report() -> None:
    other = "UNA|*.? ~" + interchange(*HEAD, *SALE).replace(":", "|").replace("+", "*").replace("'", "~")
    one = interchange(*HEAD, *SALE)
    frame = read_slsrpt(f"{one}\n{other}{other}{one}".encode(), RULES)
    assert frame.rows["quantity_milli"].to_list() == [10_000] * 4
    assert frame.rows["source"].to_list()[-1].endswith(f"segment {7 + 3 * 15}")
    assert frame.found() == []
    assert (frame.detected["interchanges"], frame.detected["messages"]) == (4, {"SLSRPT": 4})


def test_a_service_string_that_stands_within_a_text_begins_nothing() -> None:
    frame = read(*changed(("NAD", "NAD+BY+10045::92++X?'UNA?:?+.?? ?'UNB?+Y")))
    assert frame.rows.height == 1
    assert frame.rows["received"][0]["reseller_name"] == "X'UNA:+.? 'UNB+Y"


@pytest.mark.parametrize(
    ("alphabet", "codec", "name"),
    [
        ("UNOC", "latin-1", "Müller"),
        ("UNOC", "utf-8", "Müller"),
        ("UNOD", "iso8859-2", "Łódź"),
        ("UNOF", "iso8859-7", "Αθήνα"),
        ("UNOE", "iso8859-5", "Москва"),
        ("UNOY", "utf-8", "東京"),
        ("UNOC", "utf-16", "Müller"),
    ],
)
def test_texts_are_in_the_alphabet_that_the_header_names(alphabet: str, codec: str, name: str) -> None:
    text = interchange(*HEAD, *SALE, f"NAD+UD+++{name}").replace("UNOC", alphabet)
    data = text.encode(codec)
    assert format_of(data) is SubmissionFormat.EDIFACT
    assert read_slsrpt(data, RULES).rows["end_customer"].to_list() == [name]


def test_counts_and_references_that_lie_are_said() -> None:
    text = interchange(*HEAD, *SALE, "UNS+S", "CNT+2:5").replace("UNT+", "UNT+9").replace("UNZ+1+77", "UNZ+3+78")
    frame = read_slsrpt(text.encode(), RULES)
    assert codes(frame, 0) == [
        IssueCode.SEGMENT_COUNT_WRONG,
        IssueCode.ENVELOPE_INCONSISTENT,
        IssueCode.ENVELOPE_INCONSISTENT,
        IssueCode.ITEM_COUNT_WRONG,
    ]
    assert not frame.rows["rejected"].any()


def test_groups_are_counted() -> None:
    group = "UNG+SLSRPT+A+B+260105:0900+5+UN+D:96A'"
    text = interchange(*HEAD, *SALE).replace("UNH", f"{group}UNH", 1).replace("UNZ", "UNE+1+5'UNZ")
    assert read_slsrpt(text.encode(), RULES).found() == []
    wrong = read_slsrpt(text.replace("UNE+1", "UNE+2").encode(), RULES)
    assert codes(wrong, 0) == [IssueCode.ENVELOPE_INCONSISTENT]


def test_a_truncated_report_loses_only_the_row_that_may_be_incomplete() -> None:
    frame = read(*SALE, *SALE[:-1], trailer=False)
    assert frame.rows["rejected"].to_list() == [False, True]
    assert IssueCode.TRUNCATED_ROW in codes(frame, 2)
    assert codes(frame, 0) == [IssueCode.ENVELOPE_INCONSISTENT] * 2


def test_a_report_that_breaks_off_before_its_first_line_is_no_nil_report() -> None:
    assert refusal(interchange(*HEAD, trailer=False)).code is FailureCode.ENVELOPE_BROKEN
    assert read().rows.height == 0


def test_a_message_without_its_header_is_read_and_said() -> None:
    text = interchange(*HEAD, *SALE).replace("UNH+1+SLSRPT:D:96A:UN'", "")
    frame = read_slsrpt(text.encode(), RULES)
    assert frame.rows["rejected"].to_list() == [False]
    assert set(codes(frame, 0)) == {IssueCode.ENVELOPE_INCONSISTENT}


def test_a_quantity_without_its_line_is_a_row() -> None:
    frame = read("QTY+153:5:PCE", *SALE)
    assert frame.rows["rejected"].to_list() == [True, False]


def test_other_messages_beside_a_sales_report_are_named() -> None:
    text = interchange(*HEAD, *SALE) + interchange("BGM+35", header="INVRPT:D:96A:UN", reference="9")
    frame = read_slsrpt(text.encode(), RULES)
    assert [(issue.code, issue.value) for issue in frame.found()] == [(IssueCode.TRANSACTION_NOT_READ, "INVRPT 9")]
    assert refusal(interchange("BGM+35", header="INVRPT:D:96A:UN")).code is FailureCode.NO_SALES_TRANSACTION


@pytest.mark.parametrize("function", ["1", "3", "4", "5"])
def test_a_message_that_changes_or_cancels_another_is_not_read_as_sales(function: str) -> None:
    message = [f"BGM+73E+1+{function}", *SALE]
    refused = refusal(interchange(*message))
    assert refused.code is FailureCode.NO_SALES_TRANSACTION
    assert f"BGM {function}" in refused.message
    frame = read_slsrpt((interchange(*message) + interchange(*HEAD, *SALE, reference="2")).encode(), RULES)
    assert frame.rows.height == 1
    assert codes(frame, 0) == [IssueCode.TRANSACTION_NOT_READ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", FailureCode.EMPTY_FILE),
        ("document_number,quantity", FailureCode.NOT_EDIFACT),
        ("ISA*00*", FailureCode.NOT_EDIFACT),
        ("UNB*UNOC:3*A*B'UNH*1*SLSRPT'", FailureCode.ENVELOPE_BROKEN),
        ("UNA++.? 'UNB+UNOC:3'", FailureCode.ENVELOPE_BROKEN),
        ("UNA:A.? 'UNB", FailureCode.ENVELOPE_BROKEN),
        ("UNA:+", FailureCode.ENVELOPE_BROKEN),
        ("UNA:+.? '", FailureCode.NO_SALES_TRANSACTION),
        ("UNB+UNOC:3+A+B+260105:0900+1'UNZ+0+1'", FailureCode.NO_SALES_TRANSACTION),
        ("UNA:+.? ~UNB+UNOC:3+A'UNH+1+SLSRPT'LIN+1'", FailureCode.NO_SALES_TRANSACTION),
    ],
)
def test_what_is_no_sales_report_is_refused(data: str, code: FailureCode) -> None:
    refused = refusal(data)
    assert refused.code is code
    assert refused.message.endswith(".")


def test_a_sales_report_is_not_taken_for_sell_in() -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_slsrpt(GOOD.encode(), ReadingRules(SubmissionKind.SELL_IN, date(2026, 1, 31), "EUR"))
    assert refused.value.code is FailureCode.WRONG_FORMAT


@pytest.mark.parametrize("data", [b"UNA:+.? 'UNB+", b"UNB+UNOC:3", b"\xef\xbb\xbf \r\nUNB+UNOA", b"UNB\x1dUNOB"])
def test_the_format_of_an_interchange_is_told_by_its_beginning(data: bytes) -> None:
    assert format_of(data) is SubmissionFormat.EDIFACT


@pytest.mark.parametrize("data", [b"UNBILLED,quantity", b"UNIT;SKU", b"", b"UNA"])
def test_a_header_that_begins_alike_is_no_interchange(data: bytes) -> None:
    assert format_of(data) is SubmissionFormat.CSV
