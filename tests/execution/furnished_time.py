"""Of time and of the performance of incentives something of everything: a rule about kinds of resellers, a programme whose
matrix it does not fit, and statements that stood somewhere in the past."""

from datetime import date

from app.programme.incentives import Scope
from tests.api.conftest import Api
from tests.api.statements_kit import BOOK, rebate
from tests.incentives_kit import offered


async def furnish_time(api: Api) -> None:
    """Give Acme and Dist One an incentive that pays on sales to some kinds of resellers, and fits no matrix."""
    world = api.world
    kinds = frozenset(await _kinds(api))
    paying = type(BOOK)(BOOK.basis, BOOK.unit, BOOK.valuation, Scope(partner_types=kinds))
    await offered(world, rebate(paying=paying), start=date(2026, 1, 1), end=date(2027, 1, 1))
    program = await world.connection.fetchval(
        "SELECT program_id FROM agreement WHERE id = $1", world.agreements["Acme", "Dist One"]
    )
    fit = {"vendor_id": world.vendors["Acme"], "program_id": program, "kind": "TARGET_BONUS", "partner_types": []}
    await world.connection.execute("DELETE FROM program_fit WHERE program_id = $1", program)
    await world.add("program_fit", **fit)
    await world.connection.execute("UPDATE statement_standing SET known_at = known_at - interval '1 year'")


async def _kinds(api: Api) -> list[str]:
    rows = await api.world.connection.fetch("SELECT DISTINCT partner_type FROM party WHERE partner_type IS NOT NULL")
    return [row["partner_type"] for row in rows]
