"""What random networks hold of what steers them: how much stock there should be, what scorecards weigh, where statements
stood, what rates were; and what each firm asked to have as a file."""

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from app.tables.stock_positions import BEFORE, COUNTS, FLOWS, MONTHS
from tests.access.calendars import rate_of
from tests.access.networks import FUTURE, NOW, TODAY, Agreement, Principal
from tests.money_rows import AT

if TYPE_CHECKING:
    from tests.access.furnishing import Furnished
    from tests.access.partners import Writing

TABLES = (
    "inventory_standard",
    "scorecard_weights",
    "statement_standing",
    "stock_position_day",
    "stock_position",
    "export",
)
LONG_AGO = date(1999, 12, 31)
OUTCOMES = ("QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED", "EXPIRED")
COMPONENTS = (
    *("REPORTING_IN_TIME", "DATA_QUALITY", "STOCK_IN_BAND", "ACTIVE_RESELLERS", "ENABLEMENT", "PLAN_ATTAINMENT"),
    *("CREDITS_ON_TIME", "CLAIMS_DECIDED", "PRICE_NOTICE"),
)
OWED_BY_VENDORS = COMPONENTS[6:]


async def steer_in(writing: "Writing") -> None:
    """Of every agreement what stock there should be from a day ahead on, and two versions of weights; of the network a rate
    that was another one."""
    for agreement in writing.agreements:
        await _standard(writing, agreement)
        await _weights(writing, agreement)
    for agreement in {each.distributor.id: each for each in writing.agreements}.values():
        await _kept(writing, agreement)
    for statement in await writing.found.owner.fetch(
        "SELECT vendor_id, id AS statement_id, agreement_id, distributor_id FROM statement"
        " WHERE vendor_id = $1 AND payable_minor IS NOT NULL",
        writing.of.id,
    ):
        owed = dict.fromkeys(("entitled_minor", "settled_minor", "payable_minor"), 0)
        owed |= {"entitled_minor": figure_of(statement["statement_id"]) * 100}
        for days, status in ((0, "CALCULATED"), (1, "APPROVED")):
            known = {"known_at": AT + timedelta(days=days), "status": status, "revision": 1}
            await writing.owner().add("statement_standing", **dict(statement), **known, **owed)
    rate = {"vendor_id": writing.of.id, "base": "CHF", "quote": "EUR", "effective_from": date(2024, 1, 1)}
    await writing.owner().add("exchange_rate_before", **rate, until=AT, rate=rate_of(writing.of) + 1)


def figure_of(id: UUID) -> int:
    """A number that nothing else has, below a million."""
    return 1_000 + id.int % 900_000


async def _standard(writing: "Writing", agreement: Agreement) -> None:
    product = next(each for each in writing.made.products if each.vendor is agreement.vendor)
    most = figure_of(agreement.id) * 1_000
    for place, said in enumerate(({}, {"product_id": product.id}, {"family": product.family})):
        nothing = {"basis": None, "least": None, "most": None}
        given = {"basis": "UNITS", "least": 1_000, "most": most} if place < 2 else nothing
        await writing.owner(agreement.distributor).add(
            "inventory_standard",
            **_of(agreement),
            **{"product_id": None, "family": None, **said},
            **given,
            effective_from=FUTURE,
            place=place,
            set_at=NOW,
            set_by=writing.owner().word("V"),
        )


async def _weights(writing: "Writing", agreement: Agreement) -> None:
    for version in (1, 2):
        await writing.owner(agreement.distributor).add(
            "scorecard_weights",
            **_of(agreement),
            effective_from=TODAY - timedelta(days=400 - version),
            version=version,
            weights=weights_of(agreement, version),
            days=days_of(agreement),
            set_at=NOW,
            set_by=writing.owner().word("V"),
        )


async def _kept(writing: "Writing", agreement: Agreement) -> None:
    """Positions of a day that nobody asks about: rows to be read as such, and no figure."""
    product = next(each for each in writing.made.products if each.vendor is agreement.vendor)
    at = {"vendor_id": agreement.vendor.id, "distributor_id": agreement.distributor.id, "day": LONG_AGO}
    owner = writing.owner(agreement.distributor)
    await owner.add("stock_position_day", **at, known_at=NOW)
    nothing = dict.fromkeys((*COUNTS, *BEFORE, *FLOWS, *MONTHS), 0) | {"units": figure_of(agreement.id) * 1_000}
    await owner.add("stock_position", **at, **nothing, product_id=product.id, counted_on=LONG_AGO, before_units=None)


def weights_of(agreement: Agreement, version: int) -> dict[str, int]:
    """What each component weighs: of every agreement something else."""
    return {kind: 1 + (figure_of(agreement.id) + place * version) % 97 for place, kind in enumerate(COMPONENTS)}


def days_of(agreement: Agreement) -> dict[str, int]:
    return {kind: 1 + (figure_of(agreement.id) + place) % 89 for place, kind in enumerate(OWED_BY_VENDORS)}


def _of(agreement: Agreement) -> dict[str, UUID]:
    return {"vendor_id": agreement.vendor.id, "agreement_id": agreement.id, "distributor_id": agreement.distributor.id}


async def export_in(found: "Furnished", who: Principal) -> None:
    """Files in every state, for the integration that asks for the firm, and for somebody else of it."""
    organization = found.made.firms[who.firm].id
    for actor, readers in ((found.made.acting[who], [who]), (who.actor_id, [])):
        for status in OUTCOMES:
            word = found.made.secrets.word(*readers)
            own = {"organization_id": organization, "id": uuid4(), "actor_id": actor}
            await _add(found, "export", **own, level=who.level.value, **_asked(word), **_became(status, word))
            if status in {"DONE", "RUNNING"}:
                chunk = {"organization_id": organization, "export_id": own["id"], "actor_id": actor}
                await _add(found, "export_chunk", **chunk, position=0, content=word.encode())


def _asked(word: str) -> dict[str, Any]:
    return {
        "scopes": [],
        "needs": ["viewer:read"],
        "vendor_ids": [],
        "party_ids": [],
        "format": "CSV",
        "marked": False,
        "document": f"{{ viewer {{ {word}: webhooks {{ edges {{ node {{ url }} }} }} }} }}",
        "variables": json.dumps({"note": word}),
        "list": f"viewer.{word}",
        "requested_at": NOW,
    }


def _became(status: str, word: str) -> dict[str, Any]:
    ended = NOW if status not in {"QUEUED", "RUNNING"} else None
    done = {"expires_at": NOW + timedelta(days=1), "bytes": 12, "sha256": "0" * 64} if status == "DONE" else {}
    error = {"error": word} if status == "FAILED" else {}
    return {"status": status, "ended_at": ended, "rows": 1, "attempt": 1, **done, **error}


async def _add(found: "Furnished", table: str, **values: Any) -> None:
    holders = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await found.owner.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({holders})", *values.values())
