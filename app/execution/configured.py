"""What a deployment's settings say of how much may be asked, by whom, and from where."""

from collections.abc import Awaitable, Callable, Collection

from starlette.middleware import Middleware

from app.execution.admission import Admission, Rates
from app.execution.limits import Limits
from app.execution.origins import Origins
from app.execution.overload import Capacity, Envelope, Overload
from app.execution.trusted import Trusted, documents_in, documents_of
from app.settings import Settings
from app.store.database import Lanes


def limits(settings: Settings) -> Limits:
    """How large a document may be."""
    return Limits(
        characters=settings.longest_document,
        tokens=settings.most_tokens,
        fields=settings.most_fields,
        aliases=settings.most_aliases,
        depth=settings.deepest_field,
        cost=settings.cost_per_request,
    )


def admission(settings: Settings) -> Admission:
    """How much may be asked in a minute. Raises ValueError where Redis is set and cannot be used."""
    rates = Rates(
        points=settings.cost_per_minute,
        requests=settings.requests_per_minute,
        uploads=settings.uploads_per_minute,
        tokens=settings.token_requests_per_minute,
    )
    return Admission(rates, settings.redis_url.get_secret_value() if settings.redis_url is not None else None)


def trusted(settings: Settings) -> Trusted:
    """The documents that clients may name by hash. Raises ValueError where the manifest cannot be read."""
    documents = documents_in(settings.trusted_operations)
    if settings.trusted_manifest is not None:
        documents |= documents_of(settings.trusted_manifest)
    return Trusted(documents, only=settings.trusted_only, only_clients=settings.trusted_only_clients)


def lanes(settings: Settings) -> Lanes:
    """How many connections to the database a server process has, and for what."""
    return Lanes(settings.quick_connections, settings.heavy_connections, settings.long_connections)


def passed_through(settings: Settings, known: Callable[[], Awaitable[Collection[str]]]) -> list[Middleware]:
    """What every request passes through before it is worked on. `known` tells the origins of web pages that may call."""
    capacity = Capacity(
        requests=settings.requests_at_once,
        uploads=min(settings.uploads_at_once, settings.long_connections - 1),
        waiting=settings.waiting_at_once,
        longest_wait=settings.longest_wait,
    )
    return [
        Middleware(Origins, known=known),
        Middleware(Envelope, settings.longest_address, settings.longest_headers),
        Middleware(Overload, capacity),
    ]
