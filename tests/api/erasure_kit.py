"""A name that stands everywhere it can, and a search for it through the whole database."""

import io
import zipfile
from typing import Any
from uuid import uuid4

import zstandard

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.people_kit import person

PERIOD = {"start": "2026-01-01", "end": "2026-02-01"}
HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,end_customer"


async def everywhere(api: Api, name: str) -> list[str]:
    """The tables in which the name stands, in any encoding, compressed or packed."""
    connection, found = api.world.connection, []
    tables = await connection.fetch(
        "SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'"
        " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    for table in tables:
        place = f'"{table["schema"]}"."{table["name"]}"'
        rows = await connection.fetch(f"SELECT t::text AS row FROM {place} t")
        if any(_stands(name, row["row"].encode()) for row in rows):
            found.append(table["name"])
        columns = await connection.fetch(
            "SELECT a.attname AS name FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.atttypid = 'bytea'::regtype"
            " AND a.attnum > 0 AND NOT a.attisdropped",
            place,
        )
        for column in columns:
            for row in await connection.fetch(f'SELECT "{column["name"]}" AS data FROM {place}'):
                if row["data"] is not None and any(_stands(name, each) for each in unpacked(row["data"])):
                    found.append(f"{table['name']}.{column['name']}")
                    break
    return sorted(set(found))


def unpacked(data: bytes) -> list[bytes]:
    """The bytes themselves, what they decompress to, and what a package among them holds."""
    if data[:4] == zstandard.MAGIC_NUMBER.to_bytes(4, "little"):
        data = zstandard.decompress(data)
    found = [data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            found += [book.read(each) for each in book.infolist()]
    return found


def _stands(name: str, data: bytes) -> bool:
    lowered = data.lower()
    core = max(name.replace('"', " ").replace("&", " ").split(), key=len).lower()
    return any(core.encode(encoding) in lowered for encoding in ("utf-8", "cp1252", "utf-16-le", "utf-16-be"))


def owner(api: Api, kind: str = "Distributor", name: str = "Dist One", vendor: str = "Acme") -> str:
    """What somebody is in a network."""
    vendor_id = api.world.vendors[vendor]
    return global_id(kind, Key(vendor_id, vendor_id if kind == "Vendor" else api.world.parties[vendor, name]))


async def handed_in(api: Api, data: bytes | list[dict[str, Any]], **given: Any) -> str:
    """A report of Dist One that was counted."""
    caller = await api.distributor()
    source = {"lines": data} if isinstance(data, list) else {"uploadId": await caller.upload(data, "report.bin")}
    payload = await caller.act(
        given.pop("document", "distributor/submit_sell_through.graphql"),
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        idempotencyKey=uuid4().hex,
        source=source,
        **{"period": PERIOD, **given},
    )
    assert payload["userErrors"] == [], payload
    await api.count()
    found: str = payload["submission"]["id"]
    return found


PREVIEW = {
    "vendor": "vendor/preview_erasure.graphql",
    "distributor": "distributor/preview_erasure.graphql",
    "reseller": "reseller/preview_erasure.graphql",
}
ERASE = {
    "vendor": "vendor/erase_name.graphql",
    "distributor": "distributor/erase_name.graphql",
    "reseller": "reseller/erase_name.graphql",
}
LISTED = {
    "vendor": "vendor/erasures.graphql",
    "distributor": "distributor/erasures.graphql",
    "reseller": "reseller/erasures.graphql",
}
ADMINISTRATORS = {
    "vendor": ("Acme", Role.VENDOR_PROGRAM_MANAGER),
    "distributor": ("Dist One", Role.DISTRIBUTOR_ADMIN),
    "reseller": ("Reseller One", Role.RESELLER_ADMIN),
}
_signed_in: dict[tuple[int, str, str], Caller] = {}


async def admin(api: Api, level: str, name: str | None = None) -> Caller:
    """A person who administers a firm: no integration erases anything."""
    firm, role = ADMINISTRATORS[level]
    key = (id(api), level, name or firm)
    if key not in _signed_in:
        _signed_in[key] = (await person(api, name or firm, role)).caller
    return _signed_in[key]


async def previewed(caller: Caller, level: str, **given: Any) -> dict[str, Any]:
    payload = await caller.act(PREVIEW[level], **given)
    assert payload["userErrors"] == [], payload
    found: dict[str, Any] = payload["preview"]
    return found


async def erased(caller: Caller, level: str, **given: Any) -> dict[str, Any]:
    """A name that was previewed and erased."""
    token = (await previewed(caller, level, **given))["token"]
    payload = await caller.act(ERASE[level], **given, previewed=token, reason="Asked for.", idempotencyKey=uuid4().hex)
    assert payload["userErrors"] == [], payload
    found: dict[str, Any] = payload["erasure"]
    return found
