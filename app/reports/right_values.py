"""What would be right in each field of a report, for the sentences that tell its sender what is wrong."""

RIGHT: dict[str, str] = {
    "document_number": "the number of the invoice or credit note",
    "document_line": "the line of the document, as text",
    "document_kind": "INVOICE or CREDIT_NOTE",
    "return_of": "the invoice and line that is returned, as INVOICE:LINE",
    "sold_on": "the invoice date as YYYY-MM-DD",
    "product_code": "your or the vendor's code of the product",
    "reseller_account": "the reseller's account number with you",
    "quantity": "a number with at most 3 decimals, below 10^15, such as 12 or -1.5",
    "unit": "a unit of measure such as EA",
    "unit_price": "a number with at most 6 decimals, below 10^12, such as 21.50",
    "currency": "an ISO 4217 code such as USD",
    "sale_type": "SALE, RETURN, DROP_SHIPMENT, CREDIT_AND_REBILL, SAMPLE, INTERNAL_USE, REPLACEMENT or TRANSFER",
    "ship_to_country": "an ISO 3166 country code such as BR",
    "end_customer": "the end customer's name",
    "special_price_number": "the number of the special price authorisation",
    "serial_numbers": "serial numbers separated by |",
    "warehouse": "the code of the warehouse in which the goods lie",
    "counted_on": "the day of the count or of the movement as YYYY-MM-DD",
    "status": "GOOD, RESERVED, IN_TRANSIT, RETURNED, DEFECTIVE or BLOCKED",
    "movement": "RECEIPT, TRANSFER, ADJUSTMENT, RETURN_TO_VENDOR, SCRAPPED or DELIVERY; nothing for a count",
    "reference": "the number of the document that moved the goods",
    "reference_line": "the line of that document, as text",
    "lot": "the number of the lot or batch",
}
"""Field → what would be right in it."""
