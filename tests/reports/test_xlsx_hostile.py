"""A workbook that means harm, or is none: a coded answer, in bounds of time and room, and no row lost."""

import io
import struct
import zipfile
from datetime import date

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import FailureCode, IssueCode, ReadingRules, UnreadableReport, package, read_xlsx
from tests.reports.workbooks import HEADER, MAIN, SALE, archive, relations, report, rows, sheet, workbook

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")
GOOD = sheet(rows(HEADER, SALE))
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LOST = {"xl/_rels/workbook.xml.rels": relations([("styles", "styles.xml")]).replace("rId1", "rId7")}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal(data: bytes) -> UnreadableReport:
    with pytest.raises(UnreadableReport) as refused:
        read_xlsx(data, RULES)
    return refused.value


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no Excel workbook"),
        (b"document_number,quantity\n", "no Excel workbook"),
        (b"PK\x03\x04 but nothing else", "cannot be opened"),
        (workbook(GOOD)[:-30], "cannot be opened"),
        (archive({"word/document.xml": "<document/>"}), "holds no workbook"),
        (archive({"_rels/.rels": relations([("officeDocument", "xl/workbook.bin")]), "xl/workbook.bin": b""}), "xlsb"),
        (archive({"_rels/.rels": relations([("officeDocument", "xl/workbook.xml")])}), "holds no workbook"),
        (OLE, "Excel 97"),
        (workbook(GOOD, further={"XL/Workbook.xml": "<workbook/>"}), "one part twice"),
        (workbook(GOOD, further=LOST), "does not hold"),
        (workbook("<worksheet><sheetData>"), "no sound XML"),
        (workbook("no XML"), "no sound XML"),
        (workbook(GOOD.replace("worksheet", "chartsheet")), "should be a sheet"),
        (workbook(GOOD.replace("<sheetData>", "&#0;<sheetData>")), "no sound XML"),
        (workbook(GOOD.replace("?>", f"?>{ENTITIES}", 1)), "document type"),
        (workbook(GOOD, further={"xl/workbook.xml": f"{ENTITIES}<workbook>&b;</workbook>"}), "document type"),
        (workbook(GOOD, further={"_rels/.rels": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}), "document type"),
    ],
)
def test_what_is_no_sound_workbook_is_refused(data: bytes, told: str) -> None:
    refused = refusal(data)
    assert refused.code is FailureCode.NOT_WORKBOOK
    assert told in refused.message


def test_a_workbook_with_a_password_is_refused_and_says_so() -> None:
    locked = OLE + "EncryptedPackage".encode("utf-16-le")
    assert refusal(locked).code is FailureCode.WORKBOOK_PROTECTED
    data = bytearray(workbook(GOOD))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(signature, start + 4)
    assert refusal(bytes(data)).code is FailureCode.WORKBOOK_PROTECTED


def test_parts_that_unpack_to_more_than_honest_text_are_refused() -> None:
    blank = sheet(" " * (package.UNSUSPECTED * 2))
    assert refusal(workbook(blank)).code is FailureCode.WORKBOOK_TOO_LARGE
    texts = workbook(GOOD, shared=f"<si><t>{'a' * package.UNSUSPECTED * 2}</t></si>")
    assert refusal(texts).code is FailureCode.WORKBOOK_TOO_LARGE


def test_a_part_unpacks_no_further_than_it_says() -> None:
    """The archive's directory understates the size: what follows is never unpacked, and the checksum tells."""
    true = len(GOOD) + 3_000_000
    data = bytearray(workbook(GOOD + " " * 3_000_000))
    packed = struct.pack("<I", true)
    assert data.count(packed) == 2
    assert refusal(bytes(data.replace(packed, struct.pack("<I", 200)))).code is FailureCode.NOT_WORKBOOK


def test_more_parts_than_any_workbook_has_are_refused_before_they_are_listed() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for n in range(package.MOST_PARTS + 1):
            packed.writestr(f"xl/{n}", b"")
    assert refusal(target.getvalue()).code is FailureCode.WORKBOOK_TOO_LARGE


@pytest.mark.parametrize(
    "part",
    [
        sheet("<row>" + "<c>" * 200_000),
        f"<worksheet xmlns='{MAIN}' x='{'y' * 3_000_000}'/>",
        f"<worksheet xmlns='{MAIN}'><!--{'y' * 3_000_000}--></worksheet>",
    ],
)
def test_xml_that_nests_or_stretches_without_end_is_refused(part: str) -> None:
    assert refusal(workbook(part)).code is FailureCode.WORKBOOK_TOO_LARGE


def test_the_far_corner_of_a_sheet_takes_no_room() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="999999999"><c r="A999999999"><v>1</v></c></row>'
    frame = read_xlsx(workbook(sheet(rows(HEADER, SALE) + far)), RULES)
    assert frame.rows.height == 3
    assert frame.rows["received"][1]["beyond"] == "column 16384: 1"
    assert [issue.code for issue in frame.found() if issue.row == 3] == [IssueCode.MALFORMED_ROW]


def test_rows_without_values_are_counted_and_take_no_room() -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(3, 60_003))
    frame = read_xlsx(workbook(sheet(rows(HEADER, SALE) + blank + rows(SALE, first=60_003))), RULES)
    assert frame.rows["source"].to_list() == ["row 2", "row 60003"]
    assert [issue.value for issue in frame.found() if issue.code is IssueCode.BLANK_ROWS_SKIPPED] == ["60000"]


def test_a_row_of_more_cells_than_a_sheet_has_columns_is_refused() -> None:
    cells = "".join("<c><v>1</v></c>" for _ in range(40_000))
    assert refusal(workbook(sheet(rows(HEADER) + f"<row>{cells}</row>" + "<row/>" * 90_000))).code in {
        FailureCode.NOT_WORKBOOK,
        FailureCode.WORKBOOK_TOO_LARGE,
    }


def test_a_text_of_ten_megabytes_is_one_rejected_row() -> None:
    import random

    dice = random.Random(1)
    text = "".join(dice.choices("abcdefghij", k=10_000_000))
    frame = read_xlsx(report((*SALE[:3], text, *SALE[4:]), (*SALE[:1], "2", *SALE[2:])), RULES)
    assert [issue.code for issue in frame.found()] == [IssueCode.TEXT_TOO_LONG]
    assert frame.rows["rejected"].to_list() == [True, False]


def test_formulas_and_links_are_never_followed() -> None:
    links = relations([("worksheet", "worksheets/sheet1.xml"), ("worksheet", "file:///etc/passwd")]).replace(
        'Target="file', 'TargetMode="External" Target="file'
    )
    data = workbook(GOOD, further={"xl/_rels/workbook.xml.rels": links})
    assert read_xlsx(data, RULES).rows.height == 1
    escaping = relations([("worksheet", "../../../etc/passwd")])
    assert refusal(workbook(GOOD, further={"xl/_rels/workbook.xml.rels": escaping})).code is FailureCode.NOT_WORKBOOK


def test_one_long_text_in_very_many_cells_is_refused_before_it_is_put_together() -> None:
    shared = f"<si><t>{'x' * 1_000_000}</t></si>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_000))
    refused = refusal(workbook(sheet(rows(HEADER) + cells), shared=shared))
    assert (refused.code, "repeat shared texts" in str(refused)) == (FailureCode.WORKBOOK_TOO_LARGE, True)


def test_a_text_that_very_many_cells_share_is_read_in_each() -> None:
    shared = f"<si><t>{'x' * 1_000}</t></si>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_002))
    assert read_xlsx(workbook(sheet(rows(HEADER) + cells), shared=shared), RULES).rows.height == 20_000
