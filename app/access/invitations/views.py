"""`/invitations/<token>`: where the link in an invitation's mail leads.

Whose address is nobody's yet enters a name and a password; whose it is signs in with its password, waits after wrong ones
as everywhere, and accepts. A partner says which firm it is: one of its own, or a new one, which is made with the person as
its admin. That an address has an account is told to nobody but who has its mail.
"""

from datetime import UTC, datetime
from math import ceil
from uuid import UUID

import structlog
from authlib.oauth2.rfc6749 import OAuth2Error  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.invitations import acceptance, pages, queries
from app.access.invitations.acceptance import Found, Gone, Newcomer, Person
from app.access.invitations.queries import Joining, Linking
from app.access.oauth.forms import read_form
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in import attempts, passwords
from app.access.oauth.sign_in import queries as people
from app.access.oauth.sign_in.pages import Place, message
from app.access.oauth.sign_in.passwords import PasswordCheck
from app.access.oauth.sign_in.queries import SignedIn
from app.access.oauth.sign_in.sessions import Sessions
from app.programme.countries import COUNTRIES
from app.store.database import AUTHENTICATING, Database, Session

INVITATIONS = "/invitations"
LONGEST_NAME = 200
_DEAD = "This invitation does not work"
_TOO_OLD = "This page was too old, or your browser keeps no cookies. Please try again."
log = structlog.get_logger()


class Invited:
    """The pages of invitations, over one database."""

    def __init__(self, database: Database, settings: TokenSettings, sessions: Sessions) -> None:
        self._database = database
        self._settings = settings
        self._sessions = sessions
        self._passwords = PasswordCheck()

    async def answer(self, request: Request) -> Response:
        """The page of an invitation, and what its forms ask for."""
        token: str = request.path_params["token"]
        async with self._database.reading(AUTHENTICATING) as db:
            found = await acceptance.find(db, token)
        if found is None:
            return message(_DEAD, "The link is unknown, or a newer one was sent. Use the newest one.", 404)
        over = acceptance.ended(found, datetime.now(UTC)) or await acceptance.withheld(self._database, found)
        if over is not None:
            return message(_DEAD, over, 410)
        try:
            return await (self._act(request, found) if request.method == "POST" else self._show(request, found))
        except Gone as reason:
            return message(_DEAD, str(reason), 410)
        except OAuth2Error as error:
            return message("That cannot be read", error.description, error.status_code or 400)

    async def _act(self, request: Request, found: Found) -> Response:
        form = await read_form(request)
        if not self._sessions.is_own_form(request, form.get("form_token")):
            return await self._show(request, found, form, _TOO_OLD, 403)
        signed_in = await self._signed_in(request, found)
        match form.get("act"):
            case "register":
                return await self._register(request, found, form)
            case "sign-in":
                return await self._sign_in(request, found, form.get("password", ""))
            case "accept" if signed_in is not None and isinstance(found, Joining):
                return await self._join(request, found, signed_in)
            case "link" | "found" if signed_in is not None and isinstance(found, Linking):
                return await self._link(request, found, signed_in, form)
        return await self._show(request, found)

    async def _show(
        self, request: Request, found: Found, form: pages.Entered | None = None, trouble: str = "", status: int = 200
    ) -> Response:
        place = Place(self._address(request), self._sessions.form_token(request))
        signed_in = await self._signed_in(request, found)
        async with self._database.reading(AUTHENTICATING) as db:
            known = await people.person(db, found.email)
            firms = await queries.administered(db, signed_in.user_id) if signed_in is not None else []
        if signed_in is not None and isinstance(found, Linking):
            own = [(firm["id"], firm["name"]) for firm in firms]
            page = pages.choose(place, found, own, form or {}, trouble, status)
        elif signed_in is not None and isinstance(found, Joining):
            page = pages.accept(place, found, trouble, status)
        elif known is not None:
            page = pages.sign_in(place, found, trouble, status)
        else:
            page = pages.register(place, found, form or {}, trouble, status)
        self._sessions.form_token(request, page)
        return page

    async def _signed_in(self, request: Request, found: Found) -> SignedIn | None:
        """Who is signed in, where it is whom the invitation is for. What an organisation's own provider says of an address
        counts for that organisation alone."""
        signed_in = await self._sessions.of(request)
        if signed_in is None or signed_in.email != found.email:
            return None
        own = found.organization_id if isinstance(found, Joining) else None
        return signed_in if signed_in.organization_id in {None, own} else None

    async def _register(self, request: Request, found: Found, form: pages.Entered) -> Response:
        given = Newcomer(form.get("name", "").strip(), form.get("password", ""))
        wrong = [*_name_problems(given.name, "Your name"), *passwords.problems(given.password)]
        if isinstance(found, Linking):
            wrong += firm_problems(form)
        if wrong:
            return await self._show(request, found, form, " ".join(wrong), 400)
        now = datetime.now(UTC)
        async with self._database.writing(AUTHENTICATING) as db:
            person = await acceptance.newcomer(db, found.email, given, now)
            if isinstance(found, Joining):
                await acceptance.join(db, found, person, _request_id(request), now)
            else:
                await self._found(db, request, found, person, form, now)
        response = _welcome(found)
        await self._sessions.open(response, person.id)
        log.info("invitation accepted", user=str(person.id), invitation=str(found.id), by="a new person")
        return response

    async def _sign_in(self, request: Request, found: Found, password: str) -> Response:
        tried = attempts.subjects(found.email, request.client.host if request.client else None)
        wait = await attempts.wait_before(self._database, tried, datetime.now(UTC))
        if wait is not None:
            minutes = ceil(wait.total_seconds() / 60)
            said = f"Too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
            page = await self._show(request, found, trouble=said, status=429)
            page.headers["Retry-After"] = str(ceil(wait.total_seconds()))
            return page
        async with self._database.reading(AUTHENTICATING) as db:
            person = await people.person(db, found.email)
        kept = person.password_hash if person is not None else None
        if not await self._passwords.is_right(password, kept) or person is None:
            log.warning("sign-in refused", reason="wrong password at an invitation")
            return await self._show(request, found, trouble="The password is wrong.", status=403)
        await attempts.succeeded(self._database, tried, datetime.now(UTC))
        response = RedirectResponse(self._address(request), 303, {"Cache-Control": "no-store"})
        await self._sessions.open(response, person.id)
        return response

    async def _join(self, request: Request, found: Joining, signed_in: SignedIn) -> Response:
        person = Person(signed_in.user_id, signed_in.name)
        async with self._database.writing(AUTHENTICATING) as db:
            await acceptance.join(db, found, person, _request_id(request), datetime.now(UTC))
        log.info("invitation accepted", user=str(person.id), invitation=str(found.id), by="somebody known")
        return _welcome(found)

    async def _link(self, request: Request, found: Linking, signed_in: SignedIn, form: pages.Entered) -> Response:
        """With one of the person's own firms, or a new one."""
        now, person = datetime.now(UTC), Person(signed_in.user_id, signed_in.name)
        wrong = firm_problems(form) if form["act"] == "found" else []
        if wrong:
            return await self._show(request, found, form, " ".join(wrong), 400)
        async with self._database.writing(AUTHENTICATING) as db:
            if form["act"] == "found":
                await self._found(db, request, found, person, form, now)
                return _welcome(found)
            for firm in await queries.administered(db, person.id):
                if str(firm["id"]) == form.get("firm"):
                    await acceptance.link(db, found, person, firm["id"], _request_id(request), now)
                    return _welcome(found)
        return await self._show(request, found, form, "Choose one of these.", 400)

    async def _found(
        self, db: Session, request: Request, found: Linking, person: Person, form: pages.Entered, now: datetime
    ) -> UUID:
        name, country = form["firm_name"].strip(), form["country"].strip().upper()
        return await acceptance.found_firm(db, found, person, name, country, _request_id(request), now)

    def _address(self, request: Request) -> str:
        return self._settings.address(f"{INVITATIONS}/{request.path_params['token']}")


def _name_problems(name: str, what: str) -> list[str]:
    if 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable():
        return []
    return [f"{what} has 1 to {LONGEST_NAME} printable characters."]


def firm_problems(form: pages.Entered) -> list[str]:
    """What is wrong with the name and country of a firm that was entered."""
    wrong = _name_problems(form.get("firm_name", ""), "The name of your firm")
    if form.get("country", "").strip().upper() not in COUNTRIES:
        wrong.append("The country is two letters of ISO 3166, such as DE.")
    return wrong


def _welcome(found: Found) -> Response:
    where = found.organization_name if isinstance(found, Joining) else f"the network of {found.vendor_name}"
    return message("Welcome", f"You now belong to {where}. Go on in the portal where you sign in.", 200)


def _request_id(request: Request) -> str:
    found: str = getattr(request.state, "request_id", "")
    return found
