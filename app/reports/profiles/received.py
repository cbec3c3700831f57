"""By which profile a report is read: the one that was live when it was received."""

from uuid import UUID

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats.profiles import Profile
from app.reports.profiles import queries
from app.reports.profiles.settings import stored_profile
from app.store.database import Database, acting_as_worker


async def profile_of_submission(database: Database, vendor_id: UUID, submission_id: UUID) -> Profile | None:
    """The profile that a report was received under, whoever asks for its rows; None where there was none."""
    async with database.reading(acting_as_worker(vendor_id)) as session:
        found = await queries.profile_of_submission(session, vendor_id, submission_id)
    if found is None:
        return None
    return stored_profile(SubmissionFormat(found["format"]), found["settings"], SubmissionKind(found["kind"]))
