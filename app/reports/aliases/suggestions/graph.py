"""Suggestions as partners see them: what an unknown code may stand for, how likely, and why."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

import strawberry

from app.access.actor import Actor as Asker
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.programme.terms import AliasKind, Level
from app.reports.aliases.suggestions import queries
from app.reports.aliases.suggestions.likeness import (
    LEAST,
    Likeness,
    Source,
    likeness,
    runs,
    shared_words,
    telling_words,
)
from app.reports.aliases.suggestions.queries import Asked
from app.reports.issues import IssueCode
from app.store.database import Reader, Row

MOST = 3
"So many suggestions are made for one code."
CONVINCING = 0.8
"A code that is as much like a code is not looked for among names."
KINDS = {IssueCode.UNKNOWN_PRODUCT: AliasKind.PRODUCT, IssueCode.UNKNOWN_RESELLER_ACCOUNT: AliasKind.ACCOUNT}
"What a code stands for that a row waits for."
Question = tuple[AliasKind, Asked]


@visible("submission:read")
class Suggestion:
    """What an unknown code may stand for. It has no effect until somebody confirms it."""

    score: float
    "How alike they are, from 0 to 1."
    reason: str
    "Why, for a person: what the code has in common with the product or reseller."
    product_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]


async def suggestions_for(request: Request[Asker], asked: Sequence[Question | None]) -> list[list[Suggestion]]:
    """The likeliest meanings of each code, best first, at most three; none where nothing is asked. A vendor is told of
    products alone: whose account it is, is between distributor and reseller."""
    told: dict[Question, list[Suggestion]] = {}
    for kind in AliasKind:
        codes = list(dict.fromkeys(each[1] for each in asked if each is not None and each[0] is kind))
        if codes and (kind is AliasKind.PRODUCT or request.actor.level is Level.DISTRIBUTOR):
            found = await _found(await request.reader(), kind, codes)
            told.update({(kind, code): each for code, each in zip(codes, found, strict=True)})
    return [told.get(each, []) if each is not None else [] for each in asked]


Best = dict[UUID, Likeness]


async def _found(db: Reader, kind: AliasKind, codes: Sequence[Asked]) -> list[list[Suggestion]]:
    near, named = _ASKING[kind]
    held = [(n, run) for n, each in enumerate(codes, 1) for run in runs(each.code)]
    best: list[Best] = [{} for _ in codes]
    for row in await near(db, codes, held):
        n = row["ordinal"] - 1
        _keep(best[n], row["id"], likeness(codes[n].code, Source(row["source"]), row["text"]))
    open_ = [n for n, each in enumerate(best, 1) if max((x.score for x in each.values()), default=0.0) < CONVINCING]
    sought = [(n, word) for n in open_ for word in telling_words(codes[n - 1].code)]
    for n, id, alike in _by_name(await named(db, codes, sought) if sought else [], codes):
        _keep(best[n - 1], id, alike)
    return [[_suggestion(kind, code, *each) for each in _likeliest(own)] for code, own in zip(codes, best, strict=True)]


_ASKING: dict[AliasKind, tuple[Callable[..., Awaitable[list[Row]]], Callable[..., Awaitable[list[Row]]]]] = {
    AliasKind.PRODUCT: (queries.near_products, queries.products_named),
    AliasKind.ACCOUNT: (queries.near_resellers, queries.resellers_named),
}


def _by_name(rows: Iterable[Row], codes: Sequence[Asked]) -> Iterable[tuple[int, UUID, Likeness | None]]:
    shared: dict[tuple[int, UUID, str], dict[str, int]] = {}
    for row in rows:
        shared.setdefault((row["ordinal"], row["id"], row["text"]), {})[row["word"]] = row["names"]
    for (n, id, name), telling in shared.items():
        yield n, id, shared_words(codes[n - 1].code, name, telling)


def _keep(best: Best, id: UUID, alike: Likeness | None) -> None:
    if alike is not None and alike.score >= LEAST and (id not in best or alike.score > best[id].score):
        best[id] = alike


def _likeliest(best: Best) -> list[tuple[UUID, Likeness]]:
    return sorted(best.items(), key=lambda each: (-each[1].score, each[1].reason, each[0]))[:MOST]


def _suggestion(kind: AliasKind, code: Asked, id: UUID, alike: Likeness) -> Suggestion:
    key = Key(code.vendor_id, id)
    return Suggestion(
        score=alike.score,
        reason=alike.reason,
        product_key=key if kind is AliasKind.PRODUCT else None,
        reseller_key=key if kind is AliasKind.ACCOUNT else None,
    )
