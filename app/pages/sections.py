"""The sections that a vendor and a distributor share: what was sold, what lies in stock, what may come, and who buys."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.pages.charts import (
    FIFTH,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    Chart,
    columns,
    outlook,
    paired_bars,
    stacked_bars,
    towards,
)
from app.pages.figures import MISSING, growth, money, month, name, share, units, words
from app.pages.writing import Part, Section, Table

Node = Mapping[str, Any]
SHOWN_STATES = {
    "BELOW_MIN": "below the band",
    "WITHIN": "within the band",
    "ABOVE_MAX": "above the band",
    "NO_STANDARD": "no band agreed",
}
COLOURS = dict(zip(SHOWN_STATES.values(), (THIRD, SECOND, FOURTH, FIRST), strict=True))
OTHER_STATES = "no demand, old count or empty"


def nodes(connection: Node | None) -> list[Node]:
    """The objects of a page; none where there is no page."""
    return [] if connection is None else [edge["node"] for edge in connection["edges"]]


def sold(months: Sequence[Node], rows: Sequence[Node], what: str) -> Section:
    """Sell-in against sell-through: the twelve months up to the quarter's end, then the quarter by distributor or family."""
    series = ("Sell-in", "Sell-through")
    sums: dict[str, dict[str, Decimal]] = {}
    for row in months:
        own = sums.setdefault(row["periodStart"], dict.fromkeys(series, Decimal(0)))
        own["Sell-in"] += Decimal(row["sellInUnits"])
        own["Sell-through"] += Decimal(row["sellThroughUnits"])
    title = "Sell-in against sell-through"
    if not sums:
        return Section(title, nothing="Nothing was invoiced or sold through in these twelve months.")
    drawn = [
        {"month": day, "what": each, "value": float(own[each])} for day, own in sorted(sums.items()) for each in series
    ]
    told = "Base units a month: what the vendor invoiced (sell-in) and what was sold on to resellers (sell-through)."
    by_month = Table(
        ("Month", *series), [(month(d), *(units(o[e]) for e in series)) for d, o in sorted(sums.items())], _from(1, 2)
    )
    parts = [Part(columns(told, drawn, series, "units"), by_month)]
    if rows:
        headings = (what, "Sell-in", "Sell-through", "At the price book", "On as long before", "On last year")
        table = [
            (
                _of(row, what),
                units(row["sellInUnits"]),
                units(row["sellThroughUnits"]),
                money(row["sellThroughAmount"]),
                growth(row["sellThroughUnits"], (row["previous"] or {}).get("sellThroughUnits")),
                growth(row["sellThroughUnits"], (row["sameSpanLastYear"] or {}).get("sellThroughUnits")),
            )
            for row in rows
        ]
        parts.append(Part(heading="The quarter", table=Table(headings, table, _from(1, 5))))
    return Section(title, parts)


def _of(row: Node, what: str) -> str:
    return name(row["distributor"]) if what == "Distributor" else str(row["productFamily"] or MISSING)


def _from(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def stock(rows: Sequence[Node], what: str, day: str) -> Section:
    """Stock against what is agreed: how many positions stand how, and what it is worth."""
    title = "Stock against band"
    if not rows:
        return Section(title, nothing=f"No stock was counted up to {day}.")
    series = [*SHOWN_STATES.values(), OTHER_STATES]
    drawn = []
    for row in rows:
        counted = dict.fromkeys(series, 0)
        for each in row["states"]:
            counted[SHOWN_STATES.get(each["state"], OTHER_STATES)] += each["positions"]
        drawn += [
            {"row": _of(row, what), "what": state, "value": number, "place": place}
            for place, (state, number) in enumerate(counted.items())
            if number
        ]
    told_of = {value["what"] for value in drawn}
    present = {each: COLOURS.get(each, FIFTH) for each in series if each in told_of}
    told = (
        f"How many stock positions (one product of one distributor) stood how to the agreed band at the end of {day}."
    )
    headings = (what, "Positions", "On hand", "Weeks of supply", "Value", "Beyond the band")
    table = [
        (
            _of(row, what),
            str(row["positions"]),
            units(row["onHand"]),
            units(row["weeksOfSupply"]),
            money(row["value"]),
            money(row["excessValue"]),
        )
        for row in rows
    ]
    chart = stacked_bars(told, drawn, present, "positions")
    return Section(title, [Part(chart), Part(table=Table(headings, table, _from(1, 5)))])


def forecast(rows: Sequence[Node]) -> Section:
    """The next months, each currency by itself, with how far the method was off before."""
    title = "What the next months may bring"
    parts = []
    for row in rows:
        heading = f"Units valued in {row['currency']}" if len(rows) > 1 else None
        if row["method"] is None:
            parts.append(Part(heading=heading, text=row["reason"]))
            continue
        known = [
            {"month": each["month"], "value": float(each["value"]), "what": "sold through"} for each in row["history"]
        ]
        ahead = [known[-1] | {"what": "estimate"}, *(_ahead(each) for each in row["months"])]
        table = Table(
            ("Month", "Estimate", "Low", "High"),
            [(month(m["month"]), units(m["estimate"]), units(m["low"]), units(m["high"])) for m in row["months"]],
            _from(1, 3),
        )
        text = f"{row['reason']} {_errors(row['errors'])} Estimates are no promise."
        told = "Base units a month: what was sold through, and an estimate of the next months."
        parts.append(Part(outlook(told, known, ahead, "units"), table, heading, text))
    return Section(title, parts, "Nothing was sold in the past year, so that nothing can be said of the next months.")


def _ahead(each: Node) -> dict[str, object]:
    found: dict[str, object] = {"month": each["month"], "value": float(each["estimate"]), "what": "estimate"}
    if each["low"] is not None:
        found |= {"low": float(each["low"]), "high": float(each["high"])}
    return found


def _errors(found: Iterable[Node]) -> str:
    told = [f"{words(each['method'])} {each['mase']}" for each in found if each["mase"] is not None]
    return f"Mean absolute scaled error: {', '.join(told)}." if told else ""


def resellers(development: Sequence[Node], top: Sequence[Node], lapsed: Sequence[Node]) -> list[Part]:
    """How the resellers develop, the ten largest, and those that no longer buy."""
    parts = []
    if development:
        (row, *_) = development
        told = [("Active", row["active"]), ("New", row["new"]), ("Back again", row["reactivated"])]
        key = [(what, units(value)) for what, value in [*told, ("Lapsed", row["lapsed"])]]
        parts.append(Part(key=[*key, ("Share of the ten largest", share(row["topTenShare"]))]))
    if top:
        series = ("this quarter", "as long before")
        drawn = [
            {"row": name(row["reseller"]), "what": what, "value": float(row[field])}
            for row in top
            for what, field in zip(series, ("units", "unitsBefore"), strict=True)
        ]
        told_top = "Base units bought by the ten largest resellers, beside what they bought in as many days before."
        parts.append(Part(paired_bars(told_top, drawn, series, "units"), _resellers(top), "The ten largest"))
    if lapsed:
        parts.append(Part(heading="Bought before, and no longer", table=_resellers(lapsed)))
    else:
        parts.append(Part(heading="Bought before, and no longer", text="Nobody who bought before has stopped."))
    return parts


def _resellers(rows: Sequence[Node]) -> Table:
    table = [
        (
            name(row["reseller"]),
            row["country"] or MISSING,
            words(row["state"]),
            units(row["units"]),
            units(row["unitsBefore"]),
        )
        for row in rows
    ]
    return Table(("Reseller", "Country", "State", "Units", "Before"), table, frozenset({3, 4}))


def volume(agreement: Node, heading: str | None) -> Part | None:
    """How far the agreement's volume period has come to each of its tiers."""
    standing = agreement["volume"]
    if not standing["tiers"]:
        return None
    actual = Decimal(standing["actual"]["amount"])
    drawn = []
    for tier in standing["tiers"]:
        needed = Decimal(tier["threshold"]["amount"])
        reached = min(Decimal(1), max(Decimal(0), actual / needed)) if needed else Decimal(1)
        label = f"{money(standing['actual'])} of {money(tier['threshold'])}" if needed else "from the beginning"
        drawn.append({"row": tier["name"], "reached": float(reached), "label": label})
    attained = standing["attained"]
    missing = standing["missingToNext"]
    text = f"In the volume period {_days(standing['period'])}: {money(standing['actual'])} bought; " + (
        f"tier {attained['name']}" if attained else "no tier yet"
    )
    text += f", {money(missing)} are missing to the next." if missing else "."
    chart = towards("How far net sell-in has come to the threshold of each tier, as of today.", drawn)
    return Part(chart, None, heading, text)


def _days(period: Node) -> str:
    return f"{period['start']} to (not including) {period['end']}"


def scorecard(card: Node, heading: str | None) -> list[Part]:
    """Both sides of a scorecard: each component's score beside its weight and its evidence."""
    parts = []
    for side, told in (("distributorSide", "The distributor"), ("vendorSide", "The vendor")):
        found = card[side]
        if found is None:
            continue
        title = " · ".join(each for each in (heading, told) if each)
        measured = [each for each in found["components"] if each["score"] is not None]
        table = Table(
            ("Component", "Score", "Weight", "Evidence"),
            [(words(c["component"]), share(c["score"]), str(c["weight"]), c["evidence"]) for c in found["components"]],
            frozenset({1, 2}),
        )
        if not measured:
            parts.append(Part(heading=title, text="Nothing of it could be measured in the quarter.", table=table))
            continue
        drawn = [
            {"row": words(c["component"]), "reached": min(1.0, float(c["score"])), "label": share(c["score"])}
            for c in measured
        ]
        text = f"Score {share(found['score'])}, the mean of what could be measured, by weight."
        parts.append(Part(towards(f"The score of each component: {told.lower()}'s side.", drawn), table, title, text))
    return parts


def scores(cards: Sequence[Node]) -> list[Part]:
    """The scores of many agreements beside one another; each one's components follow as a table."""
    series = ("distributor", "vendor")
    drawn = [
        {"row": name((card["agreement"] or {}).get("distributor")), "what": what, "value": float(side["score"]) * 100}
        for card in cards
        for what, side in zip(series, (card["distributorSide"], card["vendorSide"]), strict=True)
        if side is not None and side["score"] is not None
    ]
    rows = [
        (
            name((card["agreement"] or {}).get("distributor")),
            what,
            words(c["component"]),
            share(c["score"]),
            c["evidence"],
        )
        for card in cards
        for what, side in zip(series, (card["distributorSide"], card["vendorSide"]), strict=True)
        for c in (side or {"components": ()})["components"]
    ]
    table = Table(("Distributor", "Side", "Component", "Score", "Evidence"), rows, frozenset({3}))
    told = "The score of each agreement, of 100: the distributor's obligations and the vendor's own."
    chart: Chart | None = paired_bars(told, drawn, series, "score of 100") if drawn else None
    text = None if drawn else "Nothing could be measured in the quarter."
    return [Part(chart, table, text=text)]


def plans(agreement: Node, heading: str | None) -> list[Part]:
    """What both sides agreed to reach, and how far they have come."""
    parts = []
    for plan in nodes(agreement.get("businessPlans")):
        figures = plan["attainment"]
        told = f"{words(plan['status'])}, {_days(plan['period'])}"
        title = " · ".join(each for each in (heading, told) if each)
        if not figures:
            parts.append(Part(heading=title, text="No targets are agreed yet."))
            continue
        table = Table(
            ("Target", "Planned", "Actual", "Expected by then", "Attained"),
            [
                (_target(f), *(units(f[at]) for at in ("target", "actual", "expected")), share(f["attainment"]))
                for f in figures
            ],
            _from(1, 4),
        )
        drawn = [
            {"row": _target(f), "reached": max(0.0, min(1.0, float(f["attainment"]))), "label": share(f["attainment"])}
            for f in figures
            if f["attainment"] is not None
        ]
        chart = towards("How far each target of the plan is attained.", drawn) if drawn else None
        parts.append(Part(chart, table, title))
    return parts


def _target(figure: Node) -> str:
    return words(figure["measure"]) + (f", {figure['family']}" if figure["family"] else "")
