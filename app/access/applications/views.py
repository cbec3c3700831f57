"""`/apply/<token>`: a firm that is nobody yet enters who it is, and waits for the vendor's decision by mail.

Nothing is told of what else was entered: applying twice answers as applying once does. Requests are counted by address as
at the sign-in pages, applications from one address as wrong passwords are, and one link takes so many that wait.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from math import ceil

from authlib.oauth2.rfc6749 import OAuth2Error  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.access.applications import queries
from app.access.applications.queries import Link
from app.access.invitations.pages import text_field
from app.access.invitations.views import firm_problems
from app.access.oauth.forms import read_form
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in import attempts
from app.access.oauth.sign_in.pages import Place, form_of, message, shown, warning
from app.access.oauth.sign_in.people import mailable
from app.access.oauth.sign_in.sessions import Sessions
from app.programme.terms import PartnerType, PartyKind
from app.store.database import AUTHENTICATING, Database

APPLY = "/apply"
MOST_WAITING = 1_000
LONGEST_TOKEN = 100
_TOO_OLD = "This page was too old, or your browser keeps no cookies. Please try again."


class Applying:
    """The page of applications, over one database."""

    def __init__(self, database: Database, settings: TokenSettings, sessions: Sessions) -> None:
        self._database = database
        self._settings = settings
        self._sessions = sessions

    async def answer(self, request: Request) -> Response:
        """The form, and what it is sent with."""
        token: str = request.path_params["token"]
        async with self._database.reading(AUTHENTICATING) as db:
            link = await queries.link(db, token) if _can_be_one(token) else None
        if link is None:
            return message("This link does not work", "It is unknown, or the vendor takes no more applications.", 404)
        if request.method != "POST":
            return self._form(request, link, {}, [], 200)
        try:
            form = await read_form(request)
        except OAuth2Error as error:
            return message("That cannot be read", error.description, error.status_code or 400)
        if not self._sessions.is_own_form(request, form.get("form_token")):
            return self._form(request, link, form, [_TOO_OLD], 403)
        wrong = _problems(link, form)
        return self._form(request, link, form, wrong, 400) if wrong else await self._apply(request, link, form)

    async def _apply(self, request: Request, link: Link, form: dict[str, str]) -> Response:
        tried = attempts.applicants(request.client.host if request.client else None)
        wait = await attempts.wait_before(self._database, tried, datetime.now(UTC)) if tried else None
        if wait is not None:
            refusal = self._form(request, link, form, ["Too many applications came from your address. Try later."], 429)
            refusal.headers["Retry-After"] = str(ceil(wait.total_seconds()))
            return refusal
        kind = form["partner_type"] if link.kind is PartyKind.RESELLER else None
        name, country, email = form["firm_name"].strip(), form["country"].strip().upper(), mailable(form["email"])
        assert email is not None, "it was checked"
        async with self._database.writing(AUTHENTICATING) as db:
            if await queries.waiting(db, link) >= MOST_WAITING:
                return message("Not now", "Too many applications wait for a decision. Try again some days later.", 429)
            await queries.apply(db, link, name, country, kind, email, datetime.now(UTC))
        said = f"{link.vendor_name} has your application. The answer comes by mail to {email}."
        return message("Thank you", said, 200)

    def _form(
        self, request: Request, link: Link, entered: dict[str, str], wrong: Sequence[str], status: int
    ) -> HTMLResponse:
        action = self._settings.address(f"{APPLY}/{request.path_params['token']}")
        place = Place(action, self._sessions.form_token(request))
        kinds = _kinds(entered.get("partner_type", "")) if link.kind is PartyKind.RESELLER else ""
        content = (
            f"{warning(' '.join(wrong))}<p>{escape(link.program_name)}</p>{form_of(place, 'apply')}"
            f"{text_field('firm_name', 'Your firm', entered.get('firm_name', ''), 'organization')}"
            f"{text_field('country', 'Its country, as two letters', entered.get('country', ''), 'country', 2)}{kinds}"
            f"{text_field('email', 'Your e-mail address', entered.get('email', ''), 'email', 254)}"
            "<button>Apply</button></form>"
        )
        page = shown(place, f"Apply to {link.vendor_name}", content, status)
        self._sessions.form_token(request, page)
        return page


def _can_be_one(token: str) -> bool:
    """Whether a text may be a link's token, and can be asked of the database."""
    return len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable()


def _kinds(chosen: str) -> str:
    options = "".join(
        f'<option value="{kind.value}"{" selected" if kind.value == chosen else ""}>{kind.value}</option>'
        for kind in PartnerType
    )
    label = '<label for="partner_type">What kind of firm</label>'
    return f'{label}<select id="partner_type" name="partner_type">{options}</select>'


def _problems(link: Link, form: dict[str, str]) -> list[str]:
    wrong = firm_problems(form)
    if mailable(form.get("email", "")) is None:
        wrong.append("The e-mail address is like ada@firm.example.")
    if link.kind is PartyKind.RESELLER and form.get("partner_type") not in {kind.value for kind in PartnerType}:
        wrong.append("Choose what kind of firm it is.")
    return wrong
