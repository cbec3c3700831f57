"""Documents as the vendor and the one partner see them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.enablement import queries as certifications
from app.enablement.documents import queries
from app.enablement.documents.inputs import DocumentFilter
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.programme.documents import DocumentStatus, PartnerDocumentKind, Screening, is_expired
from app.store.database import Row

DOCUMENT = "document"
"What a link to a document is for."


class HasKey(Protocol):
    """A vendor, an agreement, a reseller."""

    @property
    def key(self) -> Key: ...


async def links_to_documents(
    request: Request[Actor], parents: "Sequence[ComplianceDocument]", selection: Selection
) -> list[str]:
    """A link to its bytes, for you alone and for some minutes."""
    return [await request.links.download(request.actor, DOCUMENT, parent.key) for parent in parents]


@visible("document:read")
class ComplianceDocument(Node):
    """A document about a partner: due diligence, registration, tax, insurance, signed terms."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    kind: PartnerDocumentKind
    "What it is about."
    title: str
    "Its title."
    valid_until: date | None
    "Its last day; null where it does not expire."
    expired: bool
    "Whether its last day is over."
    status: DocumentStatus
    "What was decided about it."
    reason: str | None
    "Why it was rejected."
    screening: Screening | None
    "What a screening of the partner found; null for the partner."
    decided_by: str | None
    "Who of the vendor decided; null for the partner."
    decided_at: datetime | None
    "When the vendor decided."
    filename: str
    "Its file's name."
    media_type: str
    "What kind of file its bytes are."
    byte_size: int
    "How many bytes it has."
    sha256: str
    "The SHA-256 of its bytes."
    added_at: datetime
    "When it was handed in."
    download_url = edge(links_to_documents)

    @classmethod
    def of(cls, row: Row) -> "ComplianceDocument":
        key = Key(row["vendor_id"], row["id"])
        agreement: UUID | None = row["agreement_id"]
        reseller: UUID | None = row["reseller_id"]
        names = ("title", "valid_until", "reason", "decided_by", "decided_at", "filename", "media_type", "byte_size")
        return cls(
            id=strawberry.ID(global_id("ComplianceDocument", key)),
            key=key,
            agreement_key=None if agreement is None else Key(key.vendor_id, agreement),
            reseller_key=None if reseller is None else Key(key.vendor_id, reseller),
            kind=PartnerDocumentKind(row["kind"]),
            expired=is_expired(row["valid_until"], datetime.now(UTC).date()),
            status=DocumentStatus(row["status"]),
            screening=None if row["screening"] is None else Screening(row["screening"]),
            sha256=row["sha256"],
            added_at=row["added_at"],
            **{name: row[name] for name in names},
        )


def _narrowed(filter: DocumentFilter | None) -> tuple[str | None, str | None]:
    kept = filter or DocumentFilter()
    return kept.status.value if kept.status else None, kept.kind.value if kept.kind else None


async def documents_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DocumentFilter | None = None,
) -> list[Connection[ComplianceDocument]]:
    """Documents of partners in its network, the newest first: all for the vendor, a partner's own for it."""
    of = _narrowed(filter)
    window = Window.of(certifications.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.of_vendor(request.actor.level)
    return await pages(request, keys, listed, window, selection, ComplianceDocument.of, of)


async def documents_of_agreement(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DocumentFilter | None = None,
) -> list[Connection[ComplianceDocument]]:
    """Documents of the distributor under this agreement, the newest first."""
    of = _narrowed(filter)
    window = Window.of(certifications.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.of_agreement(request.actor.level)
    return await pages(request, keys, listed, window, selection, ComplianceDocument.of, of)


async def documents_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DocumentFilter | None = None,
) -> list[Connection[ComplianceDocument]]:
    """Its documents, the newest first; a distributor reads none of them."""
    of = _narrowed(filter)
    window = Window.of(certifications.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.of_reseller(request.actor.level)
    values = (*certifications.as_reseller(request.actor), *of)
    return await pages(request, keys, listed, window, selection, ComplianceDocument.of, values)


async def documents_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[ComplianceDocument | None]:
    """Documents of partners of the asking vendor, or of the asking partner."""
    found: list[ComplianceDocument | None] = [None] * len(keys)
    for row in await queries.documents(await request.reader(), request.actor.level, keys):
        found[row["ordinal"] - 1] = ComplianceDocument.of(row)
    return found
