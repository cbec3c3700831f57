"""How people are named: by an e-mail address, in one spelling."""

LONGEST_EMAIL = 254
NOBODY = "-"
"What no e-mail address is kept as."


def normal_email(email: str) -> str:
    """How an e-mail address is kept and compared: in small letters. What can be none is nobody's."""
    written = email.strip().lower()
    name, at, host = written.rpartition("@")
    plain = written.isprintable() and " " not in written and len(written) <= LONGEST_EMAIL
    return written if name and at and host and plain else NOBODY
