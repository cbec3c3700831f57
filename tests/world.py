"""A small world for tests: two vendors, a distributor that both share, one that is the first's alone, three resellers.

Written as the database's owner, past every policy, so that what is tested is only what the application does with it.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.access.actor import Actor
from app.access.roles import Role
from app.access.scopes import permissions_of
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.store.identity import new_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START, END = date(2024, 1, 1), date(2030, 1, 1)


@dataclass
class World:
    """What there is, by name."""

    connection: asyncpg.Connection
    organizations: dict[str, UUID] = field(default_factory=dict)
    vendors: dict[str, UUID] = field(default_factory=dict)
    parties: dict[tuple[str, str], UUID] = field(default_factory=dict)
    agreements: dict[tuple[str, str], UUID] = field(default_factory=dict)
    authorizations: dict[tuple[str, str, str], UUID] = field(default_factory=dict)
    products: dict[tuple[str, str], UUID] = field(default_factory=dict)
    programs: dict[tuple[str, str], UUID] = field(default_factory=dict)

    async def add(self, table: str, **values: Any) -> None:
        names = ", ".join(values)
        holders = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({holders})", *values.values())

    async def organization(self, name: str) -> UUID:
        if name not in self.organizations:
            self.organizations[name] = new_id()
            await self.add("organization", id=self.organizations[name], name=name, country="DE", created_at=NOW)
        return self.organizations[name]

    async def vendor(self, name: str) -> UUID:
        organization = await self.organization(name)
        self.vendors[name] = vendor = new_id()
        await self.add("vendor", id=vendor, organization_id=organization, name=name, country="DE", region="EMEA")
        for audience in ("DISTRIBUTOR", "RESELLER"):
            self.programs[name, audience] = program = new_id()
            await self.add(
                "program",
                vendor_id=vendor,
                id=program,
                name=f"{name} {audience.lower()} programme",
                description="For tests.",
                audience=audience,
                status="ACTIVE",
                partner_types=[],
                countries=[],
                created_at=NOW,
            )
        return vendor

    async def party(self, vendor: str, name: str, kind: str, disclosed: bool = True) -> UUID:
        self.parties[vendor, name] = party = new_id()
        vendor_id = self.vendors[vendor]
        await self.add(
            "party",
            vendor_id=vendor_id,
            id=party,
            kind=kind,
            name=name,
            partner_type="VAR" if kind == "RESELLER" else None,
            country="DE",
            disclosed=disclosed,
            created_at=NOW,
        )
        organization = await self.organization(name)
        await self.add("party_link", vendor_id=vendor_id, party_id=party, organization_id=organization, linked_from=NOW)
        return party

    async def agreement(self, vendor: str, distributor: str, **changed: Any) -> UUID:
        self.agreements[vendor, distributor] = agreement = new_id()
        values: dict[str, Any] = {
            "vendor_id": self.vendors[vendor],
            "id": agreement,
            "distributor_id": self.parties[vendor, distributor],
            "program_id": self.programs[vendor, "DISTRIBUTOR"],
            "status": "ACTIVE",
            "effective_start": START,
            "effective_end": END,
            "territory": ["DE", "AT"],
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "volume_period": "QUARTER",
            "volume_commitment": 10_000_000_000,
            "threshold_rule": "REACHED",
            "cadence": "MONTHLY",
            "due_days": 10,
            "grace_days": 5,
            "mandatory_fields": [],
            "formats": ["INLINE", "CSV", "X12"],
            "discloses_resale_price": True,
            "discloses_end_customer": True,
            "discloses_reseller": True,
            "discloses_credit_terms": True,
            "created_at": NOW,
            **changed,
        }
        await self.add("agreement", **values)
        return agreement

    async def authorize(self, vendor: str, distributor: str, reseller: str, account: str) -> UUID:
        vendor_id, reseller_id = self.vendors[vendor], self.parties[vendor, reseller]
        agreement, distributor_id = self.agreements[vendor, distributor], self.parties[vendor, distributor]
        self.authorizations[vendor, distributor, reseller] = authorization = new_id()
        discloses = await self.connection.fetchval("SELECT discloses_reseller FROM agreement WHERE id = $1", agreement)
        await self.add(
            "reseller_authorization",
            vendor_id=vendor_id,
            id=authorization,
            agreement_id=agreement,
            distributor_id=distributor_id,
            reseller_id=reseller_id,
            disclosed_reseller_id=reseller_id if discloses else new_id(),
            status="ACTIVE",
            reseller_name=reseller,
            reseller_country="DE",
            partner_type="VAR",
            distributor_name=distributor,
            distributor_country="DE",
            accounts=[account],
            effective_start=START,
            effective_end=END,
            created_at=NOW,
        )
        await self.add(
            "account",
            vendor_id=vendor_id,
            agreement_id=agreement,
            number=account,
            authorization_id=authorization,
            distributor_id=distributor_id,
            reseller_id=reseller_id,
        )
        return authorization

    async def authorize_account(self, vendor: str, distributor: str, reseller: str, account: str) -> None:
        """Another account number of an authorised reseller."""
        await self.add(
            "account",
            vendor_id=self.vendors[vendor],
            agreement_id=self.agreements[vendor, distributor],
            number=account,
            authorization_id=self.authorizations[vendor, distributor, reseller],
            distributor_id=self.parties[vendor, distributor],
            reseller_id=self.parties[vendor, reseller],
        )

    async def product(self, vendor: str, sku: str, price: int = 100, family: str = "Drives") -> UUID:
        """`price` in whole euros."""
        self.products[vendor, sku] = product = new_id()
        await self.add(
            "product",
            vendor_id=self.vendors[vendor],
            id=product,
            sku=sku,
            gtin=None,
            name=f"Product {sku}",
            family=family,
            base_unit="EA",
            introduced_on=START,
            created_at=NOW,
        )
        await self.add(
            "book_price",
            vendor_id=self.vendors[vendor],
            product_id=product,
            currency="EUR",
            effective_from=START,
            price=price * 1_000_000,
            announced_at=NOW - timedelta(days=700),
        )
        return product

    def actor(self, level: Level, name: str, *roles: Role) -> Actor:
        """An integration of an organisation, with all scopes of these roles."""
        held = frozenset(roles)
        own = [(vendor, party) for (vendor, each), party in self.parties.items() if each == name]
        vendor_id = self.vendors.get(name) if level is Level.VENDOR else None
        vendors = frozenset(self.vendors[vendor] for vendor, _ in own) if level is not Level.VENDOR else {vendor_id}
        return Actor(
            level=level,
            organization_id=self.organizations[name],
            organization_name=name,
            client_id=new_id(),
            user_id=None,
            name=f"{name} integration",
            roles=held,
            scopes=None,
            permissions=permissions_of(held, None),
            vendor_id=vendor_id,
            vendor_ids=frozenset(v for v in vendors if v is not None),
            party_ids=frozenset(party for _, party in own) if level is not Level.VENDOR else frozenset(),
            expires_at=datetime(2100, 1, 1, tzinfo=UTC),
        )

    def agreement_gid(self, vendor: str, distributor: str) -> str:
        return global_id("DistributionAgreement", Key(self.vendors[vendor], self.agreements[vendor, distributor]))


async def build(owner_url: str) -> World:
    """Acme and Borealis are vendors; Dist One serves both, Dist Two only Acme and discloses nothing; Reseller One buys from
    both distributors and in both networks."""
    world = World(await asyncpg.connect(owner_url))
    for vendor in ("Acme", "Borealis"):
        await world.vendor(vendor)
        await world.product(vendor, "DRIVE-1", 100)
        await world.product(vendor, "DRIVE-2", 250)
        await world.product(vendor, "SWITCH-1", 40, family="Switches")
    await world.party("Acme", "Dist One", "DISTRIBUTOR")
    await world.party("Acme", "Dist Two", "DISTRIBUTOR")
    await world.party("Borealis", "Dist One", "DISTRIBUTOR")
    await world.party("Acme", "Reseller One", "RESELLER")
    await world.party("Acme", "Reseller Two", "RESELLER")
    await world.party("Acme", "Hidden Reseller", "RESELLER", disclosed=False)
    await world.party("Borealis", "Reseller One", "RESELLER")
    await world.agreement("Acme", "Dist One")
    await world.agreement(
        "Acme",
        "Dist Two",
        discloses_resale_price=False,
        discloses_end_customer=False,
        discloses_reseller=False,
        discloses_credit_terms=False,
    )
    await world.agreement("Borealis", "Dist One")
    await world.authorize("Acme", "Dist One", "Reseller One", "A-1")
    await world.authorize("Acme", "Dist One", "Reseller Two", "A-2")
    await world.authorize("Acme", "Dist Two", "Reseller One", "T-1")
    await world.authorize("Acme", "Dist Two", "Hidden Reseller", "T-2")
    await world.authorize("Borealis", "Dist One", "Reseller One", "B-1")
    with suppress(asyncpg.PostgresError):
        await world.connection.execute("ANALYZE")
    return world
