"""Distribution agreements: vendor and distributor, volume tiers, reporting requirement, disclosure."""
