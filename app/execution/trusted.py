"""Trusted documents: operations that are known beforehand, so that a client sends a hash instead of the text.

Known are the operations of the contract (graphql/operations), under the SHA-256 of the file and of its text as graphql
prints it, and those of a manifest that GraphQL codegen's client preset writes (persisted-documents.json), under the
hashes in it. A deployment may demand of some clients, or of all, that they send nothing else. A trusted document is still
subject to permissions, row-level security, limits and cost.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from app.execution.errors import ErrorCode, Fault, bad_input
from graphql import parse, print_ast

NOT_FOUND = "PersistedQueryNotFound"
"As Apollo's and urql's clients know it; they then send the text beside the hash."


class Untrusted(Fault):
    """A client that has to send trusted documents sent another."""

    def __init__(self) -> None:
        super().__init__(
            ErrorCode.FORBIDDEN,
            "This client may only send trusted documents: send `documentId`, or `extensions.persistedQuery.sha256Hash`, of "
            "an operation in graphql/operations or in the manifest of your deployment.",
        )


class Trusted:
    """The trusted documents, and of whom they are demanded."""

    def __init__(
        self, documents: Mapping[str, str] | None = None, *, only: bool = False, only_clients: Iterable[str] = ()
    ) -> None:
        self._documents = dict(documents or {})
        self._texts = frozenset(self._documents.values())
        self._only, self._only_clients = only, frozenset(only_clients)

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, query: str, document_id: str | None, extensions: Mapping[str, Any] | None, client: str) -> str:
        """The document that is meant. Raises BAD_USER_INPUT where it is unknown, FORBIDDEN where it has to be trusted."""
        digest = _hash_in(extensions)
        named = document_id if document_id is not None else digest
        if query:
            if digest is not None and digest != sha256(query):
                raise bad_input("`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`.")
            if self._demanded(client) and query not in self._texts and sha256(query) not in self._documents:
                raise Untrusted
            return query
        if named is None:
            raise bad_input("Say what you ask in `query`, or name a trusted document in `documentId`.")
        found = self._documents.get(named.lower().removeprefix("sha256:"))
        if found is None:
            raise self._unknown(named, client)
        return found

    def _demanded(self, client: str) -> bool:
        return self._only or client in self._only_clients

    def _unknown(self, named: str, client: str) -> Fault:
        if self._demanded(client):
            return Untrusted()
        hint = f"No trusted document has the hash {named[:80]!r}. Send its text in `query`."
        return Fault(ErrorCode.BAD_USER_INPUT, NOT_FOUND, {"reason": "PERSISTED_QUERY_NOT_FOUND", "hint": hint})


def _hash_in(extensions: Mapping[str, Any] | None) -> str | None:
    persisted = extensions.get("persistedQuery") if extensions else None
    if persisted is None:
        return None
    found = persisted.get("sha256Hash") if isinstance(persisted, Mapping) else None
    if not isinstance(found, str):
        raise bad_input('`extensions.persistedQuery` is like {"version": 1, "sha256Hash": "…"}.')
    return found.lower()


def sha256(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def documents_in(folder: Path) -> dict[str, str]:
    """The operations in a folder and those below it, by their hashes."""
    found = {}
    for file in sorted(folder.rglob("*.graphql")):
        text = file.read_text(encoding="utf-8")
        found[sha256(text)] = text
        found[sha256(print_ast(parse(text)))] = text
    return found


def documents_of(manifest: Path) -> dict[str, str]:
    """The documents of a manifest: a JSON object of hashes and texts. Raises ValueError where it is none."""
    try:
        read = msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError) as reason:
        raise ValueError(
            f"{manifest} is no manifest of trusted documents ({reason}). It is the persisted-documents.json that GraphQL "
            'codegen\'s client preset writes: {"<hash>": "query …"}.'
        ) from reason
    return {digest.lower(): text for digest, text in read.items()}
