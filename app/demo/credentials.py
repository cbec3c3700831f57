"""Who may try the demo network: one integration for each level, and what its first requests are about.

Secrets are told once, to whoever provides the clients; making them again ends the ones before.
"""

from pathlib import Path

from app.access.clients import PURPOSE, NewClient, create_client, list_clients, revoke_client
from app.access.roles import Role
from app.access.scopes import Scope, permissions_of
from app.demo.history import SAMPLES_FROM
from app.demo.network import (
    BRAZIL,
    NORDWIND,
    SHARED,
    TERMS,
    agreement_id,
    organization_id,
    party_id,
    product_id,
    vendor_id,
)
from app.demo.sales import UNKNOWN_PRODUCT, UNKNOWN_PRODUCT_CODE
from app.execution.identifiers import Key, global_id
from app.programme.spans import Span, month_after
from app.programme.terms import Level
from app.store.connect import Urls
from app.store.database import Context, Database
from app.tables.metadata import DatabaseRole

OPERATOR = Context(DatabaseRole.OPERATOR)
"Sets firms, people and clients up; needs the owner's login."
CLIENT_NAME = "Demo"
HOLDERS: dict[Level, tuple[str, frozenset[Role]]] = {
    Level.VENDOR: (NORDWIND, frozenset({Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_ANALYST})),
    Level.DISTRIBUTOR: (BRAZIL, frozenset({Role.DISTRIBUTOR_ADMIN})),
    Level.RESELLER: (SHARED, frozenset({Role.RESELLER_ADMIN})),
}
"The firm that each level's client belongs to, and the client's roles."

_HERE = Path(__file__).parent
SELL_THROUGH_CSV = _HERE / "sell-through.csv"
"Eight rows for the Brazilian agreement: five are accepted, one is held, one is rejected, one is a duplicate."
SELL_THROUGH_X12 = _HERE / "storage-vendor-867.x12"
"Two rows for the same agreement, without prices; both are accepted."
CORRECTION_CSV = _HERE / "correction.csv"
"Two rows that put two of the eight right: one counts with another quantity, one could not be read."


async def provision_clients(urls: Urls) -> dict[Level, NewClient]:
    """A new client for each level, with every scope that its roles can use; earlier ones of the demo are revoked.

    Raises ClientRefused where the demo network is not there.
    """
    owner = await Database.open(urls.owner, connections=1)
    try:
        async with owner.writing(OPERATOR) as session:
            made = {}
            for level, (firm, roles) in HOLDERS.items():
                organization = organization_id(firm)
                for client in await list_clients(session, organization):
                    if client.name == _name(level) and client.revoked_at is None:
                        await revoke_client(session, client.id)
                made[level] = await create_client(session, organization, level, _name(level), roles, _scopes(roles))
            return made
    finally:
        await owner.close()


def _name(level: Level) -> str:
    return f"{CLIENT_NAME} {level.lower()}"


def _scopes(roles: frozenset[Role]) -> frozenset[Scope]:
    return frozenset(scope for scope in Scope if PURPOSE[scope] in permissions_of(roles, frozenset({scope})))


def demo_ids() -> dict[str, str]:
    """The ids and codes that the printed requests name. They are the same in every demo network."""
    brazil = next(terms for terms in TERMS if terms.distributor == BRAZIL)
    network = vendor_id(NORDWIND)
    return {
        "vendor": global_id("Vendor", Key(network, network)),
        "agreement": global_id("DistributionAgreement", Key(network, agreement_id(brazil))),
        "distributor": global_id("Distributor", Key(network, party_id(NORDWIND, BRAZIL))),
        "reseller": global_id("Reseller", Key(network, party_id(NORDWIND, SHARED))),
        "unknown_code": UNKNOWN_PRODUCT_CODE,
        "product_of_unknown_code": global_id("Product", Key(network, product_id(NORDWIND, UNKNOWN_PRODUCT))),
    }


def samples_period() -> Span:
    """The month that the two sample reports are about."""
    return Span(SAMPLES_FROM, month_after(SAMPLES_FROM))
