"""Reading what clients and browsers send to the authorization server: forms and query strings, within limits.

A parameter without a value counts as omitted, and none may come twice (RFC 6749, 3.1 and 3.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from starlette.requests import ClientDisconnect, Request

LONGEST_BODY = 16 * 1024
LONGEST_QUERY = 4 * 1024
MOST_PARAMETERS = 50
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """A request to the authorization server, as it was read: its parameters, each name once. `address` is where it went
    by the issuer's name, whatever a proxy made of the Host header and scheme."""

    method: str
    address: str
    authorization: str | None
    fields: Mapping[str, str]


class OAuthRequest(OAuth2Request):  # type: ignore[misc]
    """The form in Authlib's terms."""

    def __init__(self, asked: Form) -> None:
        authorization = {"Authorization": asked.authorization} if asked.authorization else {}
        super().__init__(asked.method, asked.address, headers=authorization)
        self._form = dict(asked.fields)
        self.payload = BasicOAuth2Payload(self._form)

    @property
    def form(self) -> dict[str, str]:
        return self._form


async def read_form(request: Request) -> dict[str, str]:
    """The form in the body. Raises InvalidRequestError, which says what is wrong with it."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise InvalidRequestError(f"Send the parameters in the body as {_FORM}.")
    return read_fields(await _bounded_body(request), f"The body is not {_FORM}")


def read_query(request: Request) -> dict[str, str]:
    """The parameters in the address. Raises InvalidRequestError."""
    query: bytes = request.scope["query_string"]
    if len(query) > LONGEST_QUERY:
        raise InvalidRequestError(f"The address has more than {LONGEST_QUERY} bytes of parameters.")
    return read_fields(query, "The parameters in the address are not URL-encoded")


def read_fields(encoded: bytes, otherwise: str) -> dict[str, str]:
    """The parameters, those without a value left out. Raises InvalidRequestError."""
    try:
        fields = parse_qsl(encoded.decode("ascii"), True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise InvalidRequestError(f"{otherwise}, or there are more than {MOST_PARAMETERS} parameters.") from None
    form = {name: value for name, value in fields if value}
    if len(form) < sum(1 for _, value in fields if value):
        raise InvalidRequestError("A parameter comes more than once. Send each once.")
    return form


async def _bounded_body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                raise InvalidRequestError(f"The body has more than {LONGEST_BODY} bytes.", status_code=413)
    except ClientDisconnect:
        raise InvalidRequestError("The body ended early.") from None
    return bytes(body)
