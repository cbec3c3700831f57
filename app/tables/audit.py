"""What an organisation learns of what others did that concerns it: the act, its subject, when, and on whose side.

The audit itself (`audit_event`) is read by the organisation alone that acted, at the level at which it did, with
everything before and after. Whom an act concerns gets a notice of it in the same transaction, which names no person and
tells nothing of what was changed.
"""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy import text as sql

from app.programme.terms import Level
from app.tables.metadata import (
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_BY_OWN_PARTY = (
    f"{NETWORKS} AND actor_party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')"
    "::uuid[])"
)

audit_notice = protect(
    network_table(
        "audit_notice",
        uuid_column("id"),
        text("audience"),
        uuid_column("distributor_id", nullable=True),
        uuid_column("reseller_id", nullable=True),
        text("act"),
        text("subject"),
        text("actor_level"),
        uuid_column("actor_party_id", nullable=True),
        moment("happened_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "actor_party_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("audience", Level), name="audience"),
        CheckConstraint(one_of("actor_level", Level), name="actor_level"),
        CheckConstraint("(audience = 'DISTRIBUTOR') = (distributor_id IS NOT NULL)", name="of_a_distributor"),
        CheckConstraint("(audience = 'RESELLER') = (reseller_id IS NOT NULL)", name="of_a_reseller"),
        CheckConstraint("(actor_level = 'VENDOR') = (actor_party_id IS NULL)", name="actor_is_a_party"),
        Index(None, "vendor_id", "audience", "happened_at", "id"),
        Index(None, "vendor_id", "subject", "happened_at", "id"),
        Index(None, "distributor_id", "happened_at", "id", postgresql_where=sql("distributor_id IS NOT NULL")),
        Index(None, "reseller_id", "happened_at", "id", postgresql_where=sql("reseller_id IS NOT NULL")),
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND audience = 'VENDOR'",
        insert=True,
        writing=f"{OWN_VENDOR} AND actor_level = 'VENDOR'",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        f"{OWN_DISTRIBUTOR} AND audience = 'DISTRIBUTOR'",
        insert=True,
        writing=f"{_BY_OWN_PARTY} AND actor_level = 'DISTRIBUTOR'",
    ),
    Access(
        DatabaseRole.RESELLER,
        f"{OWN_RESELLER} AND audience = 'RESELLER'",
        insert=True,
        writing=f"{_BY_OWN_PARTY} AND actor_level = 'RESELLER'",
    ),
)
