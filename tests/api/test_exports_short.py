"""The short way of a CSV tells what the long way through the graph tells, byte for byte."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from app.execution.listings.queries import TOLD
from app.exports import making
from app.exports.telling import CsvLines
from app.schema import schema
from tests.api.conftest import Api, Caller
from tests.api.exports_kit import asked, done, file, some_lines, state

SIGNS = [
    *"=+-@;,\t\r\n\"' .…/0aZß",
    "＝",
    "＋",
    "－",
    "＠",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u0085",
    "\u001c",
    "\u000b",
    "\\",
]
FIELDS = """documentKind documentNumber documentLine returnOf soldOn countsOn quantity unitPrice { amount currency }
  amount { currency amount } bookAmount { amount } saleType shipToCountry endCustomer specialPriceNumber reversal row
  component productCode reportedQuantity reportedUnit source again: endCustomer __typename"""


def document(fields: str, narrowed: str = "") -> str:
    return (
        f"query Lines($id: ID!) {{ node(id: $id) {{ ... on DistributionAgreement {{ lines{narrowed} {{"
        f" edges {{ node {{ {fields} }} }} }} }} }} }}"
    )


@pytest.fixture(scope="module", autouse=True)
async def lines(api: Api) -> None:
    """Lines with every text that could be told differently, and numbers with and without places."""
    await some_lines(api, 400, "S")
    dice, connection = random.Random(7), api.world.connection
    texts = [
        "",
        "-5",
        "+5.5",
        "-1/2",
        "5-",
        "-",
        "=",
        "\\.",
        " =x",
        "a;=b",
        "a; =b",
        "a\n=b\r\n+c",
        '"',
        '=""',
        "𝕏=1",
        "x",
    ]
    while len(texts) < 400:
        texts.append("".join(dice.choices(SIGNS, k=dice.randint(1, 6))))
    keys = await connection.fetch("SELECT submission_id, row_number, component, recorded FROM sell_through_line")
    await connection.execute("ALTER TABLE sell_through_line DISABLE TRIGGER USER")
    for place, key in enumerate(keys):
        text, number = texts[place % len(texts)], dice.choice([0, 1, -7, 1000, -2500, 123456, 10**9])
        await connection.execute(
            "UPDATE sell_through_line SET end_customer = $5, disclosed_end_customer = $5, source = $6, quantity = $7,"
            " amount = $8, disclosed_amount = $8, unit_price = $9, disclosed_unit_price = $9"
            " WHERE submission_id = $1 AND row_number = $2 AND component = $3 AND recorded = $4",
            *key,
            text if place % 5 else None,
            texts[-1 - place % len(texts)],
            number or 1,
            dice.choice([0, 1, -1, 10**6, -25 * 10**5, 10**15 + 1]) if place % 3 else None,
            dice.choice([0, 5, 10**7]) if place % 3 else None,
        )


async def both(api: Api, caller: Caller, level: str, text: str, **press: Any) -> tuple[bytes, bytes]:
    found = []
    for short in (True, False):
        id = await asked(caller, text, "CSV", level, variables={"id": api.world.agreement_gid("Acme", "Dist One")})
        await done(api, id, short=short, rows=93, **press)
        found.append(await file(api, caller, id, level))
        said = await state(caller, id, level)
        assert said["rows"] == 400, said
        assert (said["progress"], said["status"]) == (1.0, "DONE")
    return found[0], found[1]


@pytest.mark.parametrize("level", ["vendor", "distributor"])
async def test_every_field_is_told_as_the_graph_answers_it(api: Api, level: str) -> None:
    caller = await (api.vendor() if level == "vendor" else api.distributor())
    short, long = await both(api, caller, level, document(FIELDS), copied=1_000)
    assert short.split(b"\r\n") == long.split(b"\r\n") and short == long
    assert b"'=" in short and b'""' in short


async def test_a_single_column_and_a_past_moment_are_told_alike(api: Api) -> None:
    vendor = await api.vendor()
    period = '(filter: {sold: {start: "2026-01-01", end: "2026-02-01"}})'
    for narrowed in (period, f'(asOf: "{datetime.now(UTC).isoformat()}")'):
        short, long = await both(api, vendor, "vendor", document("documentNumber", narrowed))
        assert short == long


async def test_the_short_way_is_taken_where_it_can_be(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> None:
        raise AssertionError("the graph was asked for rows")

    monkeypatch.setattr("app.exports.making._paged", never)
    vendor = await api.vendor()
    for text, status in (
        (document(FIELDS), "DONE"),
        (document("id"), "FAILED"),
        (document("product { sku }"), "FAILED"),
    ):
        id = await asked(vendor, text, variables={"id": api.world.agreement_gid("Acme", "Dist One")})
        await done(api, id)
        assert (await state(vendor, id))["status"] == status


async def test_what_is_told_short_are_fields_of_the_contract(api: Api) -> None:
    for name, fields in TOLD.items():
        for first, *_ in fields:
            assert first == "__typename" or first in schema._schema.type_map[name].fields  # type: ignore[attr-defined]


async def test_the_short_way_stops_when_it_is_cancelled(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, document(FIELDS), variables={"id": api.world.agreement_gid("Acme", "Dist One")})
    kept, times = making._still, 0

    async def then_cancelled(*of: Any) -> Any:
        nonlocal times
        times += 1
        if times == 3:
            await vendor.act("vendor/cancel_export.graphql", exportId=id)
        return await kept(*of)

    monkeypatch.setattr(making, "_still", then_cancelled)
    await done(api, id, copied=2_000)
    assert (await state(vendor, id))["status"] == "CANCELLED" and times < 10
    other = await asked(vendor, document("row"), variables={"id": api.world.agreement_gid("Acme", "Dist One")})
    await done(api, other)
    assert (await state(vendor, other))["status"] == "DONE", "the connection is as good as new"


def test_line_ends_in_quotes_stay_as_they_are() -> None:
    text = b'a,"x\ny""\n"\nb,""\n"\n",c\n'
    for size in range(1, len(text) + 1):
        lines = CsvLines()
        found = b"".join(lines.turned(text[at : at + size]) for at in range(0, len(text), size))
        assert found == b'a,"x\ny""\n"\r\nb,""\r\n"\n",c\r\n' and lines.rows == 3
