"""The pages that people see: sign in, choose what to act as, sign out, and what went wrong.

They are plain HTML without scripts, work without images or fonts of anybody's, and may be shown in no frame. Everything
that comes from outside is escaped where it enters a page.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from app.access.oauth.sign_in.queries import Membership

_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:24rem;margin:12vh auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0 0 1rem}
label{display:block;margin:1rem 0 .25rem}
input,button,.button{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;
border:1px solid GrayText;border-radius:.4rem}
button,.button{display:block;margin-top:1rem;cursor:pointer;text-align:center;text-decoration:none;color:inherit}
.plain{width:auto;border:0;padding:0;background:none;text-decoration:underline;display:inline}
.trouble{border-left:.25rem solid #c33;padding-left:.75rem}
small{color:GrayText}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: what its form is sent to, with which token, and where the browser may be sent from there."""

    action: str
    form_token: str
    back: str | None = None


def sign_in(
    place: Place,
    client: str,
    providers: Sequence[tuple[str, str]],
    email: str = "",
    trouble: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The login form. `providers` are names and addresses of other ways to sign in."""
    others = "".join(
        f'<a class="button" href="{escape(address)}">Sign in with {escape(name)}</a>' for name, address in providers
    )
    return shown(
        place,
        f"Sign in to {client}",
        f'''{warning(trouble)}{form_of(place, "sign-in")}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="{escape(email)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">
<button>Sign in</button></form>{others}''',
        status,
    )


def choose(place: Place, client: str, who: str, options: Sequence[Membership], trouble: str = "") -> HTMLResponse:
    """What to act as, for who has a role in several organisations or at several levels."""
    buttons = "".join(
        f'<button name="membership" value="{value_of(option)}">{escape(option.organization_name)}'
        f" <small>{option.level.value.lower()}</small></button>"
        for option in options
    )
    form = f"{form_of(place, 'choose')}{buttons}</form>"
    return shown(place, f"Use {client} as", f"{warning(trouble)}{form}{_signed_in_as(place, who)}", 200)


def no_role(place: Place, client: str, who: str) -> HTMLResponse:
    """For somebody who is signed in and has no role that counts here."""
    said = f"<p>You have no role in an organisation that uses {escape(client)}. Ask your administrator for one.</p>"
    return shown(place, "Not for this account", f"{said}{_signed_in_as(place, who)}", 403)


def sign_out(place: Place, who: str | None) -> HTMLResponse:
    """The question, or that nobody is signed in."""
    if who is None:
        return shown(place, "Signed out", "<p>Nobody is signed in, in this browser.</p>", 200)
    said = f"<p>You are signed in as {escape(who)}. Apps that you signed in to from here are signed out as well.</p>"
    return shown(place, "Sign out", f"{said}{form_of(place, 'leave')}<button>Sign out</button></form>", 200)


def message(title: str, said: str, status: int, again: str | None = None) -> HTMLResponse:
    """What went wrong, and where to try again."""
    link = f'<a class="button" href="{escape(again)}">Try again</a>' if again is not None else ""
    return shown(Place("", ""), title, f"<p>{escape(said)}</p>{link}", status)


def value_of(option: Membership) -> str:
    """How a form names what to act as."""
    return f"{option.organization_id}/{option.level.value}"


def shown(place: Place, title: str, content: str, status: int) -> HTMLResponse:
    """A whole page around a content that is safe to show."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
    return HTMLResponse(text, status, {**_HEADERS, "Content-Security-Policy": _policy(place.back)})


def _policy(back: str | None) -> str:
    """What the page may do. Browsers hold a form's redirects to it as well, so the client's address is named."""
    return (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self'{_source(back)}"
    )


def _source(back: str | None) -> str:
    if back is None:
        return ""
    parts = urlsplit(back)
    return f" {parts.scheme}://{parts.netloc}" if parts.scheme in {"https", "http"} else f" {parts.scheme}:"


def form_of(place: Place, act: str) -> str:
    """How a form begins: where it is sent, for which act, with the token that proves it ours."""
    return (
        f'<form method="post" action="{escape(place.action)}"><input type="hidden" name="act" value="{act}">'
        f'<input type="hidden" name="form_token" value="{escape(place.form_token)}">'
    )


def _signed_in_as(place: Place, who: str) -> str:
    leave = f"{form_of(place, 'leave')}<button class='plain'>Use another account</button></form>"
    return f"<p><small>Signed in as {escape(who)}.</small></p>{leave}"


def warning(said: str) -> str:
    """What went wrong before, at the top of a page; nothing where nothing did."""
    return f'<p class="trouble" role="alert">{escape(said)}</p>' if said else ""
