"""The log: one JSON object a line on standard error, with request ids and without secrets or anybody's data.

Our own lines go straight there, because every request writes one; those of libraries come by way of Python's logging.
"""

import json
import logging
import sys

import msgspec
import structlog


def configure(level: str) -> None:
    """Send our own log and those of the libraries the same way. Exceptions are told without the values of variables."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_line)],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for quiet in ("authlib", "pgqueuer", "uvicorn.access", "httpx", "httpcore", "alembic"):
        logging.getLogger(quiet).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


_encode = msgspec.json.Encoder(enc_hook=str).encode


def _line(event: structlog.typing.EventDict, **_: object) -> bytes:
    """An event as JSON. What only Python's own writer can write, such as half a character, it writes."""
    try:
        return _encode(event)
    except (TypeError, ValueError):
        return json.dumps(event, default=str).encode()
