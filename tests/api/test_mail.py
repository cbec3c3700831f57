"""Mail: stored with what gives rise to it, sent once that is committed, by SMTP or into a folder, and forgotten."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest

from app.mail.actions import KEPT, deliver, forget_mail, post
from app.mail.sending import FileOutbox, Mail, SmtpMail, letter, mail_of, passes
from app.settings import Settings
from app.store.connect import Urls
from app.store.database import Context, Session
from app.tables.metadata import DatabaseRole
from app.worker import work
from tests.api.conftest import Api

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = "Tailrace <tailrace@vendor.example>"


@dataclass
class PostOffice:
    """An SMTP server that takes everything, and remembers what it was told."""

    port: int = 0
    said: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def answer(text: str) -> None:
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        await answer("220 post office")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            match line.split()[0].upper():
                case "EHLO" | "HELO":
                    await answer("250-post office\r\n250 AUTH PLAIN")
                case "AUTH":
                    await answer("235 welcome")
                case "DATA":
                    await answer("354 go on")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    self.letters.append(content.decode())
                    await answer("250 taken")
                case "QUIT":
                    await answer("221 bye")
                    break
                case _:
                    await answer("250 well")
        writer.close()


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    async with server:
        yield office


async def stored(api: Api, recipient: str) -> tuple[UUID, UUID]:
    """A mail of Dist One: the organisation's id and the mail's."""
    own = api.world.organizations["Dist One"]
    acting = Context(DatabaseRole.DISTRIBUTOR, organization_id=own)
    async with api.database.writing(acting) as session:
        await post(session, own, recipient, "Two\nlines", "Read this: https://x.example/secret\n", NOW)
    found = await api.world.connection.fetchval("SELECT id FROM mail_message WHERE recipient = $1", recipient)
    return own, found


async def test_a_mail_lies_in_the_folder_once_and_its_text_is_forgotten(api: Api, tmp_path: Path) -> None:
    own, message = await stored(api, "ada@firm.example")
    jobs = "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'send_mail' AND convert_from(payload, 'UTF8') LIKE $1"
    assert await api.world.connection.fetchval(jobs, f"%{message}%") == 1
    outbox = FileOutbox(tmp_path / "outbox", SENDER)
    assert await deliver(api.database, outbox, own, message, NOW)
    assert not await deliver(api.database, outbox, own, message, NOW)
    (path,) = (tmp_path / "outbox").iterdir()
    assert (path.suffix, path.stat().st_mode & 0o077) == (".eml", 0)
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (read["To"], read["From"], read["Subject"]) == ("ada@firm.example", SENDER, "Two lines")
    assert read.get_content() == "Read this: https://x.example/secret\n"
    row = await api.world.connection.fetchrow("SELECT content, sent_at FROM mail_message WHERE id = $1", message)
    assert (row["content"], row["sent_at"]) == (None, NOW)


async def test_a_mail_that_could_not_be_sent_is_sent_later(api: Api, tmp_path: Path) -> None:
    own, message = await stored(api, "ben@firm.example")
    nowhere = SmtpMail("127.0.0.1", 1, SENDER, "none")
    with pytest.raises(OSError, match=r"refused|Connect"):
        await deliver(api.database, nowhere, own, message, NOW)
    assert await deliver(api.database, FileOutbox(tmp_path, SENDER), own, message, NOW)


async def test_a_mail_is_sent_by_smtp_to_its_recipient_alone(api: Api) -> None:
    own, message = await stored(api, "eve@firm.example")
    async with post_office() as office:
        mail = SmtpMail("127.0.0.1", office.port, SENDER, "none", "user", "password")
        assert await deliver(api.database, mail, own, message, NOW)
    told = [line.partition(" ")[2].lower() for line in office.said if line.upper().startswith(("MAIL", "RCPT"))]
    assert [line.split()[0] for line in told] == ["from:<tailrace@vendor.example>", "to:<eve@firm.example>"]
    assert len(office.letters) == 1 and "https://x.example/secret" in office.letters[0]
    assert any(line.startswith("AUTH PLAIN") for line in office.said)


async def test_a_server_that_offers_no_encryption_gets_nothing_where_it_is_wanted() -> None:
    async with post_office() as office:
        mail = SmtpMail("127.0.0.1", office.port, SENDER, "starttls", "user", "password", ssl.create_default_context())
        with pytest.raises(OSError, match="STARTTLS"):
            await mail.send("ada@firm.example", "Hello", "Text")
    assert office.letters == [] and not any(line.startswith(("AUTH", "MAIL")) for line in office.said)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ConnectionRefusedError(), True),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (smtplib.SMTPDataError(451, b"busy"), True),
        (smtplib.SMTPDataError(554, b"spam"), False),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"nobody")}), False),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), False),
    ],
)
def test_what_a_server_refuses_for_good_is_not_tried_for_ever(fault: OSError, expected: bool) -> None:
    assert passes(fault) == expected


async def test_what_was_sent_is_forgotten_after_a_week_and_what_was_not_is_kept(api: Api, tmp_path: Path) -> None:
    own, sent = await stored(api, "old@firm.example")
    _, waiting = await stored(api, "waiting@firm.example")
    await deliver(api.database, FileOutbox(tmp_path, SENDER), own, sent, NOW)
    await forget_mail(api.database, NOW + KEPT)
    kept = "SELECT array_agg(id) FROM mail_message WHERE id = ANY ($1::uuid[])"
    assert set(await api.world.connection.fetchval(kept, [sent, waiting])) == {sent, waiting}
    assert await forget_mail(api.database, NOW + KEPT + timedelta(seconds=1)) >= 1
    assert await api.world.connection.fetchval(kept, [sent, waiting]) == [waiting]


async def test_what_is_rolled_back_sends_nothing(api: Api) -> None:
    own = api.world.organizations["Dist One"]

    async def fail(session: Session) -> None:
        await post(session, own, "never@firm.example", "Hello", "Text", NOW)
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        async with api.database.writing(Context(DatabaseRole.DISTRIBUTOR, organization_id=own)) as session:
            await fail(session)
    found = "SELECT count(*) FROM mail_message WHERE recipient = 'never@firm.example'"
    assert await api.world.connection.fetchval(found) == 0


@pytest.mark.parametrize(("to", "subject"), [("a@b.example\r\nBcc: c@d.example", "Hi"), ("a@b.example", "Hi\nX: y")])
def test_no_line_of_a_mail_is_broken_out_of(to: str, subject: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage|return|invalid"):
        letter(SENDER, to, subject, "Text")


def test_a_deployment_without_an_smtp_server_writes_files() -> None:
    home = Path("/nowhere")
    mail: Mail = mail_of(Settings(home=home))
    assert isinstance(mail, FileOutbox) and mail.folder == home / "outbox"
    smtp = mail_of(Settings(home=home, smtp_host="smtp.example", smtp_security="tls"))
    assert isinstance(smtp, SmtpMail) and (smtp.host, smtp.port, smtp.security) == ("smtp.example", 587, "tls")


async def test_the_worker_sends_what_was_stored(api: Api, urls: Urls, tmp_path: Path) -> None:
    _, message = await stored(api, "by-worker@firm.example")
    stop = asyncio.Event()
    working = asyncio.create_task(work(Settings(home=tmp_path), urls.app, stop))
    outbox = tmp_path / "outbox"
    sent = "SELECT sent_at IS NOT NULL FROM mail_message WHERE id = $1"
    for _ in range(300):
        if await api.world.connection.fetchval(sent, message):
            break
        await asyncio.sleep(0.1)
    stop.set()
    await working
    assert any(b"by-worker@firm.example" in path.read_bytes() for path in outbox.glob("*.eml"))
