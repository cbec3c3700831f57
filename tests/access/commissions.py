"""What random networks hold of commissions: plans, some for agents of one country alone, what is assigned to two resellers
of every vendor, and their statements of every state."""

from datetime import date
from typing import TYPE_CHECKING, Any

from app.programme.terms import Level
from tests import commission_rows as commissions
from tests.access.networks import TODAY, Party, vendor
from tests.money_rows import Owner
from tests.reward_rows import NOWHERE

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = ("commission_plan", "agent_assignment", "commission_statement", "commission_line", "commission_approval")
START, END = date(TODAY.year - 1, 1, 1), date(TODAY.year + 1, 1, 1)
STATES = ("PAID", "APPROVED", "CALCULATED", "ACCRUING")
BOOK = 1_234_567_891
"A book value that occurs nowhere else; no agent reads it."


async def commissions_in(writing: "Writing") -> None:
    """Of every vendor: two plans for all agents, the second in the place of the first, and two for agents in a country in
    which nobody is, of one of which somebody has earned all the same."""
    of = writing.of
    product = next(each.id for each in writing.made.products if each.vendor is of)
    assigned = [each for each in writing.parties(Level.RESELLER) if each.disclosed][:2]
    everybody = [each for each in writing.parties(Level.RESELLER) if each.partner_type == "AGENT" or each in assigned]
    days = (product, START, END)
    first = await commissions.plan(_told(writing, everybody), of.id, *days)
    plan = await commissions.plan(_told(writing, everybody), of.id, *days, first)
    elsewhere = await commissions.plan(_told(writing, []), of.id, *days)
    earned = await commissions.plan(_told(writing, assigned[:1]), of.id, *days, elsewhere)
    db = writing.found.owner
    for id in (elsewhere, earned):
        await db.execute("UPDATE commission_plan SET countries = $2 WHERE id = $1", id, [NOWHERE])
    await db.execute("UPDATE commission_plan SET valuation = 'BOOK' WHERE id = $1", earned)
    for each in assigned:
        owner, agent = _told(writing, [each]), await _agent(writing, each, product)
        if agent is not None:
            assignment = await commissions.assignments(owner, agent, START, END)
            for month, status in enumerate(STATES, 1):
                span = date(TODAY.year - 1, month, 1), date(TODAY.year - 1, month + 1, 1)
                await commissions.statement(owner, agent, plan, assignment, status, *span)
            if each is assigned[0]:
                span = date(TODAY.year - 1, 1, 1), date(TODAY.year - 1, 2, 1)
                paid = await commissions.statement(owner, agent, earned, assignment, "PAID", *span)
                await _at_book(writing, paid)
    await commissions.run(writing.owner(), of.id, plan)


async def _at_book(writing: "Writing", statement_id: Any) -> None:
    """Value a statement at book prices, which its agent does not read."""
    writing.made.secrets.readers["1234.567891"] = {
        who for who in writing.made.principals() if who.level is Level.VENDOR
    }
    db = writing.found.owner
    await db.execute("UPDATE commission_statement SET base = $2, told_base = NULL WHERE id = $1", statement_id, BOOK)
    await db.execute(
        "UPDATE commission_line SET amount = $2, told_amount = NULL, told_share_minor = NULL WHERE statement_id = $1",
        statement_id,
        BOOK,
    )


async def _agent(writing: "Writing", party: Party, product_id: Any) -> commissions.Agent | None:
    """An agent, with a line that another reseller bought."""
    db, of = writing.found.owner, writing.of
    line = await db.fetchrow(
        "SELECT submission_id, row_number, component, recorded FROM sell_through_line WHERE vendor_id = $1"
        " AND component BETWEEN 0 AND 1 ORDER BY recorded, row_number LIMIT 1",
        of.id,
    )
    deal = await db.fetchval("SELECT id FROM deal WHERE vendor_id = $1 AND reseller_id = $2 LIMIT 1", of.id, party.id)
    buyer = next((each for each in writing.parties(Level.RESELLER) if each is not party), None)
    if line is None or buyer is None:
        return None
    return commissions.Agent(of.id, party.id, buyer.id, product_id, deal, tuple(line.values()))


def _told(writing: "Writing", agents: list[Party]) -> Owner:
    """Writes texts that the vendor reads, and these agents."""
    readers = {"V": [vendor(writing.of.firm)], "R": [party.principal for party in agents]}
    secrets = writing.made.secrets
    return Owner(writing.found.owner, lambda letters: secrets.word(*(who for each in letters for who in readers[each])))
