"""The people of the demo's firms: one for each role that a firm has somebody for."""

from dataclasses import dataclass
from uuid import UUID

from app.access.roles import Role
from app.demo.history import derived_id
from app.demo.network import Organization


@dataclass(frozen=True)
class Person:
    """Somebody who works for a firm in a role."""

    firm: Organization
    role: Role

    @property
    def id(self) -> UUID:
        return derived_id("user", self.email)

    @property
    def name(self) -> str:
        return f"{self._task}, {self.firm.name}"

    @property
    def email(self) -> str:
        first, second, *_ = self.firm.name.lower().split()
        return f"{self._task.lower().replace(' ', '-')}@{first}-{second}.example"

    @property
    def _task(self) -> str:
        return self.role.value.partition("_")[2].replace("_", " ").capitalize()
