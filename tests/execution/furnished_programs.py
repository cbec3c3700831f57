"""Of programmes something of everything: terms, tiers that are at risk, a pinned tier, a suspension that lies ahead, and an
application."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.conftest import Api
from tests.api.partners_kit import a_club, done, once, party_gid

TERMS = {"months": [1, 7], "day": 1, "graceDays": 90}


async def furnish_programs(api: Api) -> None:
    """Two clubs whose tiers are reviewed: in the one a review has begun days of grace, in the other one would."""
    for name in ("Reviewed Club", "Club to review"):
        program, enrolled = await _club(api, name)
        await api.world.connection.execute(
            "UPDATE enrollment SET since = '2025-01-01' WHERE program_id = (SELECT id FROM program WHERE name = $1)",
            name,
        )
        if name == "Reviewed Club":
            payload = await (await api.vendor()).act("vendor/review_tiers.graphql", programId=program)
            assert payload["atRisk"] == 2, payload
        later = (datetime.now(UTC).date() + timedelta(days=400)).isoformat()
        given = {"enrollmentId": enrolled["id"], "expectedVersion": 1, "reason": "Audit.", "effectiveOn": later}
        await done(await api.vendor(), "vendor/suspend_enrollment.graphql", **given)
    given = {"enrollmentId": enrolled["id"], "expectedVersion": 2, "reason": "Promised.", "tierPinnedUntil": later}
    await done(await api.vendor(), "vendor/decide_enrollment.graphql", **given)
    open_club = await done(await api.vendor(), "vendor/create_program.graphql", **a_club(name="Open Club"))
    application = {"programId": open_club["id"], "idempotencyKey": once()}
    await done(await api.reseller(), "reseller/apply_to_program.graphql", **application)
    await _segments(api, program)


async def _segments(api: Api, program: str) -> None:
    """One by everything that a rule may name, with somebody in it by hand; and one without a rule."""
    vendor = await api.vendor()
    rule = {"partnerTypes": ["VAR"], "countries": ["DE"], "programId": program, "fromRank": 2}
    given = {"name": "Golden", "description": "Those that we visit.", "rule": rule, "idempotencyKey": once()}
    golden = await done(vendor, "vendor/create_segment.graphql", **given)
    chosen = [party_gid(api, "Reseller", "Acme", "Reseller One")]
    given = {"segmentId": golden["id"], "expectedVersion": 1, "addResellerIds": chosen}
    await done(vendor, "vendor/update_segment.graphql", **given)
    await done(vendor, "vendor/create_segment.graphql", name="By hand", idempotencyKey=once())


async def _club(api: Api, name: str) -> tuple[str, dict[str, Any]]:
    """A programme with all its terms, and two resellers in its highest tier."""
    vendor = await api.vendor()
    club = a_club(
        name=name,
        reviews=TERMS,
        partnerTypes=["VAR"],
        countries=["DE"],
        autoApproval={"partnerTypes": ["VAR"], "countries": ["DE"]},
        fits=[{"kind": "SPIFF", "partnerTypes": ["VAR"]}],
        tiers=[
            {"name": "Member", "requirements": []},
            {"name": "Gold", "requirements": [{"kind": "PURCHASES", "needed": "900000000", "currency": "EUR"}]},
        ],
    )
    program = str((await done(vendor, "vendor/create_program.graphql", **club))["id"])
    enrolled: dict[str, Any] = {}
    for reseller in ("Reseller One", "Reseller Two"):
        given = {"programId": program, "tierRank": 2, "idempotencyKey": once()}
        given["resellerId"] = party_gid(api, "Reseller", "Acme", reseller)
        enrolled = await done(vendor, "vendor/enroll_reseller.graphql", **given)
    return program, enrolled
