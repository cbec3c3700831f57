"""Incentives for tests, written as the database's owner: an active one under an agreement, with its rule."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.programme.incentive_data import rule_as_data
from app.programme.incentive_wording import described
from app.programme.incentives import Rule
from app.store.identity import new_id
from tests.world import NOW, World


@dataclass(frozen=True)
class Offered:
    """The ids of an incentive that is in force, and of its term."""

    incentive_id: UUID
    id: UUID


async def offered(
    world: World,
    rule: Rule,
    vendor: str = "Acme",
    distributor: str = "Dist One",
    start: date = date(2025, 1, 1),
    end: date = date(2027, 1, 1),
) -> Offered:
    """An incentive that was activated under one agreement."""
    vendor_id, agreement_id = world.vendors[vendor], world.agreements[vendor, distributor]
    incentive_id, term_id = new_id(), new_id()
    data, summary = json.dumps(rule_as_data(rule)), described(rule)
    status = "ACTIVE"
    await world.add(
        "incentive",
        vendor_id=vendor_id,
        id=incentive_id,
        name="A rebate",
        kind=rule.kind.value,
        status=status,
        latest_version=1,
        created_by="a test",
        created_at=NOW,
    )
    of_version = {"vendor_id": vendor_id, "incentive_id": incentive_id, "version": 1, "status": status}
    held = {"rule": data, "summary": summary, "currency": rule.currency, "effective_start": start, "effective_end": end}
    await world.add(
        "incentive_version",
        **of_version,
        **held,
        agreement_ids=[agreement_id],
        written_by="a test",
        written_at=NOW,
        proposed_at=NOW,
        activated_at=NOW,
    )
    await world.add(
        "incentive_term",
        **of_version,
        **held,
        id=term_id,
        agreement_id=agreement_id,
        distributor_id=world.parties[vendor, distributor],
        name="A rebate",
        kind=rule.kind.value,
        proposed_at=NOW,
        activated_at=NOW,
    )
    return Offered(incentive_id, term_id)
