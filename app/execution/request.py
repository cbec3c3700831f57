"""What one request carries through the graph: who asks, one read-only snapshot, and the batches under way.

The snapshot is opened when the first edge needs it, so a document that reads nothing costs no connection. A mutation's
payload is read in a snapshot of its own, taken after its transaction has been committed.
"""

import asyncio
from collections.abc import Callable, Hashable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from app.execution.identifiers import Key
from app.store.database import Context, Database, Lane, Reader


class Asker(Protocol):
    """Who asks, as far as execution needs to know."""

    @property
    def level(self) -> Any: ...

    @property
    def permissions(self) -> frozenset[Any]: ...

    def context(self) -> Context: ...


A = TypeVar("A", bound=Asker)
A_contra = TypeVar("A_contra", contravariant=True)


class Links(Protocol[A_contra]):
    """Links outside the graph, each bound to who asked for it and to a short time."""

    def upload(self, file_id: UUID) -> str: ...

    def page(self, path: str) -> str: ...

    async def upload_headers(self, actor: A_contra, file_id: UUID, until: datetime) -> dict[str, str]: ...

    async def download(self, actor: A_contra, what: str, key: Key) -> str: ...


class Request(Generic[A]):
    """One GraphQL request. Used as an asynchronous context manager, which ends its snapshot."""

    def __init__(self, actor: A, database: Database, request_id: str, links: Links[A]) -> None:
        self.actor = actor
        self.database = database
        self.request_id = request_id
        self.links = links
        self.lane = Lane.QUICK
        "The lane that its snapshots go by; acts are quick."
        self._batches: dict[Hashable, DataLoader[Any, Any]] = {}
        self._loading: set[asyncio.Task[Any]] = set()
        self._over = False
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._reader: Reader | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        await self._settle()
        await self._stack.__aexit__(kind, error, trace)

    async def reader(self) -> Reader:
        """The request's one snapshot."""
        async with self._opening:
            if self._reader is None:
                reading = self.database.on(self.lane).reading(self.actor.context())
                self._reader = await self._stack.enter_async_context(reading)
            return self._reader

    async def look_again(self) -> None:
        """End the snapshot, so that what follows sees what was just committed."""
        await self._settle()
        async with self._opening:
            await self._stack.aclose()
            self._stack, self._reader = AsyncExitStack(), None
            self._batches.clear()

    def batch(self, key: Hashable, load: Callable[[list[Any]], Any]) -> DataLoader[Any, Any]:
        """The batch that collects the parents of one field of the document."""
        found = self._batches.get(key)
        if found is None:
            found = self._batches[key] = DataLoader(load_fn=partial(self._load, load), cache=False)
        return found

    async def _load(self, load: Callable[[list[Any]], Any], parents: list[Any]) -> Any:
        if self._over:
            raise RuntimeError("The request has been answered; nothing is read for it any more.")
        task = asyncio.current_task()
        assert task is not None
        self._loading.add(task)
        try:
            return await load(parents)
        finally:
            self._loading.discard(task)

    async def _settle(self) -> None:
        """Wait for the batches under way. graphql-core answers as soon as an error has nulled what they are for, and a
        statement still running would get into the next transaction of its connection."""
        while self._loading:
            await asyncio.wait(self._loading)
