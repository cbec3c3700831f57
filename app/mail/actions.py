"""Storing a mail, sending it, and forgetting it.

A mail is stored in the transaction that gives rise to it and sent after that is committed: what is rolled back tells
nobody. A server that fails is asked again, as with every job; a mail whose delivery was not heard of may so come twice.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.mail.sending import Mail
from app.store.database import AUTHENTICATING, Context, Database, Session
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.tables.metadata import DatabaseRole

KEPT = timedelta(days=7)
"How long it is remembered to whom a mail was sent. Its text is forgotten at once."


async def post(
    session: Session, organization_id: UUID, recipient: str, subject: str, content: str, now: datetime
) -> None:
    """Store a mail of an organisation, to be sent once the transaction is committed. The subject becomes one line."""
    message_id = new_id()
    await session.execute(
        "INSERT INTO mail_message (organization_id, id, recipient, subject, content, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        organization_id,
        message_id,
        recipient,
        " ".join(subject.split()),
        content,
        now,
    )
    await enqueue(session, Job.SEND_MAIL, organization_id=organization_id, message_id=message_id)


async def deliver(database: Database, mail: Mail, organization_id: UUID, message_id: UUID, now: datetime) -> bool:
    """Send a stored mail and forget its text; False where that was done before."""
    sending = Context(DatabaseRole.WORKER, organization_id=organization_id)
    async with database.reading(sending) as db:
        row = await db.row(
            "SELECT recipient, subject, content FROM mail_message"
            " WHERE organization_id = $1 AND id = $2 AND content IS NOT NULL",
            organization_id,
            message_id,
        )
    if row is None:
        return False
    await mail.send(row["recipient"], row["subject"], row["content"])
    async with database.writing(sending) as session:
        await session.execute(
            "UPDATE mail_message SET sent_at = $3, content = NULL WHERE organization_id = $1 AND id = $2",
            organization_id,
            message_id,
            now,
        )
    return True


async def forget_mail(database: Database, now: datetime) -> int:
    """Forget to whom mail was sent some days ago; how many mails."""
    async with database.writing(AUTHENTICATING) as session:
        return await session.execute("DELETE FROM mail_message WHERE sent_at < $1", now - KEPT)
