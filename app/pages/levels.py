"""What each level finds on its page, from what the graph answered to it; what it was not answered is left out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.pages.charts import stacked_columns, towards
from app.pages.figures import MISSING, growth, money, month, name, units, words
from app.pages.sections import forecast, nodes, plans, resellers, scorecard, scores, sold, stock, volume
from app.pages.writing import Part, Section, Table

Node = Mapping[str, Any]
MOST_COLOURS = 5


def vendor_sections(own: Node, last_day: str) -> list[Section]:
    """A vendor's: the network, distributor by distributor."""
    network, agreements = own["network"], nodes(own["agreements"])
    cards = nodes(network["compliance"])
    tiers = [volume(each, name(each["distributor"])) for each in agreements]
    planned = [part for each in agreements for part in plans(each, name(each["distributor"]))]
    found = [
        sold(nodes(network["months"]), nodes(network["sales"]), "Distributor"),
        stock(nodes(network["inventory"]), "Distributor", last_day),
        forecast(nodes(network["forecast"])),
        Section("Volume tiers", [each for each in tiers if each is not None], "No agreement has volume tiers."),
        Section("Scorecards", scores(cards) if cards else (), "No agreement was in effect in the quarter."),
        Section("Plans", planned, "No business plan was proposed or agreed with a distributor."),
        Section("Resellers", _resellers(network)),
    ]
    return found


def distributor_sections(own: Node, last_day: str) -> list[Section]:
    """A distributor's: its own sales over all its networks, then each agreement."""
    agreements = nodes(own["agreements"])
    several = len(agreements) > 1
    found = [
        sold(nodes(own["months"]), nodes(own["sales"]), "Family"),
        stock(nodes(own["inventory"]), "Family", last_day),
        forecast(nodes(own["forecast"])),
    ]
    tiers = [volume(each, each["vendor"]["name"] if several else None) for each in agreements]
    found.append(
        Section("Volume tiers", [each for each in tiers if each is not None], "No agreement has volume tiers.")
    )
    cards = [part for each in agreements for part in scorecard(each["compliance"], _if(several, each))]
    found.append(Section("Scorecard", cards, "No agreement is in effect."))
    planned = [part for each in agreements for part in plans(each, _if(several, each))]
    found.append(Section("Plan", planned, "No business plan was proposed or agreed with a vendor."))
    networks = {each["vendor"]["name"]: each["vendor"]["network"] for each in agreements}
    for vendor, network in networks.items():
        title = f"Resellers of {vendor}'s products" if len(networks) > 1 else "Resellers"
        found.append(Section(title, _resellers(network)))
    return found


def _if(several: bool, agreement: Node) -> str | None:
    return agreement["vendor"]["name"] if several else None


def _resellers(network: Node) -> list[Part]:
    return resellers(nodes(network["development"]), nodes(network["top"]), nodes(network["lapsed"]))


def reseller_sections(own: Node, last_day: str) -> list[Section]:
    """A reseller's: what it bought from whom, where it stands in each programme, and what is its own."""
    enrollments = nodes(own["enrollments"])
    return [
        _purchases(nodes(own["months"]), nodes(own["purchases"])),
        Section("Tiers", [p for each in enrollments for p in _tier(each)], "You take part in no programme."),
        Section("Benefits", _benefits(enrollments), "No programme grants you anything yet."),
        _deals(nodes(own["deals"])),
        _spiffs(nodes(own["spiffClaims"])),
        _funds(nodes(own["funds"])),
        _certifications(nodes(own["certifications"])),
    ]


def _purchases(months: Sequence[Node], rows: Sequence[Node]) -> Section:
    title = "Purchases from each distributor"
    if not months:
        return Section(title, nothing="No distributor reported a sale to you in these twelve months.")
    sums: dict[str, dict[str, Decimal]] = {}
    for row in months:
        own = sums.setdefault(name(row["distributor"]), {})
        own[row["periodStart"]] = own.get(row["periodStart"], Decimal(0)) + Decimal(row["units"])
    largest = sorted(sums, key=lambda each: -sum(sums[each].values()))
    shown = largest if len(largest) <= MOST_COLOURS else [*largest[: MOST_COLOURS - 1], "others"]
    drawn = [
        {"month": day, "what": each if each in shown else "others", "value": float(value)}
        for each, own in sums.items()
        for day, value in own.items()
    ]
    days = sorted({day for own in sums.values() for day in own})
    by_month = Table(
        ("Month", *largest),
        [(month(day), *(units(sums[each].get(day, 0)) for each in largest)) for day in days],
        frozenset(range(1, len(largest) + 1)),
    )
    told = "Base units a month, as your distributors report them."
    parts = [Part(stacked_columns(told, drawn, shown, "units"), by_month)]
    headings = ("Distributor", "Units", "Amount", "On as long before", "On last year")
    table = [
        (
            name(own[0]["distributor"]),
            units(_sum(own, "units")),
            money({"amount": sum(Decimal(row["amount"]["amount"]) for row in own), "currency": currency}),
            growth(_sum(own, "units"), _sum([row["previous"] or {} for row in own], "units")),
            growth(_sum(own, "units"), _sum([row["sameSpanLastYear"] or {} for row in own], "units")),
        )
        for (_, currency), own in _firms(rows).items()
    ]
    if table:
        parts.append(Part(heading="The quarter", table=Table(headings, table, frozenset({1, 2, 3, 4}))))
    else:
        parts.append(Part(heading="The quarter", text="No distributor reported a sale to you in the quarter."))
    return Section(title, parts)


def _firms(rows: Sequence[Node]) -> dict[tuple[str, str], list[Node]]:
    """The purchases from each firm in each currency: it is a distributor of its own in each vendor's network."""
    found: dict[tuple[str, str], list[Node]] = {}
    for row in rows:
        found.setdefault((name(row["distributor"]), row["amount"]["currency"]), []).append(row)
    return found


def _sum(rows: Sequence[Node], of: str) -> Decimal:
    return sum((Decimal(row.get(of) or 0) for row in rows), Decimal(0))


def _tier(enrollment: Node) -> list[Part]:
    standing, program = enrollment["tierStanding"], enrollment["program"]
    tier = f"tier {enrollment['tier']['name']}" if enrollment["tier"] else "no tier yet"
    text = f"{words(enrollment['status']).capitalize()}, {tier}."
    if standing is None:
        return [Part(heading=program["name"], text=text)]
    text += f" {standing['rule']}"
    drawn, rows = [], []
    for each in standing["requirements"]:
        needed, achieved = Decimal(each["needed"]), each["achieved"]
        label = f"{each['tier']['name']}: {words(each['kind'])}"
        told = f"{units(achieved)} of {units(needed)}{' ' + each['currency'] if each['currency'] else ''}"
        met = {True: "met", False: "not met", None: "not known"}[each["met"]]
        if achieved is not None and needed > 0:
            reached = max(Decimal(0), min(Decimal(1), Decimal(achieved) / needed))
            drawn.append({"row": label, "reached": float(reached), "label": f"{told}, {met}"})
        rows.append((each["tier"]["name"], words(each["kind"]), told, met, each["explanation"]))
    table = Table(("Tier", "Requirement", "Achieved", "", "How it is reckoned"), rows)
    chart = towards("How far you have come to what each tier asks, as of today.", drawn) if drawn else None
    return [Part(chart, table if rows else None, program["name"], text)]


def _benefits(enrollments: Sequence[Node]) -> list[Part]:
    rows = [
        (each["program"]["name"], benefit["benefit"]["name"], "yes" if benefit["granted"] else "no", benefit["rule"])
        for each in enrollments
        for benefit in each["benefits"]
    ]
    return [Part(table=Table(("Programme", "Benefit", "Granted", "Why"), rows))] if rows else []


def _deals(deals: Sequence[Node]) -> Section:
    rows = [
        (each["name"], words(each["status"]), money(each["expectedAmount"]), each["protectedUntil"] or MISSING)
        for each in deals
    ]
    table = Table(("Deal", "Status", "Expected", "Protected until"), rows, frozenset({2}))
    return Section("Deals", [Part(table=table)] if rows else (), "You have registered no deal.")


def _spiffs(claims: Sequence[Node]) -> Section:
    rows = [
        (
            name(each["spiff"]),
            each["product"]["sku"] if each["product"] else MISSING,
            each["soldOn"] or MISSING,
            words(each["status"]),
            units(each["quantity"]),
            money(each["amount"]),
        )
        for each in claims
    ]
    table = Table(("SPIFF", "Product", "Sold on", "Status", "Units", "Amount"), rows, frozenset({4, 5}))
    return Section("SPIFFs", [Part(table=table)] if rows else (), "Nothing was claimed.")


def _funds(funds: Sequence[Node]) -> Section:
    kinds = ("accrued", "granted", "reserved", "paid", "available")
    rows = [
        (each["name"], *(money(each["balance"][kind]) for kind in kinds), each["expiresOn"] or MISSING)
        for each in funds
    ]
    table = Table(
        ("Fund", *(kind.capitalize() for kind in kinds), "Expires on"), rows, frozenset(range(1, len(kinds) + 1))
    )
    return Section("Marketing funds", [Part(table=table)] if rows else (), "No fund is open to you.")


def _certifications(found: Sequence[Node]) -> Section:
    rows = [
        (each["name"], each["holder"] or MISSING, words(each["state"]), each["validUntil"] or "without end")
        for each in sorted(found, key=lambda each: each["validUntil"] or "9999")
    ]
    table = Table(("Certification", "Holder", "State", "Valid until"), rows)
    text = "Those that end first stand first."
    return Section("Certifications", [Part(text=text, table=table)] if rows else (), "Nobody has been certified.")
