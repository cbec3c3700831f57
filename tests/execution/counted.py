"""A request that counts the statements that it sends, with links that do not depend on the moment."""

from typing import Any

from app.execution.identifiers import Key
from app.execution.request import Request
from app.store.database import Row, Session


class PlainLinks:
    """Links that are the same for everybody who asks for the same thing."""

    def upload(self, file_id: Any) -> str:
        return f"https://upload.example/{file_id}"

    def page(self, path: str) -> str:
        return f"https://page.example{path}"

    async def upload_headers(self, actor: Any, file_id: Any, until: Any) -> dict[str, str]:
        return {"Authorization": str(file_id)}

    async def download(self, actor: Any, what: str, key: Key) -> str:
        return f"https://download.example/{what}/{key.id}"


class Counted(Request[Any]):
    """A request that counts the statements that it sends."""

    def __init__(self, actor: Any, database: Any) -> None:
        super().__init__(actor, database, "test", PlainLinks())
        self.statements = 0
        self._counting: CountingSession | None = None

    async def counted(self) -> None:
        self.statements += 1
        await self.after_statement()

    async def after_statement(self) -> None:
        """Called after every statement."""

    async def reader(self) -> "CountingSession":
        session = await super().reader()
        if self._counting is None:
            self._counting = CountingSession(session, self)
        return self._counting


class CountingSession(Session):
    """A session that counts its statements on its request."""

    def __init__(self, session: Session, request: Counted) -> None:
        super().__init__(session.connection, session._turn)
        self.request = request

    async def rows(self, statement: str, *arguments: object) -> list[Row]:
        found = await super().rows(statement, *arguments)
        await self.request.counted()
        return found

    async def row(self, statement: str, *arguments: object) -> Row | None:
        found = await super().row(statement, *arguments)
        await self.request.counted()
        return found

    async def value(self, statement: str, *arguments: object) -> Any:
        found = await super().value(statement, *arguments)
        await self.request.counted()
        return found
