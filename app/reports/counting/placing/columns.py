"""The columns of the temporary tables that rows are staged and placed in, each with its type.

Amounts are 10⁻⁶ currency units, quantities 10⁻³ base units.
"""

SAID = {
    "source": "text",
    "document_kind": "text",
    "document_number": "text",
    "document_line": "text",
    "line_given": "boolean",
    "return_of": "text",
    "sold_on": "date",
    "product_code": "text",
    "reseller_account": "text",
    "quantity": "bigint",
    "unit": "text",
    "unit_price": "bigint",
    "amount": "bigint",
    "currency": "text",
    "sale_type": "text",
    "ship_to_country": "text",
    "end_customer": "text",
    "special_price_number": "text",
    "serial_numbers": "text[]",
    "content_hash": "text",
}
"What a row says, each with its type: all that `placed` carries of it."
PLACED = {
    "staged": "tid",
    "vendor_id": "uuid",
    "submission_id": "uuid",
    "row_number": "bigint",
    **SAID,
    "mode": "text",
    "placed_line": "text",
    "product_id": "uuid",
    "product_alias_id": "uuid",
    "account_alias_id": "uuid",
    "reseller_id": "uuid",
    "disclosed_reseller_id": "uuid",
    "is_kit": "boolean",
    "waits_for": "text[]",
    "warnings": "text[]",
    "live_submission": "uuid",
    "live_row": "bigint",
    "held_submission": "uuid",
    "held_row": "bigint",
    "says_the_same": "boolean",
    "units": "bigint",
    "base_unit_price": "bigint",
    "book_currency": "text",
    "agreed_currency": "text",
    "book_price": "bigint",
    "book_amount": "bigint",
    "outcome": "text",
}
"The columns of `placed` in their order: where a row was staged, what it says, what that stands for, its outcome."
