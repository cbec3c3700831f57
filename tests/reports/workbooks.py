"""Workbooks as programs write them, and as nobody should, put together part by part."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FORMATS = ("General", "yyyy-mm-dd", "00000", "#,##0.00")
"""The number formats of the styles 0, 1 … of every workbook here."""
DAY = 1

HEADER = ("document_number", "document_line", "sold_on", "product_code", "reseller_account", "quantity", "unit_price")
SALE = ("I-1", "1", "2026-01-04", "P1", "10045", 2, 10)


class Raw(str):
    """A cell as XML, with `{at}` for its place."""

    __slots__ = ()


def number(value: object, style: int = 0) -> Raw:
    """A number as it is stored, digit for digit."""
    return Raw(f'<c r="{{at}}" s="{style}"><v>{value}</v></c>')


def formula(text: str, result: object = None) -> Raw:
    """A formula with its stored result, if it has one."""
    stored = "" if result is None else f"<v>{result}</v>"
    return Raw(f'<c r="{{at}}"><f>{escape(text)}</f>{stored}</c>')


def serial(day: date, from_1904: bool = False) -> int:
    """The number by which a workbook stores a day after February 1900."""
    return (day - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days


def cell(value: object, at: str) -> str:
    """One cell: text, a number, a day, or XML."""
    match value:
        case None:
            return ""
        case Raw():
            return value.replace("{at}", at)
        case date():
            return f'<c r="{at}" s="{DAY}"><v>{serial(value)}</v></c>'
        case int() | float():
            return f'<c r="{at}"><v>{value}</v></c>'
        case _:
            return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def rows(*lines: Sequence[object], first: int = 1) -> str:
    """Rows one below the other."""
    return "".join(
        f'<row r="{n}">{"".join(cell(value, f"{chr(65 + i)}{n}") for i, value in enumerate(line))}</row>'
        for n, line in enumerate(lines, first)
    )


def sheet(data: str, after: str = "") -> str:
    """A sheet with these rows."""
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{after}</worksheet>'


def workbook(
    *sheets: str | bytes,
    states: Sequence[str] = (),
    from_1904: bool = False,
    shared: str | None = None,
    further: dict[str, str | bytes] | None = None,
) -> bytes:
    """The workbook with these sheets. `shared` is the XML of the shared texts, `further` are parts beside or instead."""
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" state="{dict(enumerate(states, 1)).get(n, "visible")}" r:id="rId{n}"/>'
        for n in range(1, len(sheets) + 1)
    )
    codes = "".join(f'<numFmt numFmtId="{170 + i}" formatCode="{escape(code)}"/>' for i, code in enumerate(FORMATS))
    styles = "".join(f'<xf numFmtId="{170 + i}"/>' for i in range(len(FORMATS)))
    related = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="{int(from_1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            [*related, ("styles", "styles.xml"), *([("sharedStrings", "sharedStrings.xml")] if shared else [])]
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f"</cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>",
        **({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>'} if shared else {}),
        **{f"xl/worksheets/sheet{n}.xml": each for n, each in enumerate(sheets, 1)},
    }
    return archive({**parts, **(further or {})})


def relations(targets: Sequence[tuple[str, str]]) -> str:
    """What a part refers to, in order."""
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP archive of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def report(*lines: Sequence[object], after: str = "") -> bytes:
    """A workbook with the usual header and these lines."""
    return workbook(sheet(rows(HEADER, *lines), after))
