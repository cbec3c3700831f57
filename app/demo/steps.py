"""What a newcomer can try: the three requests that the demo prints, which work when pasted."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from app.demo.credentials import CORRECTION_CSV, SELL_THROUGH_CSV, SELL_THROUGH_X12, demo_ids, samples_period
from app.programme.terms import Level
from app.settings import PROJECT

SALES = """{ viewer { vendor { network {
  sales(period: {start: "%s", end: "%s"}, by: [MONTH, DISTRIBUTOR, PRODUCT_FAMILY], first: 25) { edges { node {
    periodStart distributor { name } productFamily currency
    sellInUnits sellThroughUnits sellThroughAmount { amount } activeResellers previous { sellThroughUnits } } } } } } } }"""
ACCESS = """{ viewer { reseller { name
  enrollments(first: 10) { edges { node { program { name vendor { name } } status tier { name }
    benefits { benefit { name } granted rule } } } }
  authorizations(first: 10) { edges { node { distributor { name } status accounts } } }
  purchases(period: {start: "%s", end: "%s"}, by: [MONTH, DISTRIBUTOR], first: 10) { edges { node {
    periodStart distributor { name } units amount { amount currency } } } } } } }"""


def agreement_id() -> str:
    """The agreement that the sample reports belong to."""
    return demo_ids()["agreement"]


def sales_document() -> str:
    """The vendor's question: sell-through by month, distributor and family, in the month of the sample reports."""
    span = samples_period()
    return SALES % (span.start, span.end)


def access_document() -> str:
    """The reseller's question: its programmes, tier and benefits, its distributors, its purchases."""
    span = samples_period()
    return ACCESS % (span.start, span.end)


def next_steps(url: str, tokens: Mapping[Level, str]) -> str:
    """What to try, and a token of each level."""
    span = samples_period()
    command = _shown(Path(sys.executable).parent / "tailrace")
    period = f"--period {span.start}/{span.end}"
    return "\n".join(
        [
            "",
            f"Tailrace is ready at {url}/graphql. In another terminal, in this folder:",
            "",
            "1. The distributor submits a report, follows it, and reads the outcome of every row",
            f"   {command} submit {_shown(SELL_THROUGH_CSV)} {period}",
            f"   {command} submit {_shown(SELL_THROUGH_X12)} {period}",
            "   Then a correction: what it would change, before it is committed",
            f"   {command} submit {_shown(CORRECTION_CSV)} {period} --mode correct --preview",
            "",
            "2. The vendor sees its network's sell-through change, by month, distributor and product family",
            _curl(url, command, Level.VENDOR, sales_document()),
            "",
            "3. The reseller sees its programmes, tier and benefits, its distributors and its own purchases; nothing else",
            _curl(url, command, Level.RESELLER, access_document()),
            "",
            f"A token for each level (a new one at any time: {command} token --as vendor|distributor|reseller):",
            *(f"   {level.lower()}: {token}" for level, token in tokens.items()),
            "",
            "Ctrl-C stops the server; the data stays. `make demo` starts it again.",
        ]
    )


def _curl(url: str, command: str, level: Level, document: str) -> str:
    body = json.dumps({"query": " ".join(document.split())})
    return (
        f"   curl -s {url}/graphql -H 'Content-Type: application/json' \\\n"
        f'     -H "Authorization: Bearer $({command} token --as {level.lower()})" \\\n'
        f"     -d '{body}' | python3 -m json.tool"
    )


def _shown(path: Path) -> str:
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)
