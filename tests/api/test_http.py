"""GraphQL over HTTP by the book, and what is refused at the door: too large, too dear, too often, from elsewhere."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.http import BadRequest, media_type
from app.execution.trusted import sha256
from app.main import application
from app.programme.terms import Level
from app.settings import PROJECT, Settings
from app.store.connect import Urls
from tests.api.conftest import URL, Api

JSON, RESPONSE = "application/json", "application/graphql-response+json"
ROLES = "{ viewer { roles } }"
DEAR = (
    "{ viewer { vendor { agreements(first: 250) { edges { node { authorizations(first: 250) { edges { node {"
    " accounts } } } } } } } } }"
)


@asynccontextmanager
async def another(urls: Urls, **changed: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A second server on the same database, with other settings."""
    settings = Settings(home=Path("/nowhere"), token_lifetime=timedelta(hours=1), **changed)
    app = application(settings, urls.app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as http,
    ):
        yield http


@pytest.fixture
async def bearer(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {(await api.vendor()).token}"}


def code(answer: httpx.Response) -> str:
    """The code of the one error of an answer that was not executed."""
    body = answer.json()
    assert "data" not in body
    (error,) = body["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.5, {JSON}", JSON),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON};q=0, {RESPONSE}", RESPONSE),
        (f"{JSON};charset=utf-8;q=0.1, {RESPONSE};q=²", RESPONSE),
        ("text/html, */*;q=0.1", JSON),
        ("APPLICATION/JSON", JSON),
    ],
)
def test_the_answer_is_of_a_type_that_the_client_takes(accept: str, expected: str) -> None:
    assert media_type(accept) == expected


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{JSON};q=0", "multipart/mixed"])
def test_a_client_that_takes_none_of_them_is_told_which_there_are(accept: str) -> None:
    with pytest.raises(BadRequest) as refused:
        media_type(accept)
    assert refused.value.status == 406 and RESPONSE in refused.value.message


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
@pytest.mark.parametrize("query", ["{", "{ nothing }", "query A { viewer { roles } } query B { viewer { roles } }"])
async def test_a_wrong_document_is_answered_without_data(
    api: Api, bearer: dict[str, str], accept: str, query: str
) -> None:
    answer = await api.http.post("/graphql", json={"query": query}, headers={**bearer, "Accept": accept})
    assert answer.status_code == (400 if accept == RESPONSE else 200)
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert code(answer) == "BAD_USER_INPUT"


async def test_wrong_variables_are_answered_without_data(api: Api, bearer: dict[str, str]) -> None:
    asked = {"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {}}
    answer = await api.http.post("/graphql", json=asked, headers={**bearer, "Accept": RESPONSE})
    assert answer.status_code == 400 and code(answer) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'[{"query": "{ viewer { roles } }"}]', JSON, 400),
        (b'{"query": 1}', JSON, 400),
        (b'{"query": "{ viewer { roles } }", "variables": []}', JSON, 400),
        (b'{"query": "{ viewer { roles } }", "extensions": 0}', JSON, 400),
        (b'{"query": "{ viewer { roles } }", "operationName": {}}', JSON, 400),
        (b'{"variables": {}}', JSON, 400),
        (b"{", JSON, 400),
        (b'{"query": "\xff"}', JSON, 400),
        (b'{"query": "a", "variables": {"a": ' + b"[" * 99_999 + b"]" * 99_999 + b"}}", JSON, 400),
        (b"", JSON, 400),
        (b"query=%7B+viewer+%7B+roles+%7D+%7D", "application/x-www-form-urlencoded", 415),
        (b"{ viewer { roles } }", "application/graphql", 415),
        (
            b'--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--',
            "multipart/form-data; boundary=x",
            415,
        ),
        (b'{"query": "{ viewer { roles } }"}', "", 415),
        (b'{"query": "{ viewer { roles } }"}', "text/plain", 415),
        ('{"query": "{ viewer { roles } }"}'.encode("utf-16"), f"{JSON}; charset=utf-16", 415),
        (b'{"query": "{ viewer { roles } }' + b" " * 1_048_576 + b'"}', JSON, 413),
    ],
)
async def test_what_is_no_graphql_request_is_refused(
    api: Api, bearer: dict[str, str], body: bytes, kind: str, status: int
) -> None:
    answer = await api.http.post("/graphql", content=body, headers={**bearer, "Content-Type": kind})
    assert answer.status_code == status and code(answer) == "BAD_USER_INPUT"


async def test_a_slow_body_is_not_waited_for(api: Api, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b'{"query": '
        await asyncio.sleep(5)

    monkeypatch.setattr("app.execution.http.LONGEST_BODY_SECONDS", 0.02)
    answer = await api.http.post("/graphql", content=slow(), headers={**bearer, "Content-Type": JSON})
    assert answer.status_code == 408 and code(answer) == "BAD_USER_INPUT"


async def test_several_documents_in_one_request_are_told_to_come_alone(api: Api, bearer: dict[str, str]) -> None:
    answer = await api.http.post("/graphql", json=[{"query": ROLES}, {"query": ROLES}], headers=bearer)
    assert "send several requests" in answer.json()["errors"][0]["message"]


async def test_a_query_may_be_asked_by_get_and_nothing_else(api: Api, bearer: dict[str, str]) -> None:
    answer = await api.http.get("/graphql", params={"query": ROLES}, headers=bearer)
    assert answer.status_code == 200 and answer.json()["data"] == {"viewer": {"roles": ["VENDOR_PROGRAM_MANAGER"]}}
    given = {"query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": '{"ids": []}'}
    assert (await api.http.get("/graphql", params=given, headers=bearer)).json()["data"] == {"nodes": []}
    act = 'mutation { createUpload(input: {filename: "a", idempotencyKey: "a"}) { upload { id } } }'
    answer = await api.http.get("/graphql", params={"query": act}, headers=bearer)
    assert answer.status_code == 405 and answer.headers["allow"] == "POST"
    assert await api.world.connection.fetchval("SELECT count(*) FROM report_file") == 0
    for params in ({}, {"query": ROLES, "variables": "["}, {"query": ROLES, "extensions": "1"}):
        assert (await api.http.get("/graphql", params=params, headers=bearer)).status_code == 400
    assert (await api.http.put("/graphql", json={"query": ROLES}, headers=bearer)).status_code == 405


async def test_no_cache_keeps_an_answer(api: Api, bearer: dict[str, str]) -> None:
    for answer in (
        await api.http.get("/graphql", params={"query": ROLES}, headers=bearer),
        await api.http.get("/graphql", params={"query": ROLES}),
    ):
        assert answer.headers["cache-control"] == "no-store"


async def test_nobody_is_told_to_say_who_they_are(api: Api) -> None:
    answer = await api.http.post("/graphql", json={"query": ROLES})
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer ")
    assert code(answer) == "UNAUTHENTICATED"


async def test_the_schema_is_shown_to_who_may_introspect_it(api: Api) -> None:
    asked = "{ __schema { queryType { name } } }"
    open_, closed = [
        await api.as_(Level.VENDOR, "Acme", Role.VENDOR_ANALYST, scopes=frozenset({scope}))
        for scope in (Scope.SCHEMA_READ, Scope.ANALYTICS_READ)
    ]
    assert (await open_.ask(asked))["__schema"] == {"queryType": {"name": "Query"}}
    refused = await closed.raw(asked)
    assert "data" not in refused and "introspection" in refused["errors"][0]["message"]


async def test_a_fault_is_masked_with_an_id_that_the_log_has(
    api: Api, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.store.database.Database.reading", lambda *_: 1 / 0)
    answer = await api.http.post("/graphql", json={"query": "{ viewer { vendor { id } } }"}, headers=bearer)
    (error,) = answer.json()["errors"]
    assert answer.status_code == 200 and answer.json()["data"] == {"viewer": {"vendor": None}}
    assert error["extensions"]["code"] == "INTERNAL" and "ZeroDivision" not in json.dumps(error)
    assert error["extensions"]["incident"] in capsys.readouterr().out


async def test_every_answer_says_what_it_might_have_cost_and_did(api: Api, bearer: dict[str, str]) -> None:
    query = "query($n: Int!) { viewer { vendor { agreements(first: $n) { totalCount edges { node { id } } } } } }"
    answer = await api.http.post("/graphql", json={"query": query, "variables": {"n": 10}}, headers=bearer)
    spent = answer.json()["extensions"]["cost"]
    assert spent["requested"] == 3 + 10 * 2 + 10 and spent["actual"] == 3 + 2 * 2
    assert spent["limit"] == 3_000_000 and 0 < spent["remaining"] < spent["limit"]
    again = await api.http.post("/graphql", json={"query": query, "variables": {"n": 10}}, headers=bearer)
    assert again.json()["extensions"]["cost"]["remaining"] <= spent["remaining"] - spent["requested"]


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_what_is_too_dear_is_refused_before_it_begins(api: Api, bearer: dict[str, str], accept: str) -> None:
    answer = await api.http.post("/graphql", json={"query": DEAR}, headers={**bearer, "Accept": accept})
    assert answer.status_code == 400 and code(answer) == "COST_LIMIT"
    (error,) = answer.json()["errors"]
    assert error["extensions"]["requested"] == 125_753 and error["extensions"]["limit"] == 50_000
    assert "125,753" in error["message"] and "smaller pages" in error["message"]
    assert answer.json()["extensions"]["cost"]["actual"] == 0


async def test_a_refused_act_has_done_nothing(api: Api, bearer: dict[str, str]) -> None:
    act = "mutation($input: CreateProductsInput!, $n: Int) { createProducts(input: $input) { products { prices(first: $n) {"
    act += " totalCount } } } }"
    before = await api.world.connection.fetchval("SELECT count(*) FROM product")
    product = {"sku": "NEW-1", "name": "New", "family": "Drives", "baseUnit": "EA", "introducedOn": "2026-01-01"}
    given = {"input": {"products": [product], "idempotencyKey": "too many prices"}, "n": 251}
    answer = await api.http.post("/graphql", json={"query": act, "variables": given}, headers=bearer)
    assert code(answer) == "BAD_USER_INPUT", answer.text
    assert await api.world.connection.fetchval("SELECT count(*) FROM product") == before


async def test_a_query_that_takes_too_long_is_ended(api: Api, bearer: dict[str, str], urls: Urls) -> None:
    asked = {"query": "{ viewer { roles vendor { agreements(first: 1) { totalCount } } } }"}
    async with another(urls, statement_timeout=0.2) as http:
        await http.post("/graphql", json=asked, headers=bearer)
        other = await asyncpg.connect(urls.owner)
        try:
            async with other.transaction():
                await other.execute("LOCK TABLE agreement IN ACCESS EXCLUSIVE MODE")
                answer = await http.post("/graphql", json=asked, headers=bearer)
        finally:
            await other.close()
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "COST_LIMIT" and error["path"] == ["viewer", "vendor", "agreements"]
        assert "took too long" in error["message"]
        assert "errors" not in (await http.post("/graphql", json=asked, headers=bearer)).json()


def assert_told_to_wait(answer: httpx.Response) -> None:
    assert answer.status_code == 429 and code(answer) == "RATE_LIMITED"
    assert 1 <= int(answer.headers["retry-after"]) <= 120
    assert f"in {answer.headers['retry-after']} second" in answer.json()["errors"][0]["message"]


async def test_a_client_has_so_many_requests_a_minute(api: Api, bearer: dict[str, str], urls: Urls) -> None:
    async with another(urls, requests_per_minute=3) as http:
        for _ in range(3):
            assert (await http.post("/graphql", json={"query": ROLES}, headers=bearer)).status_code == 200
        assert_told_to_wait(await http.post("/graphql", json={"query": ROLES}, headers=bearer))
        distributor = {"Authorization": f"Bearer {(await api.distributor()).token}"}
        assert (await http.post("/graphql", json={"query": ROLES}, headers=distributor)).status_code == 200


async def test_a_client_has_so_many_points_a_minute(bearer: dict[str, str], urls: Urls) -> None:
    asked = {"query": "{ viewer { vendor { agreements(first: 20) { edges { node { id } } } } } }"}
    async with another(urls, cost_per_minute=100) as http:
        for remaining in (57, 14):
            answer = await http.post("/graphql", json=asked, headers=bearer)
            assert answer.json()["extensions"]["cost"] | {"actual": 0} == {
                "requested": 43,
                "actual": 0,
                "limit": 100,
                "remaining": remaining,
            }
        assert_told_to_wait(await http.post("/graphql", json=asked, headers=bearer))
        assert (await http.post("/graphql", json={"query": ROLES}, headers=bearer)).status_code == 200
        dear = await http.post("/graphql", json={"query": DEAR}, headers=bearer)
        assert code(dear) == "COST_LIMIT" and "may cost 100." in dear.json()["errors"][0]["message"]


async def test_no_limit_is_told_as_none(bearer: dict[str, str], urls: Urls) -> None:
    async with another(urls, cost_per_minute=0, requests_per_minute=0) as http:
        answer = await http.post("/graphql", json={"query": ROLES}, headers=bearer)
        assert answer.json()["extensions"]["cost"] == {"requested": 1, "actual": 1, "limit": None, "remaining": None}


async def test_tokens_and_uploads_have_limits_of_their_own(api: Api, urls: Urls) -> None:
    distributor = {"Authorization": f"Bearer {(await api.distributor()).token}"}
    async with another(urls, token_requests_per_minute=2, uploads_per_minute=1, requests_per_minute=1) as http:
        asked = {"grant_type": "client_credentials"}
        answers = [await http.post("/oauth/token", data=asked) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert answers[-1].json()["error"] == "slow_down" and int(answers[-1].headers["retry-after"]) >= 1
        place = "/uploads/01a20703-acd4-79ff-acfb-08d28b0bd9a5"
        assert (await http.put(place, content=b"x", headers=distributor)).status_code == 404
        assert_told_to_wait(await http.put(place, content=b"x", headers=distributor))
        assert (await http.post("/graphql", json={"query": ROLES}, headers=distributor)).status_code == 200


async def test_a_crowd_is_told_to_come_back_but_health_is_always_told(bearer: dict[str, str], urls: Urls) -> None:
    asked = {"query": "{ viewer { vendor { agreements(first: 1) { totalCount } } } }"}
    async with another(urls, requests_at_once=2, waiting_at_once=1, longest_wait=30) as http:
        await http.post("/graphql", json=asked, headers=bearer)
        other = await asyncpg.connect(urls.owner)
        try:
            async with other.transaction():
                await other.execute("LOCK TABLE agreement IN ACCESS EXCLUSIVE MODE")
                waiting = [asyncio.create_task(http.post("/graphql", json=asked, headers=bearer)) for _ in range(3)]
                await asyncio.sleep(0.2)
                answer = await http.post("/graphql", json=asked, headers=bearer)
                assert answer.status_code == 503 and answer.headers["retry-after"] == "30"
                assert "Nothing was done" in answer.json()["errors"][0]["message"]
                for path in ("/livez", "/readyz"):
                    assert (await http.get(path)).status_code == 200
        finally:
            await other.close()
        assert [(await each).status_code for each in waiting] == [200, 200, 200]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"params": {"query": ROLES + " " * 20_000}}, 414),
        ({"headers": {f"X-Long-{n}": "x" * 4_000 for n in range(9)}}, 431),
    ],
)
async def test_an_address_or_headers_that_are_too_long_are_refused(
    api: Api, bearer: dict[str, str], changed: dict[str, Any], status: int
) -> None:
    asked = {"params": {"query": ROLES}, **changed, "headers": {**bearer, **changed.get("headers", {})}}
    answer = await api.http.get("/graphql", **asked)
    assert answer.status_code == status and code(answer) == "BAD_USER_INPUT"


async def test_an_operation_of_the_contract_may_be_named_by_its_hash(api: Api, bearer: dict[str, str]) -> None:
    text = (PROJECT / "graphql" / "operations" / "vendor" / "partners.graphql").read_text()
    plain = (await api.http.post("/graphql", json={"query": text}, headers=bearer)).json()["data"]
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}
    for named in ({"documentId": f"sha256:{sha256(text)}"}, {"documentId": sha256(text)}, {"extensions": persisted}):
        answer = await api.http.post("/graphql", json=named, headers=bearer)
        assert answer.status_code == 200 and answer.json()["data"] == plain
    answer = await api.http.get("/graphql", params={"extensions": json.dumps(persisted)}, headers=bearer)
    assert answer.json()["data"] == plain
    unknown = await api.http.post("/graphql", json={"documentId": "ab"}, headers={**bearer, "Accept": RESPONSE})
    assert unknown.status_code == 400 and code(unknown) == "BAD_USER_INPUT"
    (error,) = unknown.json()["errors"]
    assert error["message"] == "PersistedQueryNotFound" and error["extensions"]["reason"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_deployment_may_demand_trusted_documents(bearer: dict[str, str], urls: Urls, tmp_path: Path) -> None:
    manifest = tmp_path / "persisted-documents.json"
    manifest.write_text(json.dumps({"abc": ROLES}))
    async with another(urls, trusted_only=True, trusted_manifest=manifest) as http:
        answer = await http.post("/graphql", json={"documentId": "abc"}, headers=bearer)
        assert answer.json()["data"] == {"viewer": {"roles": ["VENDOR_PROGRAM_MANAGER"]}}
        answer = await http.post("/graphql", json={"query": "{ viewer { scopes } }"}, headers=bearer)
        assert code(answer) == "FORBIDDEN"


async def test_a_trusted_document_is_subject_to_permissions_and_limits(urls: Urls, api: Api, tmp_path: Path) -> None:
    manifest = tmp_path / "persisted-documents.json"
    manifest.write_text(json.dumps({"dear": DEAR, "closed": "{ __schema { queryType { name } } }"}))
    caller = await api.as_(Level.VENDOR, "Acme", Role.VENDOR_ANALYST, scopes=frozenset({Scope.ANALYTICS_READ}))
    async with another(urls, trusted_manifest=manifest) as http:
        for named, expected in (("dear", "COST_LIMIT"), ("closed", "BAD_USER_INPUT")):
            headers = {"Authorization": f"Bearer {caller.token}"}
            answer = (await http.post("/graphql", json={"documentId": named}, headers=headers)).json()
            assert "data" not in answer and answer["errors"][0]["extensions"]["code"] == expected


async def test_web_pages_of_named_origins_may_call(bearer: dict[str, str], urls: Urls) -> None:
    async with another(urls, origins="https://portal.example.com https://other.example.com") as http:
        beforehand = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        known = await http.options("/graphql", headers={**beforehand, "Origin": "https://portal.example.com"})
        assert known.status_code == 200
        assert known.headers["access-control-allow-origin"] == "https://portal.example.com"
        assert {"POST", "PUT"} <= set(known.headers["access-control-allow-methods"].split(", "))
        assert "Authorization" in known.headers["access-control-allow-headers"]
        asked = {"json": {"query": ROLES}}
        answer = await http.post("/graphql", **asked, headers={**bearer, "Origin": "https://portal.example.com"})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "https://portal.example.com"
        assert "Retry-After" in answer.headers["access-control-expose-headers"]
        assert "Origin" in answer.headers["vary"]


async def test_web_pages_of_other_origins_may_not(api: Api, bearer: dict[str, str]) -> None:
    for origin in ("https://elsewhere.example.com", "null", f"{URL}.example.com"):
        beforehand = {"Access-Control-Request-Method": "POST", "Origin": origin}
        unknown = await api.http.options("/graphql", headers=beforehand)
        assert unknown.status_code == 400 and "access-control-allow-origin" not in unknown.headers
        answer = await api.http.post("/graphql", json={"query": ROLES}, headers={**bearer, "Origin": origin})
        assert answer.status_code == 403 and code(answer) == "FORBIDDEN"
        assert "access-control-allow-origin" not in answer.headers
    own = await api.http.post("/graphql", json={"query": ROLES}, headers={**bearer, "Origin": URL})
    assert own.status_code == 200
