"""How the graph says no.

What a person can put right travels in a payload as a `UserError`: where, which code, and what would be right. Only what
is a fault of the request or of the server is a GraphQL error, with a code that a client can act on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncpg

from graphql import GraphQLError


class ErrorCode(StrEnum):
    """Codes of GraphQL errors, in `extensions.code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    COST_LIMIT = "COST_LIMIT"
    RATE_LIMITED = "RATE_LIMITED"
    NO_SPACE = "NO_SPACE"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class Fault(GraphQLError):
    """A GraphQL error with a code. Everything else that escapes a resolver is masked as INTERNAL."""

    def __init__(self, code: ErrorCode, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message, extensions={"code": code.value, **(details or {})})


def bad_input(message: str) -> Fault:
    """The request itself is wrong: an argument that no person typed into a form."""
    return Fault(ErrorCode.BAD_USER_INPUT, message)


def asked_too_much(original: BaseException | None) -> Fault | None:
    """What the request itself did wrong where the database refused: a question that takes too long, or a text that it cannot
    hold. None of anything else."""
    if isinstance(original, asyncpg.QueryCanceledError):
        message = "This took too long and was ended. Ask for fewer objects, a shorter period, or fewer dimensions."
        return Fault(ErrorCode.COST_LIMIT, message)
    if isinstance(original, asyncpg.CharacterNotInRepertoireError):
        return bad_input(
            "A text in this request holds a character that no text can hold, such as U+0000. Leave it out."
        )
    return None


def forbidden(needed: frozenset[Any], held: frozenset[Any]) -> Fault:
    """What is needed is not held."""
    lacking = ", ".join(sorted(str(permission) for permission in needed - held))
    return Fault(
        ErrorCode.FORBIDDEN,
        f"This needs the permission {lacking}, which your roles and scopes do not include.",
        {"requires": sorted(str(permission) for permission in needed)},
    )


class UserErrorCode(StrEnum):
    """What kind of thing a person has to put right."""

    REQUIRED = "REQUIRED"
    "A value is missing."
    INVALID = "INVALID"
    "A value cannot be what it is; the message says what would be right."
    NOT_FOUND = "NOT_FOUND"
    "Nothing by that id is visible to you."
    TAKEN = "TAKEN"
    "The name, number or code is in use already."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    "The key was used before with another input. Send the same input again, or choose another key."
    OUTSIDE_AGREEMENT = "OUTSIDE_AGREEMENT"
    "A date or country lies outside the agreement."
    FORMAT_NOT_AGREED = "FORMAT_NOT_AGREED"
    "The agreement does not take reports in this format."
    UPLOAD_INCOMPLETE = "UPLOAD_INCOMPLETE"
    "The upload has not received its bytes yet, or not those that were announced."
    UPLOAD_EXPIRED = "UPLOAD_EXPIRED"
    "The upload's time is over. Create another one."
    TOO_MANY_LINES = "TOO_MANY_LINES"
    "More lines than one call takes. Upload them as a file."
    NOT_ALLOWED = "NOT_ALLOWED"
    "It is for somebody else to decide; the message says for whom."
    BUSY = "BUSY"
    "Reports of this distributor are being counted. Ask again in a moment."
    STALE = "STALE"
    "Somebody changed it since you read it. Read it again, then decide."
    NOT_ACTIVE = "NOT_ACTIVE"
    "The agreement, programme or authorisation is not active."
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    "The partner does not meet what the programme asks for; the message says what."
    NOT_OVER = "NOT_OVER"
    "The period is not over yet."
    OVERLAP = "OVERLAP"
    "Two tiers, prices or periods overlap, or do not follow on one another."
    TOO_LATE = "TOO_LATE"
    "It has begun, or is done, and cannot be stopped any more."
    ALREADY_COUNTED = "ALREADY_COUNTED"
    "Lines were counted that it would change; the message says which."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: the path of the input field, the code, and a sentence for the person who reads it."""

    field: tuple[str, ...]
    code: UserErrorCode
    message: str


class Refused(Exception):
    """An act that changes nothing because of its input; carries every reason at once. Actions raise it; the transaction
    rolls back, and the graph answers with the problems as `userErrors`."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def refuse_if(problems: list[Problem]) -> None:
    """Raise with every problem found so far, if any."""
    if problems:
        raise Refused(*problems)
