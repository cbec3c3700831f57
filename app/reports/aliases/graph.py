"""Aliases as partners see them: a code, what it stands for, and the held rows that it released."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from app.access.actor import Actor as Asker
from app.execution.described import values, visible
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.programme import terms
from app.reports.aliases import queries

values(terms.AliasKind)


@visible("submission:read")
class Alias(Node):
    """What a distributor's own code stands for under one agreement."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    product_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    kind: terms.AliasKind
    "Whether it stands for a product or a reseller."
    code: str
    "The distributor's code."
    confirmed_at: datetime
    "When it was confirmed."
    waiting_rows: int
    "Held rows that name this code and do not count yet."
    released_rows: int | None
    "Held rows that count because of it; null until they have been looked at."


async def aliases_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[Alias | None]:
    """Aliases in the order of their keys; None where the asker sees none."""
    rows = await queries.aliases_by_key(await request.reader(), request.actor.level, keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_alias(found[key]) if key in found else None for key in keys]


def _alias(row: Any) -> Alias:
    vendor, key = row["vendor_id"], Key(row["vendor_id"], row["id"])
    return Alias(
        id=strawberry.ID(global_id("Alias", key)),
        key=key,
        product_key=Key(vendor, row["product_id"]) if row["product_id"] else None,
        reseller_key=Key(vendor, row["reseller_id"]) if row["reseller_id"] else None,
        kind=terms.AliasKind(row["kind"]),
        code=row["code"],
        confirmed_at=row["confirmed_at"],
        waiting_rows=row["waiting_rows"],
        released_rows=row["released_rows"],
    )
