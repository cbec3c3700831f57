"""The resellers that the scope of a term counts, as vendor and distributor see them, and the segments that a draft names, as
the vendor alone does."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.connections import Window
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.incentives.freezing import queries
from app.incentives.rules.graph import IncentiveScope
from app.store.database import Row

Loader = Callable[[Request[Actor], Sequence[Key]], Awaitable[Sequence[Any]]]


def resellers_of_scopes(node: Callable[[Row], Any], page: object) -> Any:
    """The edge from the scope of a term to its resellers, which another feature makes of rows."""

    async def resellers(
        request: Request[Actor],
        parents: Sequence[IncentiveScope],
        selection: Selection,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Any]:
        """Of a term, the distributor's own resellers whose purchases count, as they were written down when it was proposed;
        a record that was merged into another brings that one in. Null where sales to all resellers count, and of a version:
        each of its terms has its own."""
        window = Window.of(queries.IN_ORDER, first=first, after=after, last=last, before=before)
        places = [place for place, each in enumerate(parents) if each.agreement_id and each.scope.resellers]
        found: list[Any] = [None] * len(parents)
        keys = [Key(parents[place].vendor_id, parents[place].agreement_id or UUID(int=0)) for place in places]
        lists = [UUID(min(parents[place].scope.resellers)) for place in places]
        if places:
            answers = await pages(request, keys, queries.OF_SCOPE, window, selection, node, (lists,))
            for place, answer in zip(places, answers, strict=True):
                found[place] = answer
        return found

    resellers.__annotations__["return"] = list[page | None]  # type: ignore[valid-type]
    return edge(resellers)


def segments_of_scopes(loader: Loader, node: object) -> Any:
    """The edge from the scope of a version to the segments that it names, which another feature loads."""

    async def segments(
        request: Request[Actor], parents: Sequence[IncentiveScope], selection: Selection
    ) -> list[list[Any]]:
        """Only sales to resellers in one of these segments, at most 250; none where all resellers count, and of a term,
        whose resellers are listed."""
        named = [[Key(each.vendor_id, UUID(id)) for id in sorted(each.scope.segments)] for each in parents]
        keys = list(dict.fromkeys(key for own in named for key in own))
        found = dict(zip(keys, await loader(request, keys), strict=True)) if keys else {}
        return [[found[key] for key in own if found[key] is not None] for own in named]

    segments.__annotations__["return"] = list[list[node]]  # type: ignore[valid-type]
    return edge(segments, permission=Permission.SEGMENT_READ)
