"""Joint business plans of a vendor and a distributor: agreed in versions, followed, and reviewed together."""
