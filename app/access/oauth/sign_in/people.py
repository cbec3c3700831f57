"""How people are named: by an e-mail address, in one spelling."""

import re

LONGEST_EMAIL = 254
_MAILABLE = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
NOBODY = "-"
"What no e-mail address is kept as."


def normal_email(email: str) -> str:
    """How an e-mail address is kept and compared: in small letters. What can be none is nobody's."""
    written = email.strip().lower()
    name, at, host = written.rpartition("@")
    plain = written.isprintable() and " " not in written and len(written) <= LONGEST_EMAIL
    return written if name and at and host and plain else NOBODY


def mailable(email: str) -> str | None:
    """An e-mail address as it is kept, where mail can be sent to it and to nobody beside; None where not. One that a mail's
    header would take for an encoded word (RFC 2047), and so for another address, is none."""
    kept = normal_email(email)
    return kept if _MAILABLE.fullmatch(kept) and "=?" not in kept else None
