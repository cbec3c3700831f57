"""What is measured of resellers for their tiers: purchases over the twelve months that end with the present one, their
growth on the twelve before, deals won in these months, and valid certifications.

A reseller counts all its purchases in a network; the vendor, and reviews of tiers, those that agreements disclose.
"""

from collections.abc import Sequence
from datetime import date

from app.execution.identifiers import Key
from app.partners.enrollments import queries
from app.programme.spans import months_earlier
from app.programme.tier_evaluation import Facts
from app.programme.tiers import trailing_year
from app.store.database import Reader

A_YEAR = 12


async def facts_of(db: Reader, resellers: Sequence[Key], today: date, *, disclosed: bool) -> list[Facts]:
    """What is known of each reseller, in their order."""
    months = trailing_year(today)
    before = months_earlier(months.start, A_YEAR)
    recent: list[dict[str, int]] = [{} for _ in resellers]
    earlier: list[dict[str, int]] = [{} for _ in resellers]
    for row in await queries.bought(db, resellers, before, months.start, months.end, disclosed=disclosed):
        (recent if row["recent"] else earlier)[row["ordinal"] - 1][row["currency"]] = row["amount"]
    won = await queries.deals_won(db, resellers, months.start, months.end)
    certified = await queries.certifications(db, resellers, today, disclosed=disclosed)
    return [Facts(recent[place], earlier[place], certified[place], won[place]) for place in range(len(resellers))]
