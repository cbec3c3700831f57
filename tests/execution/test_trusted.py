"""Trusted documents: known beforehand, named by a hash, and of some clients demanded."""

import hashlib
from pathlib import Path

import pytest

from app.execution.errors import Fault
from app.execution.trusted import Trusted, documents_in, documents_of, sha256
from app.settings import PROJECT
from graphql import parse, print_ast
from tests.execution.reckoning import codes

TEXT = "query Roles { viewer { roles } }"


def test_a_document_may_be_named_by_its_hash() -> None:
    trusted = Trusted({sha256(TEXT): TEXT})
    assert sha256(TEXT) == hashlib.sha256(TEXT.encode()).hexdigest()
    for named in (sha256(TEXT), sha256(TEXT).upper(), f"sha256:{sha256(TEXT)}"):
        assert trusted.text("", named, None, "client") == TEXT
    extension = {"persistedQuery": {"version": 1, "sha256Hash": sha256(TEXT)}}
    assert trusted.text("", None, extension, "client") == TEXT
    assert trusted.text(TEXT, None, extension, "client") == TEXT


def test_an_unknown_hash_is_told_as_clients_know_it() -> None:
    with pytest.raises(Fault, match=r"^PersistedQueryNotFound$") as refused:
        Trusted().text("", "ab", None, "client")
    assert refused.value.extensions is not None
    assert refused.value.extensions["code"] == "BAD_USER_INPUT"
    assert refused.value.extensions["reason"] == "PERSISTED_QUERY_NOT_FOUND"
    with pytest.raises(Fault, match="is not the SHA-256 of `query`"):
        Trusted().text(TEXT, None, {"persistedQuery": {"sha256Hash": "ab"}}, "client")
    with pytest.raises(Fault, match="is like"):
        Trusted().text(TEXT, None, {"persistedQuery": "ab"}, "client")


def test_trusted_documents_may_be_demanded_of_some_clients_or_all() -> None:
    known = {sha256(TEXT): TEXT}
    some, everyone = Trusted(known, only_clients=["strict"]), Trusted(known, only=True)
    assert some.text("{ viewer { scopes } }", None, None, "free") == "{ viewer { scopes } }"
    for trusted, client in ((some, "strict"), (everyone, "any")):
        assert trusted.text(TEXT, None, None, client) == TEXT
        for query, named in (("{ viewer { scopes } }", None), ("", "ab")):
            with pytest.raises(Fault, match="may only send trusted documents") as refused:
                trusted.text(query, named, None, client)
            assert codes([refused.value]) == {"FORBIDDEN"}


def test_the_operations_of_the_contract_are_known_as_they_stand_and_as_clients_print_them() -> None:
    known = documents_in(PROJECT / "graphql" / "operations")
    text = (PROJECT / "graphql" / "operations" / "vendor" / "partners.graphql").read_text()
    assert known[sha256(text)] == text and known[sha256(print_ast(parse(text)))] == text


def test_the_manifest_that_codegen_writes_is_read(tmp_path: Path) -> None:
    manifest = tmp_path / "persisted-documents.json"
    manifest.write_text('{"0AB1": "query Roles { viewer { roles } }"}')
    assert Trusted(documents_of(manifest)).text("", "0ab1", None, "") == TEXT
    for wrong in ("[]", "{", '{"a": 1}'):
        manifest.write_text(wrong)
        with pytest.raises(ValueError, match="no manifest of trusted documents"):
            documents_of(manifest)
