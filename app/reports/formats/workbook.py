"""What a workbook is made of: its sheets, the text that they share, how its numbers are shown, from when it counts days.

Only what is stored is read. Formulas are not calculated: a cell has the value that the spreadsheet program left in it.
Macros are never run, links to other files never followed.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from posixpath import dirname, normpath
from typing import IO, NamedTuple

from app.reports.formats.package import Elements, Listener, Package, damaged, protected, too_large, walk
from app.reports.formats.shared_texts import SharedTexts
from app.reports.issues import FailureCode, UnreadableReport

LONGEST_TEXT = 100_000
"""Characters of one cell that are kept; a spreadsheet program keeps 32,767."""
MOST_TEXTS = 5_000_000
MOST_NUMBER_FORMATS = 5_000
LARGEST_FRAME = 32 * 1024**2
"""Bytes of a part that holds no rows: which sheets there are, and how numbers are shown."""
PLAIN, DAY = 0, -1
"""How a number is shown: as it is, as a date, or (a positive number) with leading zeros up to so many digits."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Sheet(NamedTuple):
    """A sheet: its place among the workbook's sheets, from 1, whether it is hidden, and the part that holds it."""

    number: int
    hidden: bool
    part: str


class Workbook(NamedTuple):
    """An opened workbook. `styles` says for each style of a cell how its number is shown: PLAIN, DAY, or zeros."""

    package: Package
    sheets: list[Sheet]
    from_1904: bool
    styles: list[int]
    texts: SharedTexts
    macros: bool


def open_workbook(data: bytes | IO[bytes]) -> Workbook:
    """The workbook in these bytes, or in this file. Raises UnreadableReport where there is none that can be read."""
    file = BytesIO(data) if isinstance(data, bytes) else data
    file.seek(0)
    begin = file.read(len(_OLE))
    if begin.startswith(_OLE):
        raise _old_or_locked(begin + file.read())
    if not begin.startswith(b"PK"):
        raise UnreadableReport(
            FailureCode.NOT_WORKBOOK,
            "This is no Excel workbook (.xlsx). Send the report in the format it is written in.",
        )
    package = Package(file)
    main = _main_part(package)
    related = _relations(package, main)
    book = _Book()
    _tell(package, main, book)
    if any(key not in related for key, _ in book.sheets):
        raise damaged("it names a sheet that it does not hold")
    sheets = [
        Sheet(number, hidden, related[key][1])
        for number, (key, hidden) in enumerate(book.sheets, 1)
        if related[key][0] == "worksheet"
    ]
    return Workbook(
        package,
        sheets,
        book.from_1904,
        _styles(package, _only(related, "styles")),
        _texts(package, _only(related, "sharedStrings")),
        any(name.endswith("vbaproject.bin") for name in package.names),
    )


def unescaped(text: str) -> str:
    """The text with characters that XML cannot hold, which a workbook writes as _x000D_. NULs cannot be kept."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _old_or_locked(data: bytes) -> UnreadableReport:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return protected()
    return UnreadableReport(
        FailureCode.NOT_WORKBOOK,
        "This is a workbook in the format of Excel 97 to 2003 (.xls). Save it as .xlsx and send it again.",
    )


def _main_part(package: Package) -> str:
    relations = _relations(package, "")
    main = _only(relations, "officeDocument")
    if main is None or main not in package:
        raise damaged("this archive holds no workbook")
    if main.endswith(".bin"):
        raise damaged("it is a binary workbook (.xlsb)")
    return main


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → the last word of its kind, and the part's name. Other files are left out."""
    folder, _, name = part.rpartition("/")
    place = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if place not in package:
        return {}
    listening = _Relations()
    _tell(package, place, listening)
    return {
        key: (kind.rpartition("/")[2], normpath(target[1:] if target.startswith("/") else f"{dirname(part)}/{target}"))
        for key, kind, target in listening.found
    }


def _only(related: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for found, part in related.values() if found == kind), None)


def _tell(package: Package, part: str, listener: Listener) -> None:
    for _ in walk(package.pieces(part, LARGEST_FRAME), listener):
        pass


class _Relations(Elements):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            given = attributes.get
            self.found.append((given("Id", ""), given("Type", ""), given("Target", "")))


class _Book(Elements):
    def __init__(self) -> None:
        super().__init__()
        self.from_1904 = False
        self.sheets: list[tuple[str, bool]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        match _local(name):
            case "workbookPr":
                self.from_1904 = attributes.get("date1904") in {"1", "true", "on"}
            case "sheet":
                key = next((value for given, value in attributes.items() if given.endswith(":id")), "")
                self.sheets.append((key, attributes.get("state", "visible") != "visible"))


class _Styles(Elements):
    """The number formats that a workbook defines, and the one of each style that a cell can have."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self.used: list[str] = []
        self.of_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        match _local(name):
            case "numFmt":
                self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            case "xf" if self.of_cells:
                self.used.append(attributes.get("numFmtId", "0"))
            case "cellXfs":
                self.of_cells = True
            case "cellStyleXfs" | "cellStyles" | "dxfs":
                self.of_cells = False


def _styles(package: Package, part: str | None) -> list[int]:
    if part is None:
        return []
    listening = _Styles()
    _tell(package, part, listening)
    keys = set(listening.used)
    if len(keys) > MOST_NUMBER_FORMATS:
        raise too_large(f"it shows numbers in more than {MOST_NUMBER_FORMATS:,} ways")
    shown = {key: _shown(key, listening.codes.get(key)) for key in keys}
    return [shown[key] for key in listening.used]


def _shown(key: str, code: str | None) -> int:
    """How a number format shows a number. A code that the workbook defines counts before the built-in one."""
    if code is None:
        return DAY if key.isdecimal() and len(key) < 5 and int(key) in _DATE_FORMATS else PLAIN
    first = _NOT_SHOWN.sub("", code[:255]).partition(";")[0]
    if re.search("[dmyhs]", first, re.IGNORECASE) and "general" not in first.lower():
        return DAY
    return len(first) if re.fullmatch("0{2,100}", first) else PLAIN


class _Texts(Elements):
    """The shared texts, each put together from its runs, without the reading aids of East Asian text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.aid = self.wanted = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        self.wanted = False
        match _local(name):
            case "t":
                self.wanted = not self.aid and bool(self.found)
                self.closed += len(self.ended)
                self.ended.clear()
            case "si":
                self.found.append("")
                self.aid = False
            case "rPh":
                self.aid = True

    def text(self, text: str) -> None:
        if self.wanted and not self.ended and len(self.found[-1]) <= LONGEST_TEXT:
            self.found[-1] += text


def _texts(package: Package, part: str | None) -> SharedTexts:
    found = SharedTexts()
    if part is not None:
        listening = _Texts()
        for _ in walk(package.pieces(part), listening):
            found.add(_unescaped(listening.found[:-1]))
            del listening.found[:-1]
            if len(found) > MOST_TEXTS:
                raise too_large(f"it shares more than {MOST_TEXTS:,} texts")
        found.add(_unescaped(listening.found))
    return found


def _unescaped(texts: list[str]) -> list[str]:
    return [unescaped(text) if "_x" in text else text for text in texts]


def _local(name: str) -> str:
    """The name of an element without the prefix of its namespace."""
    return name.rpartition(":")[2]


def sheets_of(book: Workbook, hidden: bool) -> Iterator[Sheet]:
    """The sheets that are shown, or those that are not."""
    return (sheet for sheet in book.sheets if sheet.hidden is hidden)
