"""Writing what a credit for stock comes to: only where it is otherwise than it stands."""

from datetime import UTC, datetime

from app.execution.identifiers import Key
from app.pricing.stock_credits import queries
from app.pricing.stock_credits.figures import Figures
from app.programme.stock_credits import StockCreditStatus
from app.store.database import Row, Session


async def rewrite(session: Session, credit: Row, figures: Figures) -> bool:
    """Bring a credit that is not decided to these figures; whether anything was otherwise. Runs as `worker`."""
    key, now = Key(credit["vendor_id"], credit["id"]), datetime.now(UTC)
    if credit["revision"] and await _is_as(session, credit, key, figures):
        await queries.looked_at(session, key, now)
        return False
    status = StockCreditStatus.OPEN if figures.is_due else StockCreditStatus.NOTHING_DUE
    await queries.write_figures(session, credit, figures, status.value, now)
    return True


async def _is_as(session: Session, credit: Row, key: Key, figures: Figures) -> bool:
    """Whether a credit stands as these figures say."""
    if credit["outcome"] != figures.facts.get("outcome") or credit["amount_minor"] != figures.amount:
        return False
    stood = [tuple(row[name] for name in queries.LINE) for row in await queries.lines(session, key)]
    return stood == [line.values for line in figures.lines]
