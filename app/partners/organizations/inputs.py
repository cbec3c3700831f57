"""What a vendor enters to record a party of its network."""

import strawberry

from app.execution.described import entered
from app.partners.terms import PartnerType


@entered
class ResellerFilter:
    """Which resellers."""

    search: str | None = None
    "Part of the name, in small or capital letters."
    partner_type: PartnerType | None = None
    "Only this kind of firm."
    country: str | None = None
    "Only those of this country, ISO 3166 (two letters)."
    segment_id: strawberry.ID | None = None
    "Only those that belong to this segment of your own today; none where there is no such segment that you can see."
    include_merged: bool = False
    "For a vendor: also its records that were merged into others."


@entered
class CreateDistributorInput:
    """A distributor, as the vendor records it. The firm signs in once its own administrator has accepted the link."""

    name: str
    "Its name, up to 200 characters."
    country: str
    "The country of its seat, ISO 3166 (two letters)."
    region: str | None = None
    "The vendor's sales region, where it has one."
    tax_number: str | None = None
    "Its tax or VAT number."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same distributor, for good."


@entered
class CreateResellerInput:
    """A reseller, as the vendor records it."""

    name: str
    "Its name, up to 200 characters."
    country: str
    "The country of its seat, ISO 3166 (two letters)."
    region: str | None = None
    "The vendor's sales region, where it has one."
    partner_type: PartnerType
    "What kind of firm it is."
    tax_number: str | None = None
    "Its tax or VAT number."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same reseller, for good."
