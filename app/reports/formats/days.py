"""How a sender writes its days, where its profile says so: DD.MM.YY, YYYYMMDD, MM/DD/YYYY, DD-MON-YYYY, or a serial number.

A format names the parts of a day in their order, with what stands between them: YYYY, or YY for a year from 2000 to 2099;
MM, or MON for the name of the month in a language; DD. Where something stands between them, a month or day may have one
digit. EXCEL is the number by which spreadsheets count days, from 1900; EXCEL_1904 the one that older ones count from 1904;
its decimals are the time of the day.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from typing import Literal, NamedTuple

import polars as pl

Language = Literal["en", "de", "fr", "es", "it", "nl", "pt", "pl"]
EXCEL, EXCEL_1904 = "EXCEL", "EXCEL_1904"
_BEGINS = {EXCEL: date(1899, 12, 30), EXCEL_1904: date(1904, 1, 1)}
SERIAL = r"^([0-9]{5,6})(?:[.,][0-9]+)?$"
_PARTS = re.compile(r"(YYYY|YY|MON|MM|DD)")
_BETWEEN = re.compile(r"[-./ ,]{0,2}")
_MONTHS: dict[Language, str] = {
    "en": "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,september sep sept,october oct,"
    "november nov,december dec",
    "de": "januar jan jaenner janner,februar feb,maerz marz mrz maer mar,april apr,mai,juni jun,juli jul,august aug,"
    "september sep sept,oktober okt,november nov,dezember dez",
    "fr": "janvier janv jan,fevrier fevr fev,mars mar,avril avr,mai,juin,juillet juil jul,aout,septembre sept sep,"
    "octobre oct,novembre nov,decembre dec",
    "es": "enero ene,febrero feb,marzo mar,abril abr,mayo may,junio jun,julio jul,agosto ago,septiembre sep sept set,"
    "octubre oct,noviembre nov,diciembre dic",
    "it": "gennaio gen,febbraio feb,marzo mar,aprile apr,maggio mag,giugno giu,luglio lug,agosto ago,settembre set sett,"
    "ottobre ott,novembre nov,dicembre dic",
    "nl": "januari jan,februari feb,maart mrt maa,april apr,mei,juni jun,juli jul,augustus aug,september sep sept,"
    "oktober okt,november nov,december dec",
    "pt": "janeiro jan,fevereiro fev,marco mar,abril abr,maio mai,junho jun,julho jul,agosto ago,setembro set,"
    "outubro out,novembro nov,dezembro dez",
    "pl": "styczen stycznia sty,luty lutego lut,marzec marca mar,kwiecien kwietnia kwi,maj maja,czerwiec czerwca cze,"
    "lipiec lipca lip,sierpien sierpnia sie,wrzesien wrzesnia wrz,pazdziernik pazdziernika paz,listopad listopada lis,"
    "grudzien grudnia gru",
}
_SPELT = {"ä": "ae", "é": "e", "è": "e", "û": "u", "ç": "c", "ń": "n", "ś": "s", "ź": "z", "ô": "o"}
LANGUAGES: tuple[Language, ...] = tuple(_MONTHS)
"The languages whose months are known."


class DayFormat(NamedTuple):
    """A format of days, ready to be read by: the pattern of a whole value, the months by their names, and what stands
    before the year."""

    pattern: str
    months: dict[str, int]
    century: str


def why_impossible(written: str, language: str | None) -> str | None:
    """What is wrong with a format of days and the language of its months; None where both are possible."""
    if written.upper() in _BEGINS:
        return None
    parts = _PARTS.findall(written.upper())
    between = _PARTS.sub("\0", written.upper()).split("\0")
    if sorted(part[0] + part[1:2] for part in parts) not in (["DD", "MM", "YY"], ["DD", "MO", "YY"]):
        return (
            "A day has a year (YYYY or YY), a month (MM or MON) and a day (DD), each once; or is EXCEL, or EXCEL_1904."
        )
    if not all(_BETWEEN.fullmatch(each) for each in between) or between[0] or between[-1]:
        return (
            "Between year, month and day stand at most two of “-”, “.”, “/”, “,” and blanks, and nothing around them."
        )
    if parts[0] == "YYYY" and parts[1] == "DD":
        return "A day that begins with its year has the month before the day."
    if "MON" in parts and language is None:
        return "Say in month_language which language the names of the months are in."
    return None


@cache
def day_format(written: str, language: Language | None) -> DayFormat:
    """A possible format of days other than the serial numbers, ready to be read by."""
    told = written.upper()
    parts, between = _PARTS.findall(told), _PARTS.sub("\0", told).split("\0")[1:-1]
    loose = all(each or "MON" in parts[at : at + 2] for at, each in enumerate(between))
    digits = "[0-9]{1,2}" if loose else "[0-9]{2}"
    ways = {
        "YYYY": "(?P<year>[0-9]{4})",
        "YY": "(?P<year>[0-9]{2})",
        "MM": f"(?P<month>{digits})",
        "MON": "(?P<month>[^0-9\\s./,-]{2,12})[.]?",
        "DD": f"(?P<day>{digits})",
    }
    stands = [re.escape(each).replace("\\ ", "[ ]*") if each.strip() else "[ ]+" if each else "" for each in between]
    pattern = "".join(a + b for a, b in zip([ways[part] for part in parts], [*stands, ""], strict=True))
    months = months_of(language) if language and "MON" in parts else {}
    return DayFormat(f"^{pattern}$", months, "20" if "YY" in parts else "")


@cache
def months_of(language: Language) -> dict[str, int]:
    """The months by their names and abbreviations in a language, in small letters; with accents and without."""
    return {name: month for month, names in enumerate(_MONTHS[language].split(","), 1) for name in names.split()}


def plain_month(name: str) -> str:
    """The name of a month as `months_of` has it: small, without accents."""
    letters = unicodedata.normalize("NFKD", "".join(_SPELT.get(each, each) for each in name.lower().rstrip(".")))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def days_in(text: pl.Expr, written: str, language: Language | None) -> pl.Expr:
    """The days that these texts are under a possible format; null where a text is none."""
    if begins := _BEGINS.get(written.upper()):
        serial = text.str.extract(SERIAL, 1).cast(pl.Int32, strict=False)
        return (pl.lit(begins) + pl.duration(days=serial)).cast(pl.Date)
    pattern, months, century = day_format(written, language)
    parts = text.str.extract_groups(pattern.replace("?P<", "?<"))
    year, month, day = (parts.struct.field(name) for name in ("year", "month", "day"))
    if months:
        small = month.str.to_lowercase()
        for accented, letters in _SPELT.items():
            small = small.str.replace_all(accented, letters, literal=True)
        month = small.replace_strict(months, default=None, return_dtype=pl.Int8).cast(pl.String)
    whole = pl.concat_str(pl.lit(century) + year, month, day, separator="-")
    return whole.str.to_date("%Y-%m-%d", strict=False)


def day_of(text: str, written: str, language: Language | None) -> date | None:
    """The day that one text is under a possible format; None where it is none."""
    if begins := _BEGINS.get(written.upper()):
        serial = re.match(SERIAL, text)
        return begins + timedelta(days=int(serial[1])) if serial else None
    pattern, months, century = day_format(written, language)
    found = re.match(pattern, text)
    if found is None:
        return None
    month = months.get(plain_month(found["month"]), 0) if months else int(found["month"])
    try:
        return date(int(century + found["year"]), month, int(found["day"]))
    except ValueError:
        return None
