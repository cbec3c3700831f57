"""Walks every field of the contract as one principal, and compares each answer with what the oracle allows.

Whatever is asked, the whole body of the answer is searched for secrets of others, cursors opened up.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.access.roles import Role
from app.access.scopes import permissions_of
from app.execution.identifiers import NO_NETWORK, Key, global_id, read_global_id
from graphql import GraphQLObjectType, get_named_type
from tests.access import walking_money, walking_segments
from tests.access.calendars import PREVIEW, YEAR
from tests.access.cursors import cursors, numbers, opened
from tests.access.deal_sales import customers_withheld
from tests.access.documents import FRAME, Documents, Way, cube
from tests.access.figures import PERIOD
from tests.access.furnishing import WIDEST, Furnished, written
from tests.access.networks import FUTURE, Networks, Principal, Report
from tests.access.oracle import ANY, PURCHASES, SALES, WHATEVER, Oracle, key_of, parties
from tests.access.oracle_of_partners import every_partner_key
from tests.access.oracle_of_periods import WHOLE, all_periods
from tests.access.oracle_of_steering import every_export, exports_in, without_exports
from tests.access.proof import NONE_IF_ASKED
from tests.access.told import Overview
from tests.api.conftest import Caller, usable_scopes

SECRET = re.compile(r"cqz[a-y]{9}|\d+\.\d+")
BATCH = 25
PAGE_OF_LINES = "first: 40"
LONG = {"reportingPeriods", "statements", "spiffClaims", "claims", "deals", "partnerInvitations"}
"Lists that hold more than others."
START, END = PERIOD.start.isoformat(), PERIOD.end.isoformat()
DOCUMENTS = Documents(
    {
        ("Network", "sales"): cube(START, END, SALES),
        ("Distributor", "sales"): cube(START, END, SALES),
        ("Reseller", "purchases"): cube(START, END, PURCHASES),
        ("SalesRow", "lines"): (Way("", PAGE_OF_LINES), Way("_resale", f"of: RESALE_AMOUNT, {PAGE_OF_LINES}")),
        ("SalesRow", "sellInLines"): (Way("", PAGE_OF_LINES),),
        ("PurchaseRow", "lines"): (Way("", PAGE_OF_LINES),),
        ("Product", "wholesalePrice"): (Way("", 'currency: "EUR"'),),
        ("DistributionAgreement", "reportingRecord"): (Way("", WHOLE),),
        ("Alert", "subject"): (Way("", ""),),
        ("Vendor", "fiscalCalendarPreview"): (Way("", PREVIEW),),
        ("FiscalCalendar", "months"): (Way("", f"fiscalYear: {YEAR}"),),
        ("Product", "components"): (Way("", f'onDate: "{FUTURE}"'),),
        ("ResellerAuthorization", "sellThrough"): (Way("", f'period: {{start: "{START}", end: "{END}"}}'),),
        ("Vendor", "dealAttribution"): (Way("", f'period: {{start: "{START}", end: "{END}"}}, first: 250'),),
        **walking_money.WAYS,
    }
)


def every_id(made: Networks) -> dict[str, list[str]]:
    """The global id of everything that exists, by its type, whoever may see it."""
    from app.programme.terms import Level

    things: dict[str, Iterable[Any]] = {
        "Vendor": made.vendors,
        "Distributor": parties(made, Level.DISTRIBUTOR),
        "Reseller": [*parties(made, Level.RESELLER), *made.gone],
        "Program": made.programs,
        "Product": made.products,
        "DistributionAgreement": made.agreements,
        "ResellerAuthorization": made.authorizations,
        "Enrollment": made.enrollments,
        "Submission": [*made.handed_in, *made.sell_out],
        "SellThroughLine": [(report, row) for report in made.reports for row in report.rows],
        "SellInLine": [(report, row) for report in made.reports for row in report.rows],
        "Alias": made.aliases,
        "HeldDecision": made.decisions,
        "ReportProfile": made.profiles,
        "ReportingPeriod": all_periods(made),
        "Alert": made.alerts,
        **made.money.held,
    }
    found: dict[str, list[str]] = {kind.name: [] for kind in DOCUMENTS.nodes()}
    found |= {kind: [global_id(kind, key_of(each)) for each in own] for kind, own in things.items()}
    found |= {kind: [global_id(kind, key) for key in keys] for kind, keys in every_partner_key(made).items()}
    found["Export"] = every_export(made)
    for who in made.principals():
        if who.level is not Level.VENDOR:
            kind = who.level.value.capitalize()
            found[kind].append(global_id(kind, Key(NO_NETWORK, made.firms[who.firm].id)))
    return {kind: list(dict.fromkeys(own)) for kind, own in found.items()}


@dataclass
class Walk:
    """One principal's walk: as its integration with the widest role, unless a `person` does it, or another integration
    whose `role` is said. `faults` says what was seen that is not allowed, or
    allowed and not seen."""

    furnished: Furnished
    who: Principal
    oracle: Oracle
    person: Caller | None = None
    role: Role | None = None
    faults: list[str] = field(default_factory=list)
    answered: set[tuple[str, str]] = field(default_factory=set)
    documents = DOCUMENTS

    def __post_init__(self) -> None:
        if self.person is not None:
            self.oracle.objects = without_exports(self.oracle.objects)

    @property
    def of_person(self) -> bool:
        return self.person is not None and self.role is None

    @property
    def held(self) -> frozenset[str]:
        role = self.role or WIDEST[self.who.level]
        scopes = None if self.of_person else usable_scopes((role,))
        return frozenset(map(str, permissions_of(frozenset({role}), scopes)))

    async def everything(self) -> list[str]:
        """From the viewer downwards, and by every id there is."""
        await self.viewer()
        for kind, ids in every_id(self.furnished.made).items():
            await self.by_ids(kind, ids)
            if DOCUMENTS.required_of_type(DOCUMENTS.object(kind)) <= self.held:
                await self.pages(kind, [each for each in ids if each in self.oracle.objects])
        await walking_money.money(self)
        await walking_segments.segments(self)
        return self.faults

    async def viewer(self) -> None:
        """Where the graph begins."""
        viewer = DOCUMENTS.object("Viewer")
        answer = await self.ask(f"{{ viewer {{ {DOCUMENTS.selection(viewer, self.held)} }} }}")
        made, role, level = self.furnished.made, self.role or WIDEST[self.who.level], self.who.level.value
        itself = {
            "VENDOR": lambda: global_id("Vendor", key_of(self.oracle.vendors[0])),
            "DISTRIBUTOR": lambda: global_id("Distributor", self.oracle.itself),
            "RESELLER": lambda: global_id("Reseller", self.oracle.itself),
        }[level]()
        expected = {
            "user": {"id": ANY, "name": "Ada"} if self.of_person else None,
            "client": None if self.of_person else {"id": ANY, "name": made.clients[self.who]},
            "organizationName": made.firms[self.who.firm].own_name,
            "roles": [role.value],
            "scopes": [] if self.of_person else sorted(scope.value for scope in usable_scopes((role,))),
            "vendor": itself if level == "VENDOR" else None,
            "distributor": itself if level == "DISTRIBUTOR" else None,
            "reseller": itself if level == "RESELLER" else None,
            "alerts": [global_id("Alert", each.key) for each in self.oracle.told()],
            **self.oracle.partners.of_viewer(),
            "exports": exports_in(self.oracle.objects),
            "overview": Overview(self.oracle.told()),
        }
        if answer is not None:
            self.compare("Viewer", expected, answer["viewer"], "viewer")

    async def by_ids(self, kind: str, ids: Sequence[str]) -> None:
        """Every field of these objects, and nothing of those that are not to be seen."""
        owner = DOCUMENTS.object(kind)
        readable = DOCUMENTS.required_of_type(owner) <= self.held
        below = f"... on {kind} {{ {DOCUMENTS.selection(owner, self.held)} }}" if readable else ""
        document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id {below} }} }}"
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            answer = await self.ask(document, ids=some)
            for gid, found in zip(some, answer["nodes"], strict=True) if answer is not None else ():
                self.compare_object(kind, gid, found, self.oracle.objects.get(gid) if readable else None)

    def compare_object(self, kind: str, gid: str, found: Any, expected: dict[str, Any] | None) -> None:
        if found is None or expected is None:
            if found is not expected:
                self.fault(f"{kind} {read_global_id(gid)} is {'missing' if found is None else 'not to be seen'}")
            return
        if found["__typename"] != kind or found["id"] != gid:
            self.fault(f"asked for {kind} {gid}, got {found['__typename']} {found['id']}")
        self.compare(kind, expected, {n: v for n, v in found.items() if n != "__typename"}, f"{kind} {gid}")

    # ---------------------------------------------------------------------------------------------------- pages

    async def pages(self, kind: str, ids: Sequence[str]) -> None:
        """Each list in pages of two, forwards and backwards, as long as the flags say that there is more."""
        owner = DOCUMENTS.object(kind)
        for name in DOCUMENTS.fields(owner, self.held):
            connection = get_named_type(owner.fields[name].type)
            if DOCUMENTS.is_connection(connection) and (kind, name) not in DOCUMENTS.ways:
                counted = [gid for gid in ids if isinstance(self.oracle.objects[gid].get(name), list)]
                longest = max(counted, key=lambda gid: len(self.oracle.objects[gid][name]), default=None)
                if longest is not None:
                    await self._page_through(owner, name, longest, forwards=True)
                    await self._page_through(owner, name, longest, forwards=False)

    async def _page_through(self, owner: GraphQLObjectType, name: str, gid: str, *, forwards: bool) -> None:
        expected = self.oracle.objects[gid][name]
        size, cursor, more = ("first", "after", "hasNextPage") if forwards else ("last", "before", "hasPreviousPage")
        below = DOCUMENTS.page("{ __typename }")
        document = (
            f"query($id: ID!, $cursor: String) {{ node(id: $id) {{ ... on {owner.name} "
            f"{{ {name}({size}: 2, {cursor}: $cursor) {below} }} }} }}"
        )
        seen, position = 0, None
        while True:
            answer = await self.ask(document, id=gid, cursor=position)
            if answer is None:
                return
            page = answer["node"][name]
            seen += len(page["edges"])
            if page["totalCount"] != len(expected):
                self.fault(f"{owner.name}.{name} counts {page['totalCount']}, {len(expected)} are to be seen")
            if page["pageInfo"][more] != (seen < len(expected)) or not page["edges"]:
                break
            if not page["pageInfo"][more]:
                return
            position = page["pageInfo"]["endCursor" if forwards else "startCursor"]
        if expected or seen:
            self.fault(f"{owner.name}.{name} in pages of two has {seen} of {len(expected)}, and a wrong {more}")

    # --------------------------------------------------------------------------------------------------- depths

    async def paths(self, chance: random.Random, number: int, depth: int) -> None:
        """Random ways down from the viewer, several edges long, with every field at the end."""
        for _ in range(number):
            below = self._path(DOCUMENTS.object("Viewer"), chance, depth)
            answer = await self.ask(f"{{ viewer {{ {below} }} }}")
            if answer is not None:
                self.normal("Viewer", answer["viewer"], "viewer")

    def _path(self, owner: GraphQLObjectType, chance: random.Random, depth: int) -> str:
        leading = [name for name in DOCUMENTS.fields(owner, self.held) if self._leads(owner, name)]
        if depth == 0 or not leading:
            return DOCUMENTS.selection(owner, self.held)
        name = self.who.level.value.lower() if owner.name == "Viewer" else chance.choice(leading)
        kind = get_named_type(owner.fields[name].type)
        connection = DOCUMENTS.is_connection(kind)
        to = DOCUMENTS.held_in(kind) if connection else kind
        assert isinstance(to, GraphQLObjectType)
        own = "__typename id " if DOCUMENTS.is_node(to) else ""
        below = f"{{ {own}{self._path(to, chance, depth - 1)} }}"
        size = 70 if name in LONG else 20
        way = Way("", f"first: {size}") if connection else Way("", "")
        return DOCUMENTS.field(owner, name, way, DOCUMENTS.page(below) if connection else below)

    def _leads(self, owner: GraphQLObjectType, name: str) -> bool:
        kind = get_named_type(owner.fields[name].type)
        to = DOCUMENTS.held_in(kind) if DOCUMENTS.is_connection(kind) else kind
        return DOCUMENTS.is_node(to) and (owner.name, name) not in DOCUMENTS.ways

    # ------------------------------------------------------------------------------------------------ downloads

    async def downloads(self) -> None:
        """What stands behind the links of every report that is to be seen."""
        for report in (*self.furnished.made.handed_in, *self.furnished.made.sell_out):
            gid = global_id("Submission", report.key)
            if gid in self.oracle.objects:
                answer = await self.ask(
                    "query($id: ID!) { node(id: $id) { ... on Submission { rawUrl reportUrl } } }", id=gid
                )
                assert answer is not None
                await self._download(report, answer["node"])

    async def _download(self, report: Report, links: dict[str, str | None]) -> None:
        http, own = self.furnished.http, report.submitter == self.who
        if links["rawUrl"] is not None:
            raw = await http.get(links["rawUrl"])
            self.search(raw.text, f"the bytes of report {report.filename}")
            if not own or raw.content != written(report):
                self.fault(f"the bytes of {report.filename} are not those handed in, or not the principal's to read")
        assert links["reportUrl"] is not None
        rows = await http.get(links["reportUrl"])
        self.search(rows.text, f"the rows of report {report.filename}")
        readers = self.furnished.made.secrets.readers
        said = set(SECRET.findall(written(report).decode())) - (set() if own else {report.unread_column})
        expected = {each for each in said if self.who in readers.get(each, ())} if not report.unreadable else set()
        expected -= set() if own else customers_withheld(report)
        lacking = expected - set(SECRET.findall(rows.text))
        if rows.status_code != 200 or lacking:
            self.fault(f"the rows of {report.filename} ({rows.status_code}) lack {lacking}")

    # ------------------------------------------------------------------------------------------------ comparing

    def compare(self, kind: str, expected: dict[str, Any], found: dict[str, Any], where: str) -> None:
        """Each field of an object against what the oracle says of it."""
        normal = self.normal(kind, found, where, check=False)
        for name, value in normal.items():
            if name not in expected:
                self.fault(
                    f"{where}: the oracle knows nothing of {kind}.{name}; say in tests/access/oracle.py who sees it"
                )
            elif not same(expected[name], value):
                self.fault(f"{where}.{name} is {value!r}, not {expected[name]!r}")
            self.answered.add((kind, name.partition("_")[0]))

    def normal(self, kind: str, found: Any, where: str, *, check: bool = True) -> Any:
        """An answer without its frame: connections as bags, objects with an id as their ids, each compared on the way."""
        if isinstance(found, list):
            return [self.normal(kind, each, where) for each in found]
        if not isinstance(found, dict) or kind == "JSON":
            return found
        kind = found.get("__typename", kind)
        owner = DOCUMENTS.object(kind)
        if DOCUMENTS.is_connection(owner):
            return self._bag(owner, found, where)
        if check and DOCUMENTS.is_node(owner):
            if found["id"] not in self.oracle.objects:
                self.fault(f"{where} leads to {kind} {read_global_id(found['id'])}, which is not to be seen")
            elif len(found) > 2:
                own = {name: value for name, value in found.items() if name != "__typename"}
                self.compare(kind, self.oracle.objects[found["id"]], own, f"{where} → {kind}")
            return found["id"]
        fields = {}
        for name, value in found.items():
            plain = name.partition("_")[0]
            fields[name] = self.normal(get_named_type(owner.fields[plain].type).name, value, f"{where}.{name}")
            self.answered.add((kind, plain))
        return fields

    def _bag(self, owner: GraphQLObjectType, found: dict[str, Any], where: str) -> "Bag":
        held = DOCUMENTS.held_in(owner).name
        if held == "Submission" and any(numbers(edge["cursor"]) for edge in found["edges"]):
            self.fault(f"a cursor of {where} counts the reports of everybody")
        nodes = [self.normal(held, edge["node"], where) for edge in found["edges"]]
        about = found["pageInfo"]
        if found["totalCount"] != len(nodes) or about["hasNextPage"] or about["hasPreviousPage"]:
            self.fault(f"{where} counts {found['totalCount']} and shows {len(nodes)}; {about}")
        for name in found.keys() - FRAME:
            kind = get_named_type(owner.fields[name].type).name
            nodes.append({name: self.normal(kind, found[name], f"{where}.{name}")})
        return Bag(nodes)

    # --------------------------------------------------------------------------------------------------- asking

    async def ask(self, document: str, **variables: Any) -> dict[str, Any] | None:
        """The data. Any error is a fault, and so is a secret that is not the principal's to read."""
        caller = self.person or self.furnished.callers[self.who]
        response = await caller.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {caller.token}"},
        )
        self.search(response.text, document)
        answer = response.json()
        if "errors" in answer:
            self.fault(f"{document[:300]} {variables} answers {answer['errors'][:2]}")
            return None
        data: dict[str, Any] = answer["data"]
        self.search(" ".join(opened(cursor) for cursor in cursors(data)), f"cursors of {document}")
        return data

    def search(self, body: str, where: str) -> None:
        """Look for secrets that are told to others alone."""
        readers = self.furnished.made.secrets.readers
        for found in set(SECRET.findall(body)):
            if found in readers and self.who not in readers[found]:
                self.fault(f"the secret {found} of {sorted(readers[found])} stands in the answer to {where[:300]}")

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.who.level} {self.who.firm}: {text}")


class Bag(list[Any]):
    """A list whose order does not matter."""


def same(expected: Any, found: Any) -> bool:
    """Whether an answer is what the oracle says."""
    if expected is WHATEVER:
        return True
    if expected is NONE_IF_ASKED:
        return found is None
    if expected is ANY:
        return found is not None and found != ""
    if isinstance(expected, dict) and isinstance(found, dict):
        plain = {name: value for name, value in found.items() if name != "__typename"}
        asked = {name: each for name, each in expected.items() if each is not NONE_IF_ASKED or name in plain}
        return asked.keys() == plain.keys() and all(same(asked[name], plain[name]) for name in asked)
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return False
        if not isinstance(found, Bag):
            return all(map(same, expected, found))
        left = list(found)
        for each in expected:
            twin = next((n for n, other in enumerate(left) if same(each, other)), None)
            if twin is None:
                return False
            left.pop(twin)
        return True
    return bool(expected == found)
