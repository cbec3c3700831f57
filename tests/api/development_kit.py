"""How resellers develop, counted plainly from the lines: what each asker sees, and what each row says."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from app.programme.development import Purchases, concentration, earlier, state, top_share, window, window_before
from app.programme.spans import Span, month_after, month_of, months_earlier
from tests.sales_channel import Channel, Line


class Sight(NamedTuple):
    """What somebody sees of lines: which, and by whom it knows the reseller."""

    lines: list[Line]
    disclosed: bool

    def who(self, line: Line) -> tuple[str, str]:
        """The reseller and, of one that is not disclosed, the number in its place."""
        hidden = self.disclosed and line.distributor == "Dist Two"
        return ("", str(line.disclosed_reseller)) if hidden else (line.reseller, "")


def sight(channel: Channel, distributor: str | None) -> Sight:
    lines = [line for line in channel.lines if line.counts and line.vendor == "Acme"]
    mine = [line for line in lines if distributor in {None, line.distributor}]
    return Sight(mine, distributor is None)


def net(lines: Sequence[Line], span: Span) -> int:
    return sum(line.quantity for line in lines if span.start <= line.day < span.end)


def bought(lines: Sequence[Line], span: Span) -> bool:
    return sum(max(line.quantity, 0) for line in lines if span.start <= line.day < span.end) > 0


def told(channel: Channel, of: Sequence[list[Line]], day: date) -> dict[str, Any]:
    """What a row says of resellers, each by its lines."""
    purchases = [
        Purchases(net(own, window(day)), net(own, window_before(day)), bought(own, earlier(day))) for own in of
    ]
    states = [state(each).value for each in purchases]
    now = [each.now for each in purchases]
    months = Span(months_earlier(month_of(day), 2), month_after(day))
    families = 0
    for own, units in zip(of, now, strict=True):
        by: dict[str, int] = defaultdict(int)
        for line in own:
            if months.start <= line.day < months.end:
                by[channel.family(line.sku)] += line.quantity
        families += sum(each > 0 for each in by.values()) if units > 0 else 0
    active = sum(units > 0 for units in now)
    return {
        "active": active,
        "new": states.count("NEW"),
        "reactivated": states.count("REACTIVATED"),
        "lapsed": states.count("LAPSED"),
        "units": Decimal(sum(now)) / 1000,
        "unitsBefore": Decimal(sum(each.before for each in purchases)) / 1000,
        "depth": Decimal(families * 100 // active) / 100 if active else None,
        "topTenShare": cut(top_share(now)),
        "concentration": cut(concentration(now)),
    }


def cut(share: Fraction | None) -> Decimal | None:
    return None if share is None else Decimal(int(share * 1_000_000)) / 1_000_000


def read(node: dict[str, Any]) -> dict[str, Any]:
    texts = ("units", "unitsBefore", "depth", "topTenShare", "concentration")
    counts = {name: node[name] for name in ("active", "new", "reactivated", "lapsed")}
    return counts | {name: None if node[name] is None else Decimal(node[name]) for name in texts}


def kept(lines: Sequence[Line], day: date) -> bool:
    """Whether a reseller has anything to be told of."""
    return bool(net(lines, window(day)) or net(lines, window_before(day)) or bought(lines, earlier(day)))


def wanted(channel: Channel, seen: Sight, by: Sequence[str], day: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every row by what it is grouped by, from the lines one by one."""
    of: dict[tuple[Any, ...], dict[Any, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in seen.lines:
        name, number = seen.who(line)
        apart = line.distributor if "DISTRIBUTOR" in by else ""
        keys = tuple(apart if each == "DISTRIBUTOR" else name or number for each in by)
        of[keys][name, number].append(line)
    found = {}
    for keys, resellers in of.items():
        own = [lines for lines in resellers.values() if kept(lines, day)]
        if own:
            found[keys] = told(channel, own, day)
    return found
