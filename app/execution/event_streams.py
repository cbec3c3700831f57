"""Answers as server-sent events: one HTTP request, one stream (GraphQL over SSE, distinct connections mode).

A client gets a stream only where it accepts nothing else that we have: clients that list `text/event-stream` among
others are answered in JSON, as they expect. Each answer is a `next`; `complete` says that nothing more will come. A
server that is about to stop ends the stream without `complete`, so that clients connect again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.http.streaming import SSETransport, merge_stream_with_heartbeat

from app.execution.http import BadRequest, media_type
from app.execution.subscriptions import LONGEST_SEND, Answer, Ended, Leaving

EVENT_STREAM = "text/event-stream"
COMMENT_EVERY = 15.0
"Seconds after which a comment is sent, so that nobody between takes the connection for dead."


def wants_events(accept: str) -> bool:
    """Whether the client takes server-sent events, and no JSON."""
    if not SSETransport().accepts(accept):
        return False
    try:
        media_type(accept)
    except BadRequest:
        return True
    return False


class EventStream(Response):
    """Answers as server-sent events, until there are no more or nobody takes them."""

    def __init__(
        self,
        answers: AsyncGenerator[Answer, None],
        *,
        comment_every: float = COMMENT_EVERY,
        longest_send: float = LONGEST_SEND,
    ) -> None:
        self._transport = SSETransport(comment_every)
        super().__init__(headers=self._transport.headers)
        del self.headers["content-length"]
        self._answers = answers
        self._comment_every, self._longest_send = comment_every, longest_send

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.wait({sending, leaving})
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        comment = self._transport.encode_comment("still here")
        events = merge_stream_with_heartbeat(
            self._encoded, lambda: comment, self._comment_every, send_initial_heartbeat=False
        )()
        async with aclosing(self._answers), aclosing(events):
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            try:
                async for event in events:
                    async with asyncio.timeout(self._longest_send):
                        await send({"type": "http.response.body", "body": event.encode(), "more_body": True})
            except TimeoutError:
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _encoded(self) -> AsyncGenerator[str, None]:
        try:
            async for answer in self._answers:
                yield self._transport.encode_event("next", msgspec.json.encode(answer.body).decode())
        except Ended:
            pass
        except Leaving:
            return
        yield self._transport.encode_complete()


async def _left(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
