"""Samples of every format after accidents, thousands of them: whatever arrives, a reader answers with rows and issues or
with one coded refusal. No other exception escapes, no row vanishes, and what is rejected says why.

The accidents come from fixed seeds, so a case that fails fails again; its number is in the failure. They happen to bytes,
to lines and segments, and to the values within them. See `test_readers_hold` for what generated input must keep.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats import (
    FIELDS,
    ReadingRules,
    ReportFrame,
    Severity,
    UnreadableReport,
    read_csv,
    read_inline,
    read_slsrpt,
    read_x12_867,
    read_xlsx,
)
from app.reports.formats.frame import ROWS, STOCK_FIELDS, STOCK_ROWS
from app.reports.formats.invrpt import read_invrpt
from app.reports.formats.sales import read_sales
from app.reports.formats.stock_files import read_stock
from app.reports.formats.x12_846 import read_x12_846
from app.reports.profiles.looking import look_at
from app.reports.profiles.samples import Sample
from app.reports.profiles.settings import as_json, read_settings, stored_profile
from app.reports.profiles.shapes import Known
from tests.reports.workbooks import archive, rows, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
SALES = ReadingRules(
    SubmissionKind.SELL_THROUGH,
    date(2026, 1, 31),
    "USD",
    received_at=datetime(2026, 1, 31, 9),  # noqa: DTZ001
)
STOCK = replace(SALES, kind=SubmissionKind.INVENTORY)
NUMBERS = [b"", b"0", b"-1", b"1e9", b"1E400", b"NaN", b"1,5", b"1.234,5", b"9" * 30, b"0.0001", "½".encode()]
DAYS = [b"19000101", b"2099-12-31", b"00000000", b"2026-02-30", b"31/12/2025", b"46026", b"yesterday"]
PIECES = [b"\0", b'"', b"'", b",", b";", b"\t", b"|", b"*", b"~", b"+", b":", b"?", b"\r", b"\n", b"\x1d", b"\xff\xfe"]
PIECES += [b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"=1+1", b"<!--", b"]]>", b"&#0;", b"UNA:+.? '", b"ISA*"]
Bytes = bytes
Accident = Callable[[bytes, random.Random], bytes]


# --- accidents ------------------------------------------------------------------------------------------------------


def flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 8])):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return dice.choice([data[:at], data[at:], data[:at] + data[at + dice.randrange(60) :]])


def with_piece(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(PIECES) * dice.choice([1, 1, 1, 3, 200]) + data[at:]


def _parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """What ends its lines or segments, and these."""
    end = b"~" if data[:3] == b"ISA" and data.count(b"~") > 3 else b"'" if data[:3] in {b"UNA", b"UNB"} else b"\n"
    return end, data.split(end)


def rearranged(data: bytes, dice: random.Random) -> bytes:
    """A line or segment lost, repeated or moved; or all of them in another order."""
    end, parts = _parts(data)
    start = dice.randrange(len(parts))
    taken = parts[start : start + dice.choice([1, 1, 2, 5])]
    match dice.randrange(4):
        case 0:
            del parts[start : start + len(taken)]
        case 1:
            parts[start:start] = taken * dice.choice([1, 2, 40])
        case 2:
            del parts[start : start + len(taken)]
            at = dice.randrange(len(parts) + 1)
            parts[at:at] = taken
        case _:
            dice.shuffle(parts)
    return end.join(parts)


def with_value(data: bytes, dice: random.Random) -> bytes:
    """Another value between two delimiters: a number or a day that is none, or nothing."""
    found = list(re.finditer(rb"(?<=[,;*+:>|\t])[^,;*+:<|\t~'\r\n]*", data))
    if not found:
        return data
    place = dice.choice(found)
    return data[: place.start()] + dice.choice(NUMBERS + DAYS) + data[place.end() :]


def with_other_delimiters(data: bytes, dice: random.Random) -> bytes:
    old, new = dice.choice([b",", b";", b"*", b"~", b"+", b":", b"'", b"\n", b'"']), dice.choice(PIECES)
    return data.replace(old, new, dice.choice([1, 5, -1]))


ACCIDENTS: list[Accident] = [flipped, cut, with_piece, rearranged, rearranged, with_value, with_value]
ACCIDENTS += [with_other_delimiters]


def after_accidents(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.choice([1, 1, 2, 3, 5])):
        data = dice.choice(ACCIDENTS)(data, dice)
    return data


def of_files(*patterns: str) -> Callable[[random.Random], bytes]:
    """One of these samples after some accidents."""
    samples = [path.read_bytes() for pattern in patterns for path in sorted(SAMPLES.glob(pattern))]
    assert samples
    return lambda dice: after_accidents(dice.choice(samples), dice)


def workbook_of(dice: random.Random) -> bytes:
    """A workbook damaged as a file, or repacked after its parts were damaged, so that its checksums are right."""
    data = dice.choice(sorted(SAMPLES.glob("*.xlsx"))).read_bytes()
    if dice.random() < 0.3:
        return after_accidents(data, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    told = sorted(name for name in parts if name.startswith(("xl/", "_rels/")))
    for name in dice.sample(told, dice.choice([1, 1, 2])):
        part = parts[name]
        parts[name] = after_accidents(part if isinstance(part, bytes) else part.encode(), dice)
    return archive(parts)


def wide_workbook_of(dice: random.Random) -> bytes:
    """A workbook with several quantities in a row, after some accidents to its sheet or to itself."""
    lines = [line.replace('"', "").split(";")[:6] for line in WIDE_LIST]
    told = sheet(rows(*(lines + lines[1:3])), '<mergeCells><mergeCell ref="D2:D3"/></mergeCells>')
    return (
        workbook(after_accidents(told.encode(), dice).decode(errors="replace"))
        if dice.random() < 0.8
        else (after_accidents(workbook(told), dice))
    )


def lines_of(dice: random.Random) -> list[dict[str, object]]:
    """Inline lines whose values are anything that JSON holds."""
    values: list[object] = [
        None,
        True,
        0,
        -1,
        10**30,
        1.5,
        "",
        " ",
        "\0",
        "1e9",
        "NaN",
        "2026-01-04",
        "INV-1",
        "CREDIT_NOTE",
    ]
    values += ["x" * 100_000, ["S1", "S1"], ["\ud800"], [], "\u2028", "EUR", "RETURN", date(2026, 1, 4), "9" * 40]
    good = {
        "document_number": "I-1",
        "sold_on": "2026-01-04",
        "product_code": "P",
        "reseller_account": "A",
        "quantity": "1",
    }
    names = [*FIELDS, "soldOn", "unitPrice", "nonsense", ""]
    return [
        {**good, **{dice.choice(names): dice.choice(values) for _ in range(dice.randrange(5))}}
        for _ in range(dice.randrange(6))
    ]


def stock_in_csv(dice: random.Random) -> bytes:
    """An inventory report as CSV after some accidents."""
    lines = [
        ",".join(STOCK_FIELDS),
        "BER,P1,2026-01-30,12,EA,,,,,",
        "BER,P2,2026-01-30,-3,EA,,,,,",
        "MUC,P1,30.01.2026,x",
    ]
    return after_accidents("\n".join([*lines, *lines[1:3]]).encode(), dice)


# --- under a profile --------------------------------------------------------------------------------------------------


def under(
    kind: SubmissionKind, written: str, settings: dict[str, object]
) -> Callable[[bytes, ReadingRules], ReportFrame]:
    """The reader of such files under the profile with these settings."""
    how = SubmissionFormat(written)
    profile = stored_profile(how, as_json(read_settings(how, settings, kind)), kind)
    read = read_stock if kind is SubmissionKind.INVENTORY else read_sales
    return lambda data, rules: read(data, how, rules, profile)


def columns_in_order(fields: list[str]) -> list[dict[str, object]]:
    return [{"header": "", "field": name, "position": at} for at, name in enumerate(fields, 1)]


HEADERLESS = ["R-1;05-JAN-26;P1;A1;3;1,5;RE", "R-1;06-JAN-26;P2;A1;;-2,25;GS", 'R-2;07-DEC-25;"P;3";A2;4;1.000,5;RE']
STOCK_BY_POSITION = ["BER;P1;46050;12;;frei", "BER;P2;46050;;3;gesperrt", "MUC;P1;46049,5;1;;frei"]
SALES_PROFILE: dict[str, object] = {
    "headerless": True,
    "columns": columns_in_order(
        ["document_number", "sold_on", "product_code", "reseller_account", "quantity", "line_amount"]
    ),
    "date_format": "DD-MON-YY",
    "month_language": "en",
    "returns": {"dialect": "MARKED", "position": 7, "values": ["GS"]},
}
STOCK_PROFILE: dict[str, object] = {
    "headerless": True,
    "columns": columns_in_order(["warehouse", "product_code", "counted_on", "quantity", "quantity_out", "status"]),
    "date_format": "EXCEL",
    "constants": {"movement": "ADJUSTMENT", "reference": "LIST"},
    "meanings": {"status": {"frei": "GOOD", "gesperrt": "BLOCKED"}},
    "returns": {"dialect": "OWN_COLUMN"},
}
WIDE_LIST = [
    "Site;SKU;Day;On hand;Reserved;In transit",
    "BER;P1;2026-01-30;12;3;",
    "BER;P2;2026-01-30;0;;1,5",
    "MUC;P1;30.01.2026;;;",
    'MUC;"P;3";2026-01-29;7;x;4',
]
STATES = [("On hand", "GOOD"), ("Reserved", "RESERVED"), ("In transit", "IN_TRANSIT")]
WIDE_PROFILE: dict[str, object] = {
    "columns": [
        *(
            {"header": name, "field": field}
            for name, field in zip(("Site", "SKU", "Day"), ("warehouse", "product_code", "counted_on"), strict=True)
        ),
        *({"header": name, "field": "quantity", "status": state} for name, state in STATES),
    ]
}
MESSAGES_PROFILE: dict[str, object] = {
    "statuses": {"17": "GOOD", "33": "GOOD", "145": "GOOD"},
    "precedence": ["33", "17"],
}


def of_lines(lines: list[str]) -> Callable[[random.Random], bytes]:
    """A file of these lines after some accidents."""
    return lambda dice: after_accidents("\n".join([*lines, *lines[:2]]).encode(), dice)


# --- what always holds ----------------------------------------------------------------------------------------------


def holds(frame: ReportFrame, columns: dict[str, pl.DataType]) -> None:
    """Every row has its number, once; what is rejected says why, and only that; what counts is whole."""
    rows, found = frame.rows, frame.found()
    assert dict(rows.drop("received").schema) == columns
    assert rows["row"].to_list() == list(range(1, rows.height + 1))
    rejected = set(rows.filter("rejected")["row"])
    counting = set(rows.filter(~rows["rejected"])["row"])
    assert len(rejected) + len(counting) == rows.height, "received is the sum of what became of it"
    assert {issue.row for issue in found if issue.code.severity is Severity.ERROR} == rejected
    assert all(0 <= issue.row <= rows.height and issue.message for issue in found)
    assert rows.filter(~rows["rejected"])["quantity_milli"].null_count() == 0
    assert rows.filter(~rows["rejected"])["product_code"].null_count() == 0
    assert rows.filter(~rows["rejected"])["content_hash"].null_count() == 0
    assert len(frame.received_as_json()) == rows.height
    for text in frame.received_as_json().to_list():
        text.encode()
        assert "\0" not in text and "\\u0000" not in text, "the database keeps no NUL"


@dataclass(frozen=True)
class Reader:
    """A reader, how its input is made, and how many cases there are."""

    read: Callable[[Any, ReadingRules], ReportFrame]
    made: Callable[[random.Random], Any]
    rules: ReadingRules
    cases: int

    @property
    def columns(self) -> dict[str, pl.DataType]:
        return STOCK_ROWS if self.rules.kind is SubmissionKind.INVENTORY else ROWS


READERS = {
    "csv": Reader(read_csv, of_files("*.csv"), SALES, 500),
    "csv of stock": Reader(read_csv, stock_in_csv, STOCK, 200),
    "xlsx": Reader(read_xlsx, workbook_of, SALES, 500),
    "x12 867": Reader(read_x12_867, of_files("*867.x12"), SALES, 500),
    "x12 846": Reader(read_x12_846, of_files("*846.x12"), STOCK, 400),
    "slsrpt": Reader(read_slsrpt, of_files("*slsrpt.edi"), SALES, 500),
    "invrpt": Reader(read_invrpt, of_files("*invrpt.edi"), STOCK, 400),
    "headerless csv": Reader(under(SALES.kind, "CSV", SALES_PROFILE), of_lines(HEADERLESS), SALES, 300),
    "headerless csv of stock": Reader(under(STOCK.kind, "CSV", STOCK_PROFILE), of_lines(STOCK_BY_POSITION), STOCK, 300),
    "wide csv of stock": Reader(under(STOCK.kind, "CSV", WIDE_PROFILE), of_lines(WIDE_LIST), STOCK, 300),
    "wide xlsx of stock": Reader(under(STOCK.kind, "XLSX", WIDE_PROFILE), wide_workbook_of, STOCK, 200),
    "headerless xlsx": Reader(under(SALES.kind, "XLSX", SALES_PROFILE), workbook_of, SALES, 150),
    "x12 846 by profile": Reader(under(STOCK.kind, "X12", MESSAGES_PROFILE), of_files("*846.x12"), STOCK, 150),
    "invrpt by profile": Reader(under(STOCK.kind, "EDIFACT", MESSAGES_PROFILE), of_files("*invrpt.edi"), STOCK, 150),
    "inline": Reader(read_inline, lines_of, SALES, 300),
    "another format's": Reader(read_csv, of_files("*.x12", "*.edi", "*.xlsx"), SALES, 100),
}


@pytest.mark.parametrize("name", READERS)
def test_no_accident_breaks_a_reader_or_loses_a_row(name: str) -> None:
    reader, read, refused = READERS[name], 0, 0
    for seed in range(reader.cases):
        given = reader.made(random.Random(f"{name} {seed}"))
        try:
            frame = reader.read(given, reader.rules)
            holds(frame, reader.columns)
            read += frame.rows.height > 0
        except UnreadableReport as refusal:
            assert refusal.message and len(refusal.message) < 5_000
            refused += 1
        except Exception as reason:
            raise AssertionError(f"{name}, case {seed}") from reason
    if name != "another format's":
        assert read > reader.cases // 5, "most accidents leave something to read"
    assert refused or name == "inline"


PROPOSED = {
    "csv": (SALES, "CSV", of_files("*.csv")),
    "headerless csv": (SALES, "CSV", of_lines(HEADERLESS)),
    "csv of stock": (STOCK, "CSV", stock_in_csv),
    "headerless csv of stock": (STOCK, "CSV", of_lines(STOCK_BY_POSITION)),
    "wide csv of stock": (STOCK, "CSV", of_lines(WIDE_LIST)),
    "xlsx of stock": (STOCK, "XLSX", workbook_of),
    "x12 846": (STOCK, "X12", of_files("*846.x12")),
    "invrpt": (STOCK, "EDIFACT", of_files("*invrpt.edi")),
    "sell-in": (replace(SALES, kind=SubmissionKind.SELL_IN), "CSV", of_files("*.csv")),
}


@pytest.mark.parametrize("name", PROPOSED)
def test_what_is_proposed_after_accidents_can_be_saved_and_read_by(name: str) -> None:
    rules, written, made = PROPOSED[name]
    how, understood = SubmissionFormat(written), 0
    for seed in range(60):
        data = made(random.Random(f"{name} {seed}"))
        try:
            proposal = look_at(Sample(data, how, whole=True), rules.kind).proposal(Known(), rules.required)
            assert read_settings(how, as_json(proposal.profile), rules.kind) == proposal.profile
            understood += 1
            read = read_stock if rules.kind is SubmissionKind.INVENTORY else read_sales
            holds(read(data, how, rules, proposal.profile), STOCK_ROWS if read is read_stock else ROWS)
        except UnreadableReport as refusal:
            assert refusal.message
        except Exception as reason:
            raise AssertionError(f"{name}, case {seed}") from reason
    assert understood > 10, "most accidents leave something to understand"
