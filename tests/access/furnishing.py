"""Puts random networks into a database: who takes part as the owner of the tables would, reports by the road that partners
take (over HTTP, counted by the worker's own code).
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import asyncpg
import httpx
import polars as pl

from app.access.clients import create_client
from app.access.oauth.settings import TokenSettings
from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import global_id, read_global_id
from app.main import application
from app.outbound import Outbound
from app.programme.terms import Level
from app.reports.counting.actions import Busy, count_reports, release_held
from app.settings import Settings
from app.store.connect import Urls
from app.store.database import Context, Database, Session
from app.tables.metadata import DatabaseRole
from tests.access.deciding import decide_in
from tests.access.money import offer_in, settle_in
from tests.access.networks import Networks, Principal, Report, Row
from tests.access.oauth_kit import PORTAL, Site
from tests.access.oracle_of_periods import alert_in, read_alerts
from tests.access.partners import OF_SIGNING_IN, partner_in, read_partners
from tests.access.profiles import save_in
from tests.access.sell_out import SellOutReport, hand_in
from tests.access.setting_up import tables_of
from tests.access.stock import COLUMNS as STOCK_COLUMNS
from tests.access.stock import StockReport
from tests.api.conftest import URL, Caller, usable_scopes

WIDEST = {
    Level.VENDOR: Role.VENDOR_PROGRAM_MANAGER,
    Level.DISTRIBUTOR: Role.DISTRIBUTOR_ADMIN,
    Level.RESELLER: Role.RESELLER_ADMIN,
}
"The role of each level that may do most."
ROLE = {
    Level.VENDOR: DatabaseRole.VENDOR,
    Level.DISTRIBUTOR: DatabaseRole.DISTRIBUTOR,
    Level.RESELLER: DatabaseRole.RESELLER,
}
COLUMNS = [
    "document_number",
    "document_line",
    "sold_on",
    "product_code",
    "reseller_account",
    "quantity",
    "unit_price",
    "ship_to_country",
    "end_customer",
    "special_price_number",
    "serial_numbers",
]

ACTS = {
    "SELL_IN": "vendor/submit_sell_in.graphql",
    "SELL_THROUGH": "distributor/submit_sell_through.graphql",
    "INVENTORY": "distributor/submit_inventory.graphql",
}
"How a report is handed in."


class Operating(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Session]: ...


def context_of(made: Networks, who: Principal) -> Context:
    """For whom the database is asked by this principal, worked out without the application."""
    organization = made.firms[who.firm].id
    if who.level is Level.VENDOR:
        own = next(each.id for each in made.vendors if each.firm == who.firm)
        return Context(ROLE[who.level], organization, own, frozenset({own}), actor_id=who.actor_id)
    parties = made.parties_of(who)
    vendors, ids = frozenset(party.vendor.id for party in parties), frozenset(party.id for party in parties)
    return Context(ROLE[who.level], organization, None, vendors, ids, who.actor_id)


@dataclass
class Furnished:
    """Networks in a database, and the application over it."""

    made: Networks
    http: httpx.AsyncClient
    database: Database
    owner: asyncpg.Connection
    callers: dict[Principal, Caller] = field(default_factory=dict)
    people: dict[Level, Caller] = field(default_factory=dict)
    finance: Caller | None = None

    def context(self, who: Principal) -> Context:
        return context_of(self.made, who)

    async def _hand_in(self, report: Report | StockReport) -> None:
        agreement, caller = report.agreement, self.callers[report.submitter]
        data = written(report)
        report.byte_size = len(data)
        given: dict[str, Any] = {
            "agreementId": global_id("DistributionAgreement", agreement.key),
            "period": {"start": report.start.isoformat(), "end": report.end.isoformat()},
            "idempotencyKey": uuid4().hex,
        }
        upload = await caller.upload(data, report.filename)
        given |= {"uploadId": upload} if report.sell_in else {"source": {"uploadId": upload}}
        payload = await caller.act(ACTS[report.kind], **given)
        assert payload["userErrors"] == [], payload
        report.id = _id_in(payload["submission"]["id"])
        assert not isinstance(await count_reports(self.database, agreement.vendor.id, agreement.id), Busy)

    async def hand_in_everything(self) -> None:
        """Every report is received and counted; then every alias is confirmed, and what waited for it is released;
        then what was decided about held rows is carried out."""
        await offer_in(self)
        for profile in self.made.profiles:
            await save_in(self, profile)
        for report in self.made.handed_in:
            await self._hand_in(report)
        for alias in self.made.aliases:
            meaning = (
                {"productId": global_id("Product", alias.product.key)}
                if alias.product is not None
                else {"resellerId": global_id("Reseller", alias.authorization.reseller.key)}  # type: ignore
            )
            payload = await self.callers[alias.agreement.distributor.principal].act(
                "distributor/confirm_alias.graphql",
                agreementId=global_id("DistributionAgreement", alias.agreement.key),
                code=alias.code,
                meaning=meaning,
            )
            assert payload["userErrors"] == [], payload
            alias.id = _id_in(payload["alias"]["id"])
            await release_held(self.database, alias.agreement.vendor.id, alias.id)
        for decided in self.made.decisions:
            await decide_in(self, decided)
        await alert_in(self)
        for sold in self.made.sell_out:
            await hand_in(self, sold)
        await settle_in(self)
        await partner_in(self)
        await read_alerts(self)


def _id_in(text: str) -> UUID:
    found = read_global_id(text)
    assert found is not None
    return found.key.id


def written(report: Report | StockReport | SellOutReport) -> bytes:
    """The report as the CSV file that is handed in. An unreadable one lacks its header or a column of it."""
    if isinstance(report, SellOutReport):
        return report.written()
    if isinstance(report, StockReport):
        rows = [row.cells() for row in report.rows]
        return pl.DataFrame(rows, schema=[*STOCK_COLUMNS, report.unread_column], orient="row").write_csv().encode()
    frame = pl.DataFrame([_cells(row) for row in report.rows], schema=[*COLUMNS, report.unread_column], orient="row")
    if report.sell_in:
        frame = frame.drop("reseller_account", "ship_to_country", "end_customer")
    if report.unreadable == "COLUMN_MISSING":
        frame = frame.rename({"quantity": f"quantity {report.unread_column}", report.unread_column: "note"})
    return frame.write_csv(include_header=report.unreadable != "HEADER_MISSING").encode()


def _cells(row: Row) -> list[str]:
    said = (row.document, row.line, row.sold_on.isoformat(), row.code, row.account, row.quantity, row.price)
    return [*said, row.ship_to, row.end_customer, row.special_price, row.serial, row.note]


@asynccontextmanager
async def operating_in(urls: Urls) -> AsyncIterator[Operating]:
    """Transactions of the operator, who sets clients up."""
    opened = await Database.open(urls.owner, connections=2)

    @asynccontextmanager
    async def operating() -> AsyncIterator[Session]:
        async with opened.writing(Context(DatabaseRole.OPERATOR)) as session:
            yield session

    yield operating
    await opened.close()


@asynccontextmanager
async def furnished(made: Networks, urls: Urls, operating: Operating) -> AsyncIterator[Furnished]:
    """The networks in the database, everything handed in, and the application running over it."""
    owner = await asyncpg.connect(urls.owner)
    await tables_of(made).write(owner)
    async with application_over(made, urls, operating, owner) as found:
        await found.hand_in_everything()
        yield found
    await owner.close()


@asynccontextmanager
async def application_over(
    made: Networks, urls: Urls, operating: Operating, owner: asyncpg.Connection
) -> AsyncIterator[Furnished]:
    """The application over a database that is furnished already, with a caller for every principal, and without limits: a
    walk asks more in a minute than any client does."""
    settings = Settings(
        home=Path("/nowhere"),
        token_lifetime=timedelta(hours=1),
        long_connections=4,
        cost_per_request=10**12,
        most_fields=10**4,
        cost_per_minute=0,
        requests_per_minute=0,
        uploads_per_minute=0,
        token_requests_per_minute=0,
        uploads_at_once=2,
    )
    app = application(settings, urls.app)
    database = await Database.open(urls.app, connections=2)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as http,
    ):
        found = Furnished(made, http, database, owner)
        for who in made.principals():
            found.callers[who] = await caller_of(found, who, WIDEST[who.level], operating)
            made.acting[who] = _acting(found.callers[who])
        yield found
    await database.close()


def _acting(caller: Caller) -> UUID:
    """The id of the integration that asks, as its token says it."""
    claims = caller.token.split(".")[1]
    return UUID(json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["client_id"])


async def person_of(found: Furnished, who: Principal, operating: Operating) -> Caller:
    """Somebody called Ada of the principal's firm, with the widest role, signed in at a portal that acts for her whole."""
    site = Site(found.database, operating, TokenSettings(URL, URL), Outbound())
    organization = found.made.firms[who.firm].id
    _, email = await site.person((organization, WIDEST[who.level]))
    tokens = await site.tokens(await site.client(organization, PORTAL, who.level), email)
    await found.owner.execute(
        "INSERT INTO digest_subscription (organization_id, user_id, level, time_zone, hour, set_at)"
        " SELECT $1, id, $2, 'UTC', 7, now() FROM user_account WHERE email = $3",
        organization,
        who.level.value,
        email,
    )
    await read_partners(found, OF_SIGNING_IN)
    return Caller(found.http, tokens["access_token"])


async def caller_of(
    found: Furnished, who: Principal, role: Role, operating: Operating, scopes: frozenset[Scope] | None = None
) -> Caller:
    """An integration of the principal with one role, and all scopes that are of use to it unless some are named."""
    scopes = usable_scopes((role,)) if scopes is None else scopes
    async with operating() as session:
        organization = found.made.firms[who.firm].id
        made = await create_client(session, organization, who.level, found.made.clients[who], [role], scopes)
    answer = await found.http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=(str(made.id), made.secret)
    )
    assert answer.status_code == 200, answer.text
    await read_partners(found, OF_SIGNING_IN)
    return Caller(found.http, answer.json()["access_token"])
