"""Which resellers a scope counts alone: those of a frozen list, or, in a rule that is not offered to anybody yet, those that
belong to a segment today.

Both are the own resellers of the distributor under the agreement `a` whose facts `f` are measured.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

from app.programme.incentives import Scope
from app.segments.queries import own_members

KNOWN = "SELECT id FROM known"
"The changes of the facts that were known at the moment asked for, where one is."


def within_lists(scope: Scope, reseller: str, argument: Callable[[object, str], str], then: bool) -> Iterator[str]:
    """The conditions that the column `reseller` of a fact lies in what a scope names; `then` asks who stood in the lists at
    a moment, and not who stands in them."""
    if scope.segments:
        segments = argument(_ids(scope.segments), "uuid[]")
        yield f"(a.agreement_id, {reseller}) IN ({own_members('$1', segments)})"
    if scope.resellers:
        stands = "n.replaced IS NULL"
        if then:
            began = f"(n.recorded IS NULL OR n.recorded IN ({KNOWN}))"
            stands = f"{began} AND (n.replaced IS NULL OR n.replaced NOT IN ({KNOWN}))"
        names = argument(_ids(scope.resellers), "uuid[]")
        yield (
            "EXISTS (SELECT FROM incentive_reseller n WHERE n.vendor_id = $1 AND n.agreement_id = a.agreement_id"
            f" AND n.reseller_id = {reseller} AND n.list_id = ANY ({names}) AND {stands})"
        )


def _ids(values: frozenset[str]) -> list[UUID]:
    return [UUID(each) for each in sorted(values)]
