"""Where clients get tokens and everybody gets the public keys: the three addresses of the authorization server.

`POST /oauth/token` takes a form in the body, at most 16 KiB, and answers as RFC 6749 says, never from a cache.
`GET /oauth/jwks.json` holds the public keys. `GET /.well-known/oauth-authorization-server` says what this server can do
(RFC 8414).
"""

from urllib.parse import parse_qsl

from anyio import to_thread
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc8414 import get_well_known_url  # type: ignore[import-untyped]
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.access.oauth.keys import SigningKeys
from app.access.oauth.server import AUTHENTICATION_METHODS, ENDPOINT, GRANT, TokenForm, TokenServer
from app.access.oauth.settings import TokenSettings
from app.access.roles import Scope
from app.store.database import Database

LONGEST_BODY = 16 * 1024
MOST_PARAMETERS = 50
JWKS_PATH = "/oauth/jwks.json"
_FORM = "application/x-www-form-urlencoded"
_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}


def routes(database: Database, settings: TokenSettings, keys: SigningKeys) -> list[Route]:
    """The authorization server's routes. `keys` are shared with the Actors that check the tokens."""
    server = TokenServer(database, settings, keys)
    description = metadata(settings)

    async def token(request: Request) -> Response:
        try:
            form = TokenForm(request.headers.get("Authorization"), await read_form(request))
        except OAuth2Error as error:
            refusal: Response = server.handle_error_response(None, error)
            return refusal
        answer: Response = await to_thread.run_sync(server.create_token_response, form)
        return answer

    async def jwks(request: Request) -> Response:
        return JSONResponse({"keys": await keys.published()}, headers=_FOR_A_MINUTE)

    async def well_known(request: Request) -> Response:
        return JSONResponse(description, headers=_FOR_A_MINUTE)

    return [
        Route(ENDPOINT, token, methods=["POST"], name="token"),
        Route(JWKS_PATH, jwks, methods=["GET"], name="jwks"),
        Route(get_well_known_url(settings.issuer), well_known, methods=["GET"], name="authorization server metadata"),
    ]


def metadata(settings: TokenSettings) -> dict[str, object]:
    """What this authorization server can do (RFC 8414). There is no authorization endpoint, so no response type."""
    return {
        "issuer": settings.issuer,
        "token_endpoint": settings.address(ENDPOINT),
        "jwks_uri": settings.address(JWKS_PATH),
        "scopes_supported": sorted(scope.value for scope in Scope),
        "response_types_supported": [],
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": AUTHENTICATION_METHODS,
    }


async def read_form(request: Request) -> dict[str, str]:
    """The form in the body. A parameter without a value counts as omitted, and none may come twice (RFC 6749, 3.2).

    Raises InvalidRequestError, which says what is wrong with it.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise InvalidRequestError(f"Send the parameters in the body as {_FORM}.")
    body = await _bounded_body(request)
    try:
        fields = parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise InvalidRequestError(f"The body is not {_FORM}, or has more than {MOST_PARAMETERS} parameters.") from None
    form = {name: value for name, value in fields if value}
    if len(form) < sum(1 for _, value in fields if value):
        raise InvalidRequestError("A parameter comes more than once. Send each once.")
    if "grant_type" not in form:
        raise InvalidRequestError(f"grant_type is missing. Send grant_type={GRANT} in the body.")
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
