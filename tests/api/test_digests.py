"""The daily digest: one mail a day to each person who wants it, with what is open and he may read, and nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.alerts.digests.sending import send_digests
from app.alerts.raising import NewAlert, raise_alerts
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.people_kit import Person, person

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
SET = "reseller/set_digest.graphql"


@pytest.fixture(autouse=True)
async def afresh(api: Api) -> None:
    await api.world.connection.execute("DELETE FROM alert")
    await api.world.connection.execute("DELETE FROM digest_subscription")


async def raised(api: Api, reseller: str = "Reseller One", kind: AlertKind = AlertKind.DEAL_EXPIRING) -> None:
    acme, party = api.world.vendors["Acme"], api.world.parties["Acme", reseller]
    subject = global_id("Reseller", Key(acme, uuid4()))
    async with api.database.writing(acting_as_worker(acme)) as session:
        await raise_alerts(session, [NewAlert(acme, Level.RESELLER, kind, subject, reseller_id=party)])


async def mails(api: Api, to: Person) -> list[tuple[str, str]]:
    rows = await api.world.connection.fetch(
        "SELECT subject, content FROM mail_message WHERE recipient = $1 ORDER BY id", to.email
    )
    return [(row["subject"], row["content"]) for row in rows]


async def test_one_mail_a_day_says_what_is_open_the_most_serious_first(api: Api) -> None:
    ada = await person(api, "Reseller One", Role.RESELLER_ADMIN)
    payload = await ada.caller.act(SET, frequency="DAILY", timeZone="UTC", hour=7)
    assert payload["userErrors"] == [] and payload["digest"]["hour"] == 7
    seen = await ada.caller.ask("{ viewer { digest { timeZone hour } } }")
    assert seen["viewer"]["digest"] == {"timeZone": "UTC", "hour": 7}
    for kind in (AlertKind.TIER_CHANGED, AlertKind.SUBMISSION_FAILED):
        await raised(api, kind=kind)
    await raised(api, "Reseller Two")
    assert await send_digests(api.database, NOON.replace(hour=6)) == 0, "its hour has not come"
    assert sum(await asyncio.gather(*(send_digests(api.database, NOON) for _ in range(3)))) == 1
    ((subject, text),) = await mails(api, ada)
    assert subject == "2 alerts are open of Reseller One"
    assert (
        text.index("CRITICAL") < text.index("could not be read") < text.index("INFO") < text.index("tier has changed")
    )
    assert "Good day Ada" in text and "deal" not in text
    assert await send_digests(api.database, NOON + timedelta(hours=5)) == 0
    assert await send_digests(api.database, NOON + timedelta(days=1)) == 1


async def test_what_somebody_may_not_read_is_not_mailed_to_him(api: Api) -> None:
    sales = await person(api, "Reseller One", Role.RESELLER_SALES)
    await sales.caller.act(SET, frequency="DAILY")
    await raised(api, kind=AlertKind.FUND_EXPIRING)
    assert await send_digests(api.database, NOON) == 0 and await mails(api, sales) == []
    await raised(api)
    await send_digests(api.database, NOON + timedelta(days=1))
    ((subject, text),) = await mails(api, sales)
    assert subject.startswith("1 alert is open") and "Funds" not in text


async def test_who_has_no_role_any_more_or_ended_it_gets_none(api: Api) -> None:
    gone, ended = [await person(api, "Reseller One", Role.RESELLER_ADMIN, name=name) for name in ("Gone", "Ended")]
    for each in (gone, ended):
        await each.caller.act(SET, frequency="DAILY", timeZone="Asia/Tokyo", hour=0)
    await raised(api)
    await api.world.connection.execute("DELETE FROM membership WHERE user_id = $1", gone.id)
    payload = await ended.caller.act(SET, frequency="NONE")
    assert payload == {"digest": None, "userErrors": []}
    assert await send_digests(api.database, NOON) == 0
    assert await mails(api, gone) == [] and await mails(api, ended) == []


async def test_a_digest_of_a_vendor_and_of_a_distributor_is_of_their_own_level(api: Api) -> None:
    acme, party = api.world.vendors["Acme"], api.world.parties["Acme", "Dist One"]
    dee = await person(api, "Dist One", Role.DISTRIBUTOR_ADMIN, name="Dee")
    vic = await person(api, "Acme", Role.VENDOR_FINANCE, name="Vic")
    await dee.caller.act("distributor/set_digest.graphql", frequency="DAILY")
    await vic.caller.act("vendor/set_digest.graphql", frequency="DAILY")
    subject = global_id("Vendor", Key(acme, acme))
    async with api.database.writing(acting_as_worker(acme)) as session:
        await raise_alerts(
            session,
            [
                NewAlert(acme, Level.DISTRIBUTOR, AlertKind.FUND_EXPIRING, subject, distributor_id=party),
                NewAlert(acme, Level.VENDOR, AlertKind.CLAIM_TO_DECIDE, subject),
            ],
        )
    assert await send_digests(api.database, NOON) == 2
    ((_, of_dee),) = await mails(api, dee)
    ((_, of_vic),) = await mails(api, vic)
    assert "Funds" in of_dee and "claim was filed" not in of_dee
    assert "claim was filed" in of_vic and "Funds" not in of_vic


async def test_what_is_wrong_is_refused_and_an_integration_gets_no_mail(api: Api) -> None:
    ada = await person(api, "Reseller One", Role.RESELLER_ADMIN)
    payload = await ada.caller.act(SET, frequency="DAILY", timeZone="Mars/Olympus", hour=24)
    assert sorted(each["field"][-1] for each in payload["userErrors"]) == ["hour", "timeZone"]
    payload = await (await api.reseller()).act(SET, frequency="DAILY")
    assert [each["code"] for each in payload["userErrors"]] == ["NOT_ALLOWED"]
    viewer = await person(api, "Reseller One", Role.RESELLER_VIEWER)
    answer = await viewer.caller.raw(SET, input={"frequency": "DAILY"})
    assert answer["errors"][0]["extensions"]["requires"][0] == "alert:read"
    assert await api.world.connection.fetchval("SELECT count(*) FROM digest_subscription") == 0
