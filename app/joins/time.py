"""Where figures lead to what changed them, and changes to the lines behind them."""

from app.execution.connections import Connection
from app.execution.edges import attach, edge
from app.incentives.changes.graph import changes_of_term
from app.incentives.graph import IncentiveTerm
from app.incentives.statements.graph import Statement
from app.incentives.statements.standing.graph import standing_of_statements
from app.network.changes.graph import FigureChange, changes_of_distributor, changes_of_network
from app.network.changes.lines import lines_of_changes
from app.network.graph import Network
from app.network.knowledge.moments import settled
from app.partners.organizations.graph import Distributor
from app.programme.changes import ChangedFigure
from app.reports.lines.graph import SellThroughLine, lines_recorded
from app.reports.lines.sell_in.graph import SellInLine, sell_in_lines_recorded

attach(Network, changes=edge(changes_of_network))
attach(Statement, standing=standing_of_statements(settled))
attach(IncentiveTerm, accrual_changes=changes_of_term(settled))
attach(Distributor, changes=edge(changes_of_distributor))
attach(
    FigureChange,
    lines=lines_of_changes(lines_recorded, Connection[SellThroughLine], frozenset({ChangedFigure.SELL_THROUGH})),
    sell_in_lines=lines_of_changes(sell_in_lines_recorded, Connection[SellInLine], frozenset({ChangedFigure.SELL_IN})),
)
