"""Where a vendor's network leads to the names that the asker had erased in it."""

from app.access.roles import Permission
from app.erasure.graph import erasures_of_vendors
from app.execution.edges import attach, edge
from app.partners.organizations.graph import Vendor

attach(Vendor, erasures=edge(erasures_of_vendors, permission=Permission.PERSONAL_DATA_ERASE))
