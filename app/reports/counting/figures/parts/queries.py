"""The parts of the accepted rows of `placed`, each of which becomes a line.

A row of a product is one part. A row of a kit has one for each component of its bill of material on the day of the sale;
its amount is shared by book price, by largest remainder. Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

_CARRIED = ", ".join(
    f"p.{name}"
    for name in (
        "vendor_id",
        "submission_id",
        "row_number",
        "mode",
        "live_submission",
        "live_row",
        "document_kind",
        "document_number",
        "placed_line",
        "return_of",
        "sold_on",
        "product_code",
        "product_alias_id",
        "reseller_account",
        "account_alias_id",
        "reseller_id",
        "disclosed_reseller_id",
        "quantity",
        "unit",
        "currency",
        "sale_type",
        "ship_to_country",
        "end_customer",
        "special_price_number",
        "serial_numbers",
        "source",
        "content_hash",
    )
)
WHOLE = f"""
    SELECT {_CARRIED}, 0 AS component, NULL::uuid AS kit_id, p.product_id AS part_id, p.units AS part_units,
        p.base_unit_price AS part_price, p.amount AS part_amount, p.book_price AS part_book_price,
        p.book_amount AS part_book_amount, p.book_currency AS book_in
    FROM placed p WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED'"""
KITS_TOO = f"""{WHOLE} AND NOT p.is_kit
    UNION ALL
    SELECT {_CARRIED}, (row_number() OVER one_row)::int, p.product_id, p.kit_part, p.kit_units,
        CASE WHEN p.kit_units <> 0 THEN round(p.kit_amount * 1000 / p.kit_units)::bigint END,
        p.kit_amount::bigint, p.kit_price, round(p.kit_units::numeric * p.kit_price / 1000)::bigint, p.kit_currency
    FROM (
        SELECT p.*, sign(p.amount) * (p.share + CASE WHEN abs(p.amount) - sum(p.share) OVER one_row
            >= row_number() OVER (PARTITION BY p.submission_id, p.row_number ORDER BY p.exact - p.share DESC, p.kit_position)
            THEN 1 ELSE 0 END) AS kit_amount
        FROM (
            SELECT p.*, floor(p.exact) AS share FROM (
                SELECT p.*, abs(p.amount::numeric) * p.weight / nullif(sum(p.weight) OVER one_row, 0) AS exact
                FROM (
                    SELECT p.*, k.product_id AS kit_part, k.position AS kit_position,
                        round(p.units::numeric * k.quantity / 1000)::bigint AS kit_units, b.price AS kit_price,
                        b.currency AS kit_currency,
                        CASE WHEN sum(k.quantity::numeric * coalesce(b.price, 0)) OVER one_row > 0
                            THEN k.quantity::numeric * coalesce(b.price, 0) ELSE k.quantity END AS weight
                    FROM placed p
                    JOIN kit_component k ON k.vendor_id = p.vendor_id AND k.kit_id = p.product_id
                        AND k.effective_from <= p.sold_on AND (k.effective_until IS NULL OR k.effective_until > p.sold_on)
                    LEFT JOIN book_price b ON b.vendor_id = k.vendor_id AND b.product_id = k.product_id
                        AND b.currency = p.agreed_currency AND b.effective_from <= p.sold_on
                        AND (b.effective_until IS NULL OR b.effective_until > p.sold_on)
                    WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED' AND p.is_kit
                    WINDOW one_row AS (PARTITION BY p.submission_id, p.row_number)
                ) p WINDOW one_row AS (PARTITION BY p.submission_id, p.row_number)
            ) p
        ) p WINDOW one_row AS (PARTITION BY p.submission_id, p.row_number)
    ) p WINDOW one_row AS (PARTITION BY p.submission_id, p.row_number ORDER BY p.kit_position)"""
