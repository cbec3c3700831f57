"""What a missed volume commitment does to rebates: where it was agreed that a period earns none then, and finance has
settled it so, every rebate of a pay period that ends in that volume period has one gate more, which is missed.

Bonuses, allowances and other incentives are no rebates, and have none.
"""

from dataclasses import replace
from datetime import timedelta

from app.incentives.statements.calculating.gates import queries
from app.incentives.statements.calculating.gates.evidence import Subject
from app.programme.figures import GateEvidence
from app.programme.incentives import Gate, Rule
from app.programme.money import MICRO
from app.programme.money_terms import GateEffect, GateKind, IncentiveKind
from app.store.database import Reader

REBATES = frozenset({IncentiveKind.VOLUME_REBATE, IncentiveKind.GROWTH_REBATE})


async def under_commitment(db: Reader, subject: Subject) -> tuple[Rule, list[GateEvidence]]:
    """The rule, with the gate and its evidence where the rebate is void; else the rule as it is."""
    rule = subject.rule
    if rule.kind not in REBATES:
        return rule, []
    last = subject.span.end - timedelta(days=1)
    void = await queries.voided(db, subject.vendor_id, subject.agreement_id, last)
    if void is None:
        return rule, []
    name = f"volume commitment of {void['period_start']}"
    while any(gate.name == name for gate in rule.gates):
        name = f"the {name}"
    found = (
        f"The volume commitment from {void['period_start']} until {void['period_end']} was missed;"
        " as agreed, no rebate is paid for it."
    )
    gate = Gate(GateKind.PROVEN, name, MICRO, GateEffect.VOID)
    return replace(rule, gates=(*rule.gates, gate)), [GateEvidence(name, 0, found)]
