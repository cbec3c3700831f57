"""How a mail leaves: by an SMTP server, or as a file in a folder where there is none.

One interface, so that whoever sends knows nothing of servers. No text of a mail is ever written to a log: it may hold a
link that lets somebody in.
"""

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol

from anyio import to_thread

from app.settings import Settings
from app.store.identity import new_id

_PATIENCE = 30.0
"Seconds that an SMTP server is given for each answer."
_FOR_GOOD = 500
"From this code on, an SMTP server means it for good (RFC 5321, 4.2.1)."


class Mail(Protocol):
    """Sends mail. Raises OSError (of which smtplib's errors are) where it could not."""

    async def send(self, to: str, subject: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """An SMTP server. `security` is starttls, tls (from the start) or none."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = None
    "How the server's certificate is checked; as the system does unless said."

    async def send(self, to: str, subject: str, text: str) -> None:
        await to_thread.run_sync(self._send, letter(self.sender, to, subject, text), to)

    def _send(self, message: EmailMessage, to: str) -> None:
        trust = self.context or ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=_PATIENCE, context=trust)
            if self.security == "tls"
            else smtplib.SMTP(self.host, self.port, timeout=_PATIENCE)
        )
        with server:
            if self.security == "starttls":
                server.starttls(context=trust)
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message, from_addr=parseaddr(self.sender)[1], to_addrs=[to])


@dataclass(frozen=True, slots=True)
class FileOutbox:
    """A folder with one file for each mail (.eml), which only the server's own user may read."""

    folder: Path
    sender: str

    async def send(self, to: str, subject: str, text: str) -> None:
        await to_thread.run_sync(self._write, letter(self.sender, to, subject, text))

    def _write(self, message: EmailMessage) -> None:
        """Whole or not at all: what has its name is complete."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{new_id()}.eml"
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(message.as_bytes())
        unfinished.rename(path)


def mail_of(settings: Settings) -> Mail:
    """How this deployment sends mail."""
    if settings.smtp_host is None:
        return FileOutbox(settings.mail_outbox or settings.home / "outbox", settings.mail_from)
    password = settings.smtp_password.get_secret_value() if settings.smtp_password is not None else None
    return SmtpMail(
        settings.smtp_host,
        settings.smtp_port,
        settings.mail_from,
        settings.smtp_security,
        settings.smtp_user,
        password,
    )


def passes(fault: OSError) -> bool:
    """Whether another attempt may do: not where the server has said for good that it takes no such mail."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code < _FOR_GOOD for code, _ in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPResponseException):
        return fault.smtp_code < _FOR_GOOD
    return not isinstance(fault, smtplib.SMTPNotSupportedError)


def letter(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """A mail of plain text. Raises ValueError where an address or the subject would break out of its line.

    What looks like an encoded word (RFC 2047) is taken apart: decoded, a firm's name would be able to end the line, and go
    on with headers and a text of its own.
    """
    if "=?" in to:
        raise ValueError("An address holds no encoded word.")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject.replace("=?", "= ?")
    message["Date"], message["Auto-Submitted"] = format_datetime(datetime.now(UTC)), "auto-generated"
    message["Message-ID"] = f"<{new_id()}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    message.set_content(text)
    return message
