"""What every principal of random networks gets is what an oracle allows: over HTTP field by field, in SQL row by row."""

import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access.roles import Role
from app.access.scopes import permissions_of
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.store.database import Context
from app.store.embedded import Cluster
from app.tables.metadata import DatabaseRole
from tests.access import rules_of_commissions as commissions
from tests.access import rules_of_merges as merges
from tests.access.chance import random_networks
from tests.access.documents import Documents
from tests.access.furnishing import WIDEST, Furnished, caller_of, furnished, operating_in, person_of
from tests.access.networks import Principal
from tests.access.oracle import Oracle
from tests.access.refusals import ACTS, Act, document, mutations_that_name_objects, variants
from tests.access.reviews import may_use
from tests.access.rows import READS, Everything, Me, acting, borrowing_faults, reading_faults, writing_faults
from tests.access.rules_of_money import WRITTEN_BY_THE_WORKER
from tests.access.rules_of_steering import WRITTEN_BY_THE_WORKER as OF_STEERING
from tests.access.walking import DOCUMENTS, Walk, every_id
from tests.conftest import copy_database

SEEDS = (0, 1)
HELD = [
    frozenset(map(str, permissions_of(frozenset({role}), None))) for role in (*WIDEST.values(), Role.VENDOR_FINANCE)
]
GATED = {"registerDeal": "DEAL_REGISTRATION", "updateDeal": "DEAL_REGISTRATION", "claimSpiff": "SPIFFS"}
"What a benefit has to open to resellers: whom no programme lets is told so before it is looked at what was named."

OF_MORE = {"ForecastError", "ForecastMonth", "IncentiveVolumeByType", "ScorecardBenchmark", "WhiteSpaceRow"}
"What takes more months, peers or rules than these networks have: the oracle says that nobody gets any."


@pytest.fixture(scope="module", params=SEEDS)
async def networks(request: pytest.FixtureRequest, cluster: Cluster, template: str) -> AsyncIterator[Furnished]:
    """Random networks in a database of their own, and the application over it."""
    urls = await copy_database(cluster, template, f"networks_{uuid4().hex[:12]}")
    async with operating_in(urls) as operating, furnished(random_networks(request.param), urls, operating) as found:
        for level in Level:
            found.people[level] = await person_of(found, of_level(found, level), operating)
        found.finance = await caller_of(found, of_level(found, Level.VENDOR), Role.VENDOR_FINANCE, operating)
        yield found


def of_level(found: Furnished, level: Level) -> Principal:
    """The principal of a level that takes part most."""
    own = [who for who in found.made.principals() if who.level is level]
    return max(own, key=lambda who: len(Oracle(found.made, who).objects))


async def test_every_field_that_anybody_asks_is_what_the_oracle_allows(networks: Furnished) -> None:
    """Every id there is, under every principal; every list in pages; long ways down from the viewer; every download. What
    an integration of a firm gets a person of the same role gets too, and nothing else; finance gets what it alone may."""
    answered: set[tuple[str, str]] = set()
    faults: list[str] = []
    for who in networks.made.principals():
        walk = Walk(networks, who, Oracle(networks.made, who))
        await walk.everything()
        await walk.paths(random.Random(7), number=15, depth=4)
        await walk.downloads()
        faults += walk.faults
        answered |= walk.answered
    for who in (of_level(networks, level) for level in Level):
        walk = Walk(networks, who, Oracle(networks.made, who), networks.people[who.level])
        await walk.everything()
        faults += walk.faults
        answered |= walk.answered
    who = of_level(networks, Level.VENDOR)
    walk = Walk(networks, who, Oracle(networks.made, who), networks.finance, Role.VENDOR_FINANCE)
    await walk.everything()
    assert faults + walk.faults == [], f"{len(faults + walk.faults)} faults"
    answered |= walk.answered
    assert sorted(unasked(DOCUMENTS, answered)) == [], "fields that no principal could be asked for"


def unasked(documents: Documents, answered: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The fields that can be read and were not: those of answers to mutations, and the frames of lists, aside."""
    mutation = documents.schema.mutation_type
    assert mutation is not None
    payloads = {documents.answer_of(field).name for field in mutation.fields.values()} | {"UserError", "Upload"}
    aside = payloads | documents.answered_to_acts_alone()
    aside |= {kind.name for kind in documents.objects() if documents.is_frame(kind)} | OF_MORE
    return {
        (kind.name, name)
        for kind in documents.objects()
        for name, field in kind.fields.items()
        if kind.name not in aside and (kind.name, name) not in answered
        if any(documents.required(field) | documents.required_of_type(kind) <= held for held in HELD)
    }


async def test_every_row_that_anybody_reads_in_sql_is_one_that_the_rules_allow(networks: Furnished) -> None:
    everything = await Everything.read(networks.owner)
    faults = []
    for who in networks.made.principals():
        faults += await reading_faults(networks.owner, everything, Me(networks.made, who), networks.context(who))
    assert faults == []
    empty = [table for table in READS if not everything.rows[table]]
    assert empty == [], "tables of which nothing was compared"


async def test_nobody_changes_or_adds_a_row_of_others_in_sql(networks: Furnished) -> None:
    everything = await Everything.read(networks.owner)
    faults = []
    for level in Level:
        who = of_level(networks, level)
        me, context = Me(networks.made, who), networks.context(who)
        faults += await writing_faults(networks.owner, everything, me, context)
        faults += await borrowing_faults(networks.owner, everything, me, context)
    assert faults == []


async def test_no_level_writes_facts_sums_or_what_became_of_a_report(networks: Furnished) -> None:
    """Not even about itself."""
    everything = await Everything.read(networks.owner)
    written_by_the_worker = ("knowledge", "sell_through_line", "sell_in_line", "report_row", "submission_issue")
    written_by_the_worker += ("inventory_count", "stock_movement", "stock_row", "sell_out_line", *WRITTEN_BY_THE_WORKER)
    written_by_the_worker += (*commissions.WRITTEN_BY_THE_WORKER, *merges.WRITTEN_BY_THE_WORKER, *OF_STEERING)
    sums = ("sell_through_month", "sell_through_reseller_month", "sell_through_day", "sell_in_day", "sell_out_month")
    sums += ("sell_through_reseller_day",)
    for role in (DatabaseRole.VENDOR, DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER):
        for table in (*written_by_the_worker, *sums):
            able = await networks.owner.fetchval(
                "SELECT has_any_column_privilege($1::text, $2::text, 'INSERT, UPDATE')"
                " OR has_table_privilege($1::text, $2::text, 'DELETE, TRUNCATE')",
                role.value,
                table,
            )
            assert not able, (role, table)
    assert all(everything.rows[table] for table in (*written_by_the_worker, *sums))


@pytest.mark.parametrize("opening", ["nothing", "empty"])
async def test_without_a_context_there_is_no_row(networks: Furnished, opening: str) -> None:
    """Neither where it was never set, nor where it was set to nobody."""
    tables = (await Everything.read(networks.owner)).columns
    for role in (DatabaseRole.VENDOR, DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER, DatabaseRole.WORKER):
        for table in tables:
            readable = await networks.owner.fetchval(
                "SELECT has_table_privilege($1::text, $2::text, 'SELECT')"
                " OR has_any_column_privilege($1::text, $2::text, 'SELECT')",
                role.value,
                table,
            )
            async with acting(networks.owner, Context(role)) if opening == "empty" else as_role(networks, role):
                if readable:
                    assert await networks.owner.fetch(f"SELECT FROM {table}") == [], (role, table)


def as_role(networks: Furnished, role: DatabaseRole) -> Any:
    class Bare(Context):
        def opening(self) -> str:
            return f"SET LOCAL ROLE {role.value}"

    return acting(networks.owner, Bare(role))


async def test_before_an_actor_exists_no_networks_business_is_read(networks: Furnished) -> None:
    rows = await networks.owner.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'vendor_id'"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND has_any_column_privilege('tailrace_auth', c.oid, 'SELECT')"
    )
    assert {row["relname"] for row in rows} == {"party_link", "partner_invitation", "application_link", "application"}


async def test_what_may_not_be_seen_and_what_never_was_answer_the_same_bytes(networks: Furnished) -> None:
    """One by one, and among others; as an id of its type and of every other."""
    kinds = every_id(networks.made)
    for level in Level:
        who = of_level(networks, level)
        caller, oracle = networks.callers[who], Oracle(networks.made, who)
        asked = ["", "nonsense", "Ü", "=" * 40, global_id("Nobody", Key(uuid4(), uuid4()))]
        for kind, ids in kinds.items():
            asked += [gid for gid in ids if gid not in oracle.objects][:3]
            asked += [global_id(kind, Key(vendor.id, uuid4())) for vendor in networks.made.vendors]
        answers = set()
        for gid in asked:
            for query, variables in (
                ("query($id: ID!) { node(id: $id) { __typename id } }", {"id": gid}),
                ("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {"ids": [gid, "nonsense"]}),
            ):
                response = await caller.http.post(
                    "/graphql",
                    json={"query": query, "variables": variables},
                    headers={"Authorization": f"Bearer {caller.token}"},
                )
                headers = {name: value for name, value in response.headers.items() if name != "x-request-id"}
                answers.add((query, response.status_code, response.content, tuple(sorted(headers.items()))))
        assert len(asked) > 40 and len(answers) == 2, sorted(answers)[:4]


def test_every_mutation_that_names_an_object_is_tried_with_ids_of_others() -> None:
    assert {act.name for act in ACTS} == mutations_that_name_objects(DOCUMENTS.schema)


async def test_a_mutation_refuses_an_id_of_others_as_one_that_never_was(networks: Furnished) -> None:
    kinds, before = every_id(networks.made), await counts(networks)
    uploads = {
        level: [
            global_id("Upload", Key(row["organization_id"], row["id"]))
            for row in await networks.owner.fetch(
                "SELECT organization_id, id FROM report_file WHERE organization_id <> $1 LIMIT 3",
                networks.made.firms[of_level(networks, level).firm].id,
            )
        ]
        for level in Level
    }
    for act in ACTS:
        for who, network, allowed in tried_by(networks, act):
            caller = networks.callers[who] if act.role is None else networks.finance
            caller = networks.people[act.level] if act.person else caller
            asked = document(act, DOCUMENTS.schema)
            assert caller is not None
            for alike in variants(act, Oracle(networks.made, who), kinds, uploads[act.level], network):
                answers = set()
                for given in alike:
                    if needs_key(act.name):
                        given["idempotencyKey"] = uuid4().hex
                    answer = await caller.raw(asked, input=given)
                    assert "errors" not in answer, (act.name, answer)
                    answers.add(str(answer["data"][act.name]))
                assert len(alike) > 4 and len(answers) == 1, (act.name, sorted(answers))
                said = answers.pop()
                assert "NOT_FOUND" in said or (not allowed and "NOT_ELIGIBLE" in said), (act.name, who, said)
    assert await counts(networks) == before, "a refusal wrote something"


def tried_by(networks: Furnished, act: Act) -> list[tuple[Principal, UUID | None, bool]]:
    """Who tries an act, in which network if that matters, and whether a programme lets him: where one has to, somebody whom
    one lets and somebody whom none does."""
    if act.name not in GATED or act.level is not Level.RESELLER:
        return [(of_level(networks, act.level), None, True)]
    sold = {each.reseller for each in networks.made.authorizations if each.reseller.disclosed}
    tried = {may_use(networks.made, each, GATED[act.name]): each for each in networks.made.parties if each in sold}
    assert set(tried) == {True, False}, f"nobody or everybody may {act.name}: choose another seed"
    return [(party.principal, party.vendor.id, allowed) for allowed, party in tried.items()]


def needs_key(name: str) -> bool:
    mutation = DOCUMENTS.schema.mutation_type
    assert mutation is not None
    kind = DOCUMENTS.input_of(mutation.fields[name])
    return "idempotencyKey" in kind.fields


async def counts(networks: Furnished) -> dict[str, int]:
    everything = await Everything.read(networks.owner)
    return {table: len(rows) for table, rows in everything.rows.items()}
