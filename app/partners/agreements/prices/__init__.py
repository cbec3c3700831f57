"""The price in force: the price book less the discount of a distributor's tier; and what was invoiced otherwise."""
