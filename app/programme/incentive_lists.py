"""Segments in the scope of an incentive, and the lists that are frozen of them.

A rule that is being drafted names segments of the vendor's own. When it is proposed, those of each distributor's resellers
that belong to one are written down, once for every set of segments that the rule names; from then on the rule reads these
lists, by their name, and no segment any more. Every agreement has its own list under the same name. The name follows from
the incentive, the version and the segments, so that it never has to be looked up.
"""

from dataclasses import replace
from uuid import UUID, uuid5

from app.programme.incentives import Measure, Rule, Scope


def is_divided(rule: Rule) -> bool:
    """Whether a rule counts the resellers of some segments alone."""
    return bool(rule.qualifying.scope.segments or rule.paying.scope.segments)


def lists_of(rule: Rule, incentive_id: UUID, version: int) -> dict[UUID, frozenset[str]]:
    """The segments, ids as text, of each list that is frozen when this version of an incentive is proposed, by its name."""
    scopes = (rule.qualifying.scope, rule.paying.scope)
    return {_name(scope, incentive_id, version): scope.segments for scope in scopes if scope.segments}


def frozen(rule: Rule, incentive_id: UUID, version: int) -> Rule:
    """The same rule as it is offered: with its lists in place of the segments."""

    def listed(measure: Measure) -> Measure:
        scope = measure.scope
        if not scope.segments:
            return measure
        name = str(_name(scope, incentive_id, version))
        return replace(measure, scope=replace(scope, segments=frozenset(), resellers=frozenset({name})))

    return replace(rule, qualifying=listed(rule.qualifying), paying=listed(rule.paying))


def _name(scope: Scope, incentive_id: UUID, version: int) -> UUID:
    return uuid5(incentive_id, f"{version} {' '.join(sorted(scope.segments))}")
