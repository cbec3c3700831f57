"""A vendor's portal: one vendor with many agreements, each with many authorised resellers that bought last quarter."""

from datetime import date

from tests.world import World

VENDOR = "Portal"
DOCUMENT = """
query Portal($agreements: Int!, $authorizations: Int!, $period: DateRangeInput!) {
  viewer { vendor { id name agreements(first: $agreements) { edges { cursor node {
    id status effective { start end } distributor { id name }
    authorizations(first: $authorizations) { edges { node {
      id status accounts
      reseller { id name country region partnerType }
      sellThrough(period: $period) { units bookAmounts { amount currency } }
    } } }
  } } } } }
}
"""
LAST_QUARTER = {"start": "2026-07-01", "end": "2026-10-01"}


async def add_portal(world: World, agreements: int, authorizations: int) -> None:
    """Give the world the vendor, with as many distributors, and as many resellers of its own to each of them."""
    await world.vendor(VENDOR)
    product = await world.product(VENDOR, "PORTAL-1")
    sold = []
    for number in range(agreements):
        distributor = f"Portal Distributor {number:02}"
        distributor_id = await world.party(VENDOR, distributor, "DISTRIBUTOR")
        await world.agreement(VENDOR, distributor)
        for place in range(authorizations):
            reseller = f"Portal Reseller {number:02}-{place:02}"
            reseller_id = await world.party(VENDOR, reseller, "RESELLER")
            await world.authorize(VENDOR, distributor, reseller, f"P-{number}-{place}")
            sold.append((world.vendors[VENDOR], date(2026, 8, 1), distributor_id, reseller_id, place * 1000, product))
    columns = (
        "units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount, currency, book_currency"
    )
    values = "$3, $4, $4, units, 0, 1, units * 1000, units * 1000, units * 1000, 'EUR', 'EUR'"
    parties = "distributor_id, reseller_id, disclosed_reseller_id"
    await world.connection.executemany(
        f"INSERT INTO sell_through_month (vendor_id, month, {parties}, {columns}, fiscal_month, product_id)"
        f" SELECT $1, $2, {values}, $2, $6 FROM (SELECT $5::bigint) sold (units)",
        sold,
    )
    await world.connection.executemany(
        f"INSERT INTO sell_through_reseller_month (vendor_id, month, {parties}, {columns})"
        f" SELECT $1, $2, {values} FROM (SELECT $5::bigint) sold (units)",
        [each[:-1] for each in sold],
    )
    await world.connection.execute("ANALYZE")
