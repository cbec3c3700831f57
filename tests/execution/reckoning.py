"""What the tests of limits and cost share: documents made ready for the schema."""

from typing import Any

from app.execution.documents import Documents, Prepared
from app.execution.limits import Limits
from app.schema import schema
from graphql import GraphQLError

CORE = schema._schema


def prepared(text: str, limits: Limits | None = None) -> Prepared:
    return Documents(CORE, limits or Limits()).prepared(text, introspection=True)


def codes(errors: Any) -> set[str]:
    return {(error.extensions or {}).get("code", "none") for error in errors}


def refused(text: str, limits: Limits | None = None) -> list[GraphQLError]:
    made = prepared(text, limits)
    assert made.document is None
    return list(made.errors)
