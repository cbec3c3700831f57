"""When two names, or two addresses, mean one end customer.

A name is compared without case, accents, punctuation, and the legal form of the firm: “Müller & Söhne GmbH”, “MUELLER UND
SOEHNE” and “Muller + Sohne GmbH & Co. KG” are one. A domain is taken from an e-mail address or a web address, and reduced
to the part that a firm registers: `mail.shop.example.co.uk` is `example.co.uk`. Addresses at providers where anybody may
have one say nothing about a firm.

Which part a firm registers is known for the endings in `_SECOND_LEVEL`, kept here, for no list is fetched and the rules
use the standard library alone; of every other domain it is the last two labels.
"""

import hashlib
import re
import unicodedata

_WIDE = frozenset({"com", "org", "net", "edu", "gov"})
_SECOND_LEVEL: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("au", "br", "ar", "mx", "tr", "cn", "tw", "hk", "sg", "my", "ph", "vn", "sa", "eg", "ua", "gr"), _WIDE
    ),
    **dict.fromkeys(("co", "pe", "ve", "ec", "uy", "pk", "ng"), _WIDE | {"gob", "co"}),
    **dict.fromkeys(("id", "th", "ke"), frozenset({"co", "ac", "or", "go", "in"})),
    "uk": frozenset({"co", "ac", "gov", "org", "ltd", "plc", "me", "net", "nhs", "sch", "police"}),
    "nz": frozenset({"co", "ac", "govt", "org", "net", "school", "geek"}),
    "za": frozenset({"co", "ac", "gov", "org", "net", "web"}),
    "jp": frozenset({"co", "ac", "go", "or", "ne", "gr", "ed", "lg"}),
    "kr": frozenset({"co", "ac", "go", "or", "ne", "re", "pe"}),
    "in": frozenset({"co", "ac", "gov", "org", "net", "edu", "firm", "gen", "ind", "nic", "res"}),
    "il": frozenset({"co", "ac", "gov", "org", "net", "muni"}),
    "at": frozenset({"co", "ac", "gv", "or"}),
    "hu": frozenset({"co", "org", "info"}),
    "pl": frozenset({"com", "org", "net", "edu", "gov", "info", "biz"}),
    "es": frozenset({"com", "org", "nom", "gob", "edu"}),
    "fr": frozenset({"asso", "com", "gouv"}),
    "it": frozenset({"gov", "edu"}),
    "pt": frozenset({"com", "org", "edu", "gov"}),
}
_ANYBODY = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "yahoo.de",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "freenet.de",
        "posteo.de",
        "mailbox.org",
        "proton.me",
        "protonmail.com",
        "tutanota.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "libero.it",
        "virgilio.it",
        "tiscali.it",
        "qq.com",
        "163.com",
        "126.com",
        "mail.ru",
        "yandex.ru",
        "yandex.com",
        "zoho.com",
        "fastmail.com",
    }
)
_LEGAL_FORMS = sorted(
    (
        tuple(form.split())
        for form in """gmbh|g m b h|mbh|ggmbh|ag|kg|kgaa|ohg|gbr|ug|se|e v|ev|eg|e k|ek|gesellschaft mit beschrankter haftung
        |aktiengesellschaft|haftungsbeschrankt|inc|incorporated|corp|corporation|co|company|llc|l l c|llp|lp|plc|p l c|ltd
        |limited|pty|pte|pvt|private|sa|s a|sas|s a s|sasu|sarl|s a r l|eurl|snc|sci|spa|s p a|srl|s r l|sapa|sl|s l|slu
        |sau|bv|b v|nv|n v|vof|cv|oy|oyj|ab|as|asa|aps|a s|kft|zrt|nyrt|bt|sp z o o|spolka z o o|spzoo|sp k|spol s r o
        |s r o|sro|d o o|doo|d d|kk|k k|gk|bhd|sdn|tbk|pt|cia|ltda|eireli|s de r l|de c v|holding|group|gruppe
        |und co|and co|et cie|cie""".replace("\n", "").split("|")
    ),
    key=len,
    reverse=True,
)
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_ARTICLES = frozenset({"the", "der", "die", "das", "la", "le", "les", "il", "el", "los", "de", "het"})
_AND = frozenset({"and", "und", "et", "e", "y", "i", "en", "och", "og"})
_WRITTEN_OUT = re.compile(r"(?<=[^aeiouq])(a|o|u)e")


def customer_name(text: str) -> str:
    """The name by which an end customer is compared; empty where nothing of it can be compared.

    A legal form is left out wherever it stands at the end or the beginning, as long as something else is left.
    """
    words = _words(text)
    kept = _without_forms(words)
    return " ".join(kept or words)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", folded.translate(_LETTERS)) if not unicodedata.combining(sign)
    )
    without = re.sub(r"[’'`´]", "", plain)
    signs = "".join(sign if sign.isalnum() else " " for sign in without.replace("&", " and ").replace("+", " and "))
    return [_WRITTEN_OUT.sub(r"\1", word) for word in signs.split() if word not in _AND]


def _without_forms(words: list[str]) -> list[str]:
    """The words without legal forms at either end, again and again: GmbH & Co. KG has two."""
    left = list(words)
    while (form := next((each for each in _LEGAL_FORMS if _ends(left, each)), None)) is not None:
        left = left[: -len(form)] if tuple(left[-len(form) :]) == form else left[len(form) :]
    return left


def _ends(words: list[str], form: tuple[str, ...]) -> bool:
    if form == tuple(words[-len(form) :]):
        return bool(set(words[: -len(form)]) - _ARTICLES)
    return form == tuple(words[: len(form)]) and bool(set(words[len(form) :]) - _ARTICLES)


def customer_domain(text: str) -> str | None:
    """The domain that a firm registered, of an e-mail address, a web address or a host; None where anybody may have an
    address there.

    It is in lower case and in the letters of the wire (`xn--…`). Raises ValueError where the text is no such address; one
    of numbers is none.
    """
    without_scheme = re.sub(r"^(mailto:|[a-z][a-z0-9+.-]*://)", "", text.strip().casefold())
    host = re.split(r"[/?#\\\s]", without_scheme, maxsplit=1)[0].rpartition("@")[2]
    return _registered(re.sub(r":\d*$", "", host).strip("."))


def _registered(host: str) -> str | None:
    labels = host.encode("idna").decode().lower().split(".")
    sound = all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels)
    deep = len(labels) > 1 and labels[-2] in _SECOND_LEVEL.get(labels[-1], frozenset())
    if not sound or len(labels) < (3 if deep else 2) or labels[-1].isdigit():
        raise ValueError(f"{host[:50]!r} is no domain that a firm can have.")
    found = ".".join(labels[-3:] if deep else labels[-2:])
    return None if found in _ANYBODY else found


def customer_hash(vendor: str, compared: str) -> str:
    """What is kept to compare by where a name has to be forgotten: nobody reads the name out of it at a glance, and no
    two networks have the same."""
    return hashlib.sha256(f"{vendor}/{compared}".encode()).hexdigest()
