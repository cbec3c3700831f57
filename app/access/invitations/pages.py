"""The pages of an invitation, in the manner of the sign-in pages: plain HTML, no scripts, all from outside escaped."""

from collections.abc import Sequence
from html import escape
from uuid import UUID

from starlette.responses import HTMLResponse

from app.access.invitations.queries import Joining, Linking
from app.access.oauth.sign_in.pages import Place, form_of, shown, warning
from app.access.oauth.sign_in.passwords import LONGEST, SHORTEST

Entered = dict[str, str]


def title(found: Joining | Linking) -> str:
    """What it is an invitation to."""
    if isinstance(found, Joining):
        return f"Join {found.organization_name}"
    return f"Join the network of {found.vendor_name}"


def register(place: Place, found: Joining | Linking, entered: Entered, trouble: str, status: int) -> HTMLResponse:
    """For an address that is nobody's: a name, a password, and for a partner the firm."""
    password = (
        f'<label for="password">A password of {SHORTEST} characters or more</label><input id="password" name="password"'
        f' type="password" autocomplete="new-password" required minlength="{SHORTEST}" maxlength="{LONGEST}">'
    )
    firm = _firm(found, entered) if isinstance(found, Linking) else ""
    content = (
        f"{warning(trouble)}{_told(found)}{form_of(place, 'register')}"
        f"{text_field('name', 'Your name', entered.get('name', ''), 'name')}{password}{firm}"
        "<button>Accept the invitation</button></form>"
    )
    return shown(place, title(found), content, status)


def sign_in(place: Place, found: Joining | Linking, trouble: str, status: int) -> HTMLResponse:
    """For an address that is somebody's: the password, before anything else."""
    content = (
        f"{warning(trouble)}{_told(found)}{form_of(place, 'sign-in')}"
        '<label for="password">Password</label><input id="password" name="password" type="password"'
        f' autocomplete="current-password" required maxlength="{LONGEST}"><button>Sign in</button></form>'
    )
    return shown(place, title(found), content, status)


def accept(place: Place, found: Joining, trouble: str, status: int) -> HTMLResponse:
    """For who is signed in: yes, or leave it."""
    form = f"{form_of(place, 'accept')}<button>Accept the invitation</button></form>"
    return shown(place, title(found), f"{warning(trouble)}{_told(found)}{form}", status)


def choose(
    place: Place, found: Linking, firms: Sequence[tuple[UUID, str]], entered: Entered, trouble: str, status: int
) -> HTMLResponse:
    """For who is signed in: which of the own firms it is, or a new one."""
    buttons = "".join(f'<button name="firm" value="{firm}">{escape(name)}</button>' for firm, name in firms)
    own = f"<p>Which of your firms is it?</p>{form_of(place, 'link')}{buttons}</form>" if firms else ""
    new = f"{form_of(place, 'found')}{_firm(found, entered)}<button>Accept with this firm</button></form>"
    between = "<p>Or another firm:</p>" if firms else ""
    return shown(place, title(found), f"{warning(trouble)}{_told(found)}{own}{between}{new}", status)


def _told(found: Joining | Linking) -> str:
    if isinstance(found, Joining):
        return f"<p>You are invited as <strong>{escape(found.email)}</strong>.</p>"
    return (
        f"<p><strong>{escape(found.email)}</strong> is invited to act there for"
        f" <strong>{escape(found.party_name)}</strong>, a {found.kind.value.lower()}.</p>"
    )


def _firm(found: Linking, entered: Entered) -> str:
    name = entered.get("firm_name", found.party_name)
    country = entered.get("country", found.country)
    return text_field("firm_name", "Your firm", name, "organization") + text_field(
        "country", "Its country, as two letters", country, "country", 2
    )


def text_field(name: str, label: str, value: str, completes: str, longest: int = 200) -> str:
    """An input with its label."""
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" autocomplete="{completes}" required'
        f' maxlength="{longest}" value="{escape(value)}">'
    )
