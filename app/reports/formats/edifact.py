"""How an EDIFACT SLSRPT, sales data report message, is read.

Each line item (LIN) is one row, and so is each further quantity of it that has a party, a reference, a date, a place or
serial numbers of its own: a line may be split over several buyers. What stands at the head of the message, at a
location (LOC) or in the item before its quantity holds for what follows, unless it says otherwise; of the parties, only
those below the head. What a segment means is the profile's to say.

A decimal mark is a point or a comma, as ISO 9735 has it; it knows no other marks in a number. A price for several units
is divided by them. Where only the amount of a line is stated, the price of one unit is taken from it if it is exact.
Whether a row is a return is said by its quantity's sign or qualifier; which document it stands on then, see `documents`.
"""

SALES_REPORT = "SLSRPT"
