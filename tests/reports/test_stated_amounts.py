"""The amount that a report states for a line beside its quantity and price: it is compared, and never counted."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import (
    EdifactProfile,
    IssueCode,
    ReadingRules,
    ReportFrame,
    Severity,
    X12Profile,
    read_csv,
    read_inline,
    read_x12_867,
    read_xlsx,
)
from app.reports.formats.profiles import ColumnProfile
from tests.reports.interchanges import changed as edifact
from tests.reports.interchanges import read as read_edifact
from tests.reports.test_x12 import changed as x12
from tests.reports.test_x12 import interchange
from tests.reports.workbooks import rows, sheet, workbook

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD")
HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,amount"


def csv(*lines: str, header: str = HEADER, rules: ReadingRules = RULES, delimiter: str = ",") -> ReportFrame:
    """Lines of quantity, price, currency and amount."""
    body = [delimiter.join(["INV-1", str(at), "2026-01-04", "P1", "A-1", line]) for at, line in enumerate(lines, 1)]
    return read_csv("\n".join([header.replace(",", delimiter), *body]).encode(), rules)


def differing(frame: ReportFrame) -> list[tuple[int, str | None, str | None]]:
    return [(each.row, each.field, each.value) for each in frame.found() if each.code is IssueCode.AMOUNT_DIFFERS]


@pytest.mark.parametrize(
    ("line", "differs"),
    [
        ("3,33.333333,USD,100", False),
        ("3,33.34,USD,100.01", False),
        ("3,33.34,USD,100.00", True),
        ("3,33.34,USD,100.04", True),
        ("3,33.34,JPY,100", False),
        ("3,33.34,JPY,102", True),
        ("3,33.34,KWD,100.022", True),
        ("3,33.34,KWD,100.0210009", False),
        ("-3,10,USD,-30", False),
        ("-3,10,USD,30", False),
        ("-3,10,USD,31", True),
        ("3,10,USD,-30", True),
        ("3,10,USD,", False),
        ("3,10,USD,  ", False),
        ("3,10,USD,n/a", True),
        ("3,,USD,30", False),
        ("3,10,USD,99999999999999999999", True),
    ],
)
def test_an_amount_that_differs_by_more_than_a_minor_unit_is_a_warning(line: str, differs: bool) -> None:
    frame = csv(line)
    assert differing(frame) == ([(1, "amount", line.split(",")[3])] if differs else [])
    assert IssueCode.AMOUNT_DIFFERS.severity is Severity.WARNING and not frame.rows["rejected"].any()


def test_what_counts_is_quantity_times_price_and_what_was_stated_is_kept_apart() -> None:
    plain, stated = csv("3,10,USD,"), csv("3,10,USD,31")
    assert stated.rows["amount_micros"].to_list() == [30_000_000]
    assert stated.rows["received"][0]["line_amount"] == "31"
    assert stated.rows["content_hash"].to_list() == plain.rows["content_hash"].to_list()
    assert [each.code for each in plain.found()] == []


def test_an_amount_is_written_as_the_other_numbers_of_the_report_are() -> None:
    frame = csv("3;1.000,50;EUR;3.001,50", "3;1.000,50;EUR;3.001,90", delimiter=";")
    assert differing(frame) == [(2, "amount", "3.001,90")]
    unsettled = csv("3;1;EUR;3.001", delimiter=";")
    assert differing(unsettled) == [], "three, or three thousand and one: that is not for us to say"


def test_of_sell_in_and_in_a_workbook_and_in_a_request_it_is_the_same() -> None:
    names = HEADER.split(",")
    line: dict[str, object] = dict(
        zip(names, ["INV-1", "1", "2026-01-04", "P1", "A-1", "3", "10", "USD", "31"], strict=True)
    )
    own = ReadingRules(SubmissionKind.SELL_IN, date(2026, 1, 31), "USD")
    told = [(1, "amount", "31")]
    assert differing(csv("3,10,USD,31", rules=own)) == told
    assert differing(read_xlsx(workbook(sheet(rows(names, [*line.values()]))), RULES)) == told
    assert differing(read_inline([line], RULES)) == told
    assert differing(read_inline([line | {"amount": "30"}], RULES)) == []


def test_in_a_table_it_is_the_column_that_the_profile_names() -> None:
    columns = [{"header": "Ext. price", "field": "line_amount"}]
    layout = msgspec.convert({"columns": columns}, ColumnProfile)
    rules = replace(RULES, layout=layout)
    header = HEADER.replace("amount", "Ext. price")
    frame = csv("3,10,USD,31", "3,,USD,31.5", header=header, rules=rules)
    assert differing(frame) == [(1, "amount", "31")]
    assert frame.rows["unit_price_micros"].to_list() == [10_000_000, 10_500_000]


def test_in_an_867_it_is_the_total_of_the_line() -> None:
    told = [*x12(), "AMT*1*216"]
    assert differing(read_x12_867(interchange(*told), RULES)) == [(1, "amount", "216")]
    assert differing(read_x12_867(interchange(*x12(), "AMT*1*215", "AMT*GP*9"), RULES)) == []
    other = X12Profile(line_amounts=("N",))
    assert differing(read_x12_867(interchange(*told), RULES, other)) == []


def test_in_a_slsrpt_it_is_the_amount_that_the_profile_names() -> None:
    for amount, told in (("215", []), ("216", [(1, "amount", "216")])):
        segments = edifact(("PRI", f"PRI+AAA:21.50'MOA+203:{amount}"))
        assert differing(read_edifact(*segments)) == told
        assert differing(read_edifact(*segments, profile=EdifactProfile(line_amounts=("79",)))) == []
