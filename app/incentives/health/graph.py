"""The health of a programme as its vendor sees it: what is wrong with its design, and what would help."""

from collections.abc import Sequence
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.incentives.health import queries
from app.programme.health import Agreed, Finding, Gated, HealthFindingKind, Offered, findings
from app.programme.terms import Level
from app.store.database import Reader

values(HealthFindingKind)


@visible("incentive:read")
class ProgramFinding:
    """Something that is wrong with how a programme is designed."""

    incentive_key: strawberry.Private[Key | None]
    agreement_key: strawberry.Private[Key | None]
    kind: HealthFindingKind
    "What is wrong."
    evidence: str
    "On what it stands, with the numbers."
    remedy: str
    "What would put it right."


async def health_of_network(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[ProgramFinding] | None]:
    """What is wrong with the design of the vendor's programmes today. Null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    db = await request.reader()
    return [[_shown(each) for each in await _found(db, parent.key)] for parent in parents]


async def _found(db: Reader, vendor: Key) -> list[Finding[Key]]:
    id = vendor.vendor_id
    offers = [
        Offered(
            incentive=Key(id, row["incentive_id"]),
            name=row["name"],
            agreement=Key(id, row["agreement_id"]),
            distributor=row["distributor"],
            kind=row["kind"],
            basis=row["basis"],
            program=row["program"],
            fitting=frozenset(row["fitting"]),
            days_in_force=row["days_in_force"],
            earns=row["earns"],
            quiet_days=row["quiet_days"],
        )
        for row in await queries.offers(db, id)
    ]
    gates = [
        Gated(Key(id, row["incentive_id"]), *(row[name] for name in ("name", "gate", "statements", "measured", "met")))
        for row in await queries.gates(db, id)
    ]
    agreed = [
        Agreed(
            Key(id, row["agreement_id"]),
            row["distributor"],
            row["enabled"],
            row["required_certifications"],
            row["has_stock_standard"],
            row["stock_quiet_days"],
        )
        for row in await queries.agreed(db, id)
    ]
    return list(findings(offers, gates, agreed))


def _shown(found: Finding[Key]) -> ProgramFinding:
    return ProgramFinding(
        incentive_key=found.incentive,
        agreement_key=found.agreement,
        kind=found.kind,
        evidence=found.evidence,
        remedy=found.remedy,
    )
