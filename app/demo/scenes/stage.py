"""Where the scenes play: in the first vendor's network, by its people, from a day on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.access.roles import Role
from app.demo.history import History
from app.demo.network import ALPHA, BETA, BRAZIL, SHARED, Agreement, Vendor, party_id
from app.demo.people import Person
from app.demo.portal import Portal, person
from app.demo.sales import Month
from app.execution.identifiers import Key, global_id


@dataclass(frozen=True)
class Stage:
    """The network, and who acts in it. `today` is the day on which the first scene was played."""

    portal: Portal
    vendor: Vendor
    history: History
    sold: Mapping[UUID, Sequence[Month]]
    today: date

    @property
    def manager(self) -> Person:
        return Person(self.vendor.organization, Role.VENDOR_PROGRAM_MANAGER)

    @property
    def finance(self) -> Person:
        return Person(self.vendor.organization, Role.VENDOR_FINANCE)

    @property
    def mosel(self) -> Person:
        return person(SHARED, Role.RESELLER_ADMIN)

    @property
    def alpha(self) -> Person:
        return person(ALPHA, Role.RESELLER_ADMIN)

    @property
    def beta(self) -> Person:
        return person(BETA, Role.RESELLER_ADMIN)

    @property
    def brazil(self) -> Person:
        return person(BRAZIL, Role.DISTRIBUTOR_ADMIN)

    def agreement(self, distributor: str) -> Agreement:
        """The vendor's agreement with a distributor."""
        return next(each for each in self.vendor.agreements if each.distributor.name == distributor)

    def party(self, firm: str) -> UUID:
        """A distributor or reseller of the network."""
        return party_id(self.vendor.organization.name, firm)

    def gid(self, kind: str, id: UUID) -> str:
        """The id of something of the network, as the graph has it."""
        return global_id(kind, Key(self.vendor.id, id))

    def day(self, days: int) -> str:
        """So many days from today."""
        return str(self.today + timedelta(days=days))

    async def act(self, by: Person, document: str, /, **given: Any) -> dict[str, Any]:
        """What somebody does, by a document of the folder of its level."""
        return await self.portal.act(by, f"{by.role.level.lower()}/{document}.graphql", **given)
