"""Telling an organisation that nothing is sent to one of its webhooks any longer."""

from app.alerts.raising import NewAlert, raise_alerts
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import Database, acting_as_worker
from app.webhooks.sending.posting import GivenUp


async def tell_of_given_up(database: Database, given_up: GivenUp) -> None:
    """Raise the alert, as the worker, in the network of which the webhook was last to be told something."""
    party = given_up.party_id
    alert = NewAlert(
        given_up.vendor_id,
        given_up.level,
        AlertKind.WEBHOOK_DISABLED,
        given_up.webhook,
        distributor_id=party if given_up.level is Level.DISTRIBUTOR else None,
        reseller_id=party if given_up.level is Level.RESELLER else None,
    )
    async with database.writing(acting_as_worker(given_up.vendor_id)) as session:
        await raise_alerts(session, [alert])
