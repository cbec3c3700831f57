"""The authorization server's addresses.

`POST /oauth/token`, `/oauth/revoke` and `/oauth/introspect` take a form in the body, at most 16 KiB, and answer as
RFC 6749, 7009 and 7662 say, never from a cache. `/oauth/authorize`, `/oauth/callback/<provider>`, `/oauth/sign-out`,
`/invitations/<token>` and `/apply/<token>` are for people. `GET /oauth/jwks.json` holds the public keys, and
`GET /.well-known/oauth-authorization-server` says what this server can do (RFC 8414).
"""

from collections.abc import Awaitable, Callable

from anyio import to_thread
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc8414 import get_well_known_url  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.access.applications.views import APPLY, Applying
from app.access.invitations.views import INVITATIONS, Invited
from app.access.oauth.federation.sign_in import ExternalSignIn
from app.access.oauth.forms import Form, read_form
from app.access.oauth.grants.endpoints import INTROSPECTION, REVOCATION
from app.access.oauth.grants.grants import S256
from app.access.oauth.keys import SigningKeys
from app.access.oauth.registered import ANY, CONFIDENTIAL
from app.access.oauth.registration import ASSERTION_ALGORITHMS
from app.access.oauth.server import TOKEN_PATH, TokenServer
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in.sessions import Sessions
from app.access.oauth.sign_in.views import AUTHORIZE_PATH, CALLBACK_PATH, SIGN_OUT_PATH, SignIn
from app.access.scopes import Scope
from app.outbound import Outbound
from app.store.database import Database
from app.tables.organizations import GrantType

JWKS_PATH = "/oauth/jwks.json"
REVOKE_PATH = "/oauth/revoke"
INTROSPECT_PATH = "/oauth/introspect"
_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}
Answer = Callable[[Request], Awaitable[Response]]


def routes(
    database: Database,
    settings: TokenSettings,
    keys: SigningKeys,
    *,
    outbound: Outbound | None = None,
    secret_named: Callable[[str], str | None] = lambda name: None,
) -> list[Route]:
    """The authorization server's routes. `keys` are shared with the Actors that check the tokens.

    `outbound` is how organisations' providers are asked, and `secret_named` looks up the secret of our client at one.
    """
    server = TokenServer(database, settings, keys)
    sessions = Sessions(database, settings)
    external = ExternalSignIn(database, settings, keys, outbound or Outbound(), secret_named)
    people = SignIn(database, settings, server, sessions, external)
    invited, applying = Invited(database, settings, sessions), Applying(database, settings, sessions)
    description = metadata(settings)

    async def jwks(request: Request) -> Response:
        return JSONResponse({"keys": await keys.published()}, headers=_FOR_A_MINUTE)

    async def well_known(request: Request) -> Response:
        return JSONResponse(description, headers=_FOR_A_MINUTE)

    token = _answering(server, TOKEN_PATH, server.create_token_response)
    revoke = _answering(server, REVOKE_PATH, lambda form: server.create_endpoint_response(REVOCATION, form))
    introspect = _answering(server, INTROSPECT_PATH, lambda form: server.create_endpoint_response(INTROSPECTION, form))
    return [
        Route(TOKEN_PATH, token, methods=["POST"], name="token"),
        Route(REVOKE_PATH, revoke, methods=["POST"], name="revocation"),
        Route(INTROSPECT_PATH, introspect, methods=["POST"], name="introspection"),
        Route(AUTHORIZE_PATH, people.authorize, methods=["GET", "POST"], name="authorization"),
        Route(CALLBACK_PATH + "/{provider:uuid}", people.callback, methods=["GET"], name="provider's answer"),
        Route(INVITATIONS + "/{token}", invited.answer, methods=["GET", "POST"], name="invitation"),
        Route(APPLY + "/{token}", applying.answer, methods=["GET", "POST"], name="application"),
        Route(SIGN_OUT_PATH, people.sign_out, methods=["GET", "POST"], name="sign out"),
        Route(JWKS_PATH, jwks, methods=["GET"], name="jwks"),
        Route(get_well_known_url(settings.issuer), well_known, methods=["GET"], name="authorization server metadata"),
    ]


def metadata(settings: TokenSettings) -> dict[str, object]:
    """What this authorization server can do (RFC 8414)."""
    return {
        "issuer": settings.issuer,
        "authorization_endpoint": settings.address(AUTHORIZE_PATH),
        "token_endpoint": settings.address(TOKEN_PATH),
        "revocation_endpoint": settings.address(REVOKE_PATH),
        "introspection_endpoint": settings.address(INTROSPECT_PATH),
        "jwks_uri": settings.address(JWKS_PATH),
        "scopes_supported": sorted(scope.value for scope in Scope),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": sorted(grant.value for grant in GrantType),
        "code_challenge_methods_supported": [S256],
        "token_endpoint_auth_methods_supported": ANY,
        "token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": ANY,
        "revocation_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "authorization_response_iss_parameter_supported": True,
    }


def _answering(server: TokenServer, path: str, act: Callable[[Form], Response]) -> Answer:
    """An address that clients send forms to: read here, answered by Authlib in a worker thread."""

    async def answer(request: Request) -> Response:
        try:
            fields = await read_form(request)
            if path == TOKEN_PATH and "grant_type" not in fields:
                raise InvalidRequestError(
                    "grant_type is missing. Send it in the body, as grant_type=client_credentials."
                )
        except OAuth2Error as error:
            refusal: Response = server.handle_error_response(None, error)
            return refusal
        form = Form("POST", server.settings.address(path), request.headers.get("Authorization"), fields)
        return await to_thread.run_sync(act, form)

    return answer
