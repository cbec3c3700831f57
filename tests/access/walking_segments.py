"""What a walk asks of a vendor's segments beside fields: the sales by them, and lists that are cut to one; and the files of
what its agents are paid. See `walking`.

For the vendor a row is what its resellers in the segment bought, added up line by line; one in several stands in each.
Nobody else learns that there are segments: whoever names one, or asks by them, is refused.
"""

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.figures import PERIOD, text, units
from tests.access.networks import Party, Vendor
from tests.access.oracle_of_partners import key_in

if TYPE_CHECKING:
    from tests.access.walking import Walk

DAYS = f'period: {{start: "{PERIOD.start}", end: "{PERIOD.end}"}}'
_BY = f"sales({DAYS}, by: [SEGMENT], first: 250) {{ edges {{ node {{ sellThroughUnits segment {{ id name }} }} }} }}"
_OF = f"sales({DAYS}, by: [], filter: {{segmentIds: [$of]}}, first: 1) {{ edges {{ node {{ sellThroughUnits }} }} }}"
_LISTS = ("enrollments", "resellers")
_CUT = " ".join(
    f"{name}(filter: {{segmentId: $of}}, first: 250) {{ totalCount edges {{ node {{ id }} }} }}" for name in _LISTS
)


async def segments(walk: "Walk") -> None:
    """Ask it all."""
    await _payments(walk)
    if walk.who.level is Level.VENDOR:
        if "segment:read" in walk.held:
            (of,) = walk.oracle.vendors
            await _by_segment(walk, of)
            await _cut(walk, of)
    else:
        await _refused(walk)


async def _payments(walk: "Walk") -> None:
    """The files of what agents are paid, where it may have them."""
    for row in walk.oracle.partners.rows("commission_plan") if "spiff:pay" in walk.held else ():
        id = global_id("CommissionPlan", key_in("CommissionPlan", row))
        answer = await walk.ask("query($id: ID!) { node(id: $id) { ... on CommissionPlan { paymentsCsvUrl } } }", id=id)
        if answer is not None:
            file = await walk.furnished.http.get(answer["node"]["paymentsCsvUrl"])
            walk.search(file.text, "the file of what agents are paid")
            paid = walk.oracle.partners.rows("commission_statement", plan_id=row["id"], status="PAID")
            if file.status_code != 200 or any(each["payment_reference"] not in file.text for each in paid):
                walk.fault(f"the file of what agents are paid lacks payments ({file.status_code}): {file.text[:200]}")


def _buyers(walk: "Walk", of: Vendor) -> dict[str, set[Party]]:
    """Who is in each segment of a vendor, as far as it knows who buys."""
    partners = walk.oracle.partners
    known = [party for party in walk.furnished.made.parties if party.vendor is of and party.disclosed]
    return {
        global_id("Segment", key_in("Segment", row)): {
            party for party in known if party.kind is Level.RESELLER and partners._in_segment(row, party)
        }
        for row in partners.rows("segment", vendor_id=of.id)
    }


async def _by_segment(walk: "Walk", of: Vendor) -> None:
    answer = await walk.ask(f"{{ viewer {{ vendor {{ network {{ {_BY} }} }} }} }}")
    if answer is None:
        return
    found: dict[str | None, str] = {}
    for edge in answer["viewer"]["vendor"]["network"]["sales"]["edges"]:
        segment = edge["node"]["segment"]
        found[None if segment is None else segment["id"]] = edge["node"]["sellThroughUnits"]
    figures, members = walk.oracle.figures, _buyers(walk, of)
    expected: dict[str | None, Fraction] = defaultdict(Fraction)
    for line in figures.lines(False, lambda each: each[0].agreement.vendor is of):
        buyer = figures.buyer_known(line[1])
        own = [gid for gid, parties in members.items() if buyer in parties]
        for gid in (*own, *(() if own else (None,))):
            expected[gid] += units(line[1])
    shown = {gid: text(value) for gid, value in expected.items()}
    if {gid: value for gid, value in found.items() if value != "0"} != {g: v for g, v in shown.items() if v != "0"}:
        walk.fault(f"sales by segment are {found}, not {shown}")


async def _cut(walk: "Walk", of: Vendor) -> None:
    """Lists cut to each segment there is: of another vendor's there is nothing."""
    members, made = _buyers(walk, of), walk.furnished.made
    every = [global_id("Segment", key_in("Segment", row)) for row in made.partners["segment"]]
    for gid in every:
        answer = await walk.ask(f"query($of: ID!) {{ viewer {{ vendor {{ {_CUT} network {{ {_OF} }} }} }} }}", of=gid)
        if answer is None:
            continue
        vendor, own = answer["viewer"]["vendor"], members.get(gid, set())
        enrolled = [each for each in made.enrollments if each.reseller in own and each.program.vendor is of]
        expected = {
            "enrollments": {global_id("Enrollment", each.key) for each in enrolled},
            "resellers": {global_id("Reseller", party.key) for party in own},
        }
        for name in _LISTS:
            found = {edge["node"]["id"] for edge in vendor[name]["edges"]}
            if found != expected[name] or vendor[name]["totalCount"] != len(found):
                walk.fault(f"{name} of the segment {gid} are {sorted(found)}, not {sorted(expected[name])}")
        _summed(walk, of, vendor["network"]["sales"]["edges"], own)


def _summed(walk: "Walk", of: Vendor, rows: list[Any], own: set[Party]) -> None:
    figures = walk.oracle.figures
    bought = [
        line
        for line in figures.lines(False, lambda each: each[0].agreement.vendor is of)
        if figures.buyer_known(line[1]) in own
    ]
    expected = text(sum((units(row) for _, row in bought), Fraction()))
    found = rows[0]["node"]["sellThroughUnits"] if rows else "0"
    if found != expected:
        walk.fault(f"the sales of a segment are {found}, not {expected}")


async def _refused(walk: "Walk") -> None:
    """Neither by segments, nor of one: of none that there is, and of none that there is not."""
    made, level = walk.furnished.made, walk.who.level
    real = [global_id("Segment", key_in("Segment", row)) for row in made.partners["segment"]]
    nobodys = global_id("Segment", Key(made.vendors[0].id, made.vendors[0].id))
    caller = walk.person or walk.furnished.callers[walk.who]
    if level is Level.DISTRIBUTOR:
        await _nothing(walk, caller, f"{{ viewer {{ distributor {{ {_BY} }} }} }}", [{}])
    below = {
        Level.DISTRIBUTOR: [
            f"distributor {{ {_OF} }}",
            "distributor { agreements(first: 5) { edges { node { authorizations(filter: {segmentId: $of}, first: 5)"
            " { totalCount } } } } }",
            "distributor { agreements(first: 5) { edges { node { vendor {"
            " enrollments(filter: {segmentId: $of}, first: 5) { totalCount } } } } } }",
        ],
        Level.RESELLER: [
            "reseller { enrollments(first: 5) { edges { node { program { vendor {"
            " enrollments(filter: {segmentId: $of}, first: 5) { totalCount } } } } } } }"
        ],
    }[level]
    for path in below:
        text = f"query($of: ID!) {{ viewer {{ {path} }} }}"
        await _nothing(walk, caller, text, [{"of": gid} for gid in (*real, nobodys)])


async def _nothing(walk: "Walk", caller: Any, asked: str, given: list[dict[str, str]]) -> None:
    """Whatever is named, the answer is the same refusal; or there is nothing above it that could be asked."""
    answers = set()
    for variables in given:
        answer = await caller.raw(asked, **variables)
        walk.search(str(answer), asked)
        codes = sorted({error["extensions"]["code"] for error in answer.get("errors", ())})
        if not codes and "totalCount" in str(answer["data"]):
            walk.fault(f"{asked} {variables} is answered: {answer['data']}")
        if set(codes) - {"FORBIDDEN"}:
            walk.fault(f"{asked} {variables} answers {codes}")
        answers.add(str(answer))
    if len(answers) > 1:
        walk.fault(f"{asked} answers otherwise for some segments: {sorted(answers)[:2]}")
