"""What the demo's firms are called and what they sell: made up, but of the sizes and prices that such firms have.

A product's price is its distributor price in US dollars at the beginning; other currencies follow by a fixed factor, and
its family says how it changes in the middle of the history, how fast it grows and in which season it sells.
"""

from typing import NamedTuple


class Family(NamedTuple):
    """A product family: its share of the lines sold, growth a year, the price change in mid-history, and its season."""

    name: str
    share: float
    growth: float
    price_change: float
    year_end_peak: float


class Item(NamedTuple):
    """A product as the catalogue lists it; `opening_price` in US dollars. `new` ones come after nine months."""

    sku: str
    name: str
    family: str
    opening_price: float
    new: bool = False


STORAGE_FAMILIES = (
    Family("Surveillance Drives", 0.30, 0.10, -0.05, 1.0),
    Family("NAS Drives", 0.27, 0.18, -0.04, 1.1),
    Family("Enterprise Drives", 0.18, 0.12, 0.03, 1.0),
    Family("Portable Storage", 0.25, 0.02, -0.08, 1.5),
)
NETWORK_FAMILIES = (
    Family("Access Points", 0.45, 0.22, -0.04, 1.0),
    Family("Switches", 0.38, 0.09, 0.05, 1.1),
    Family("Transceivers", 0.17, 0.05, 0.0, 1.0),
)
STORAGE_ITEMS = (
    Item("WD10PURZ", "Surveillance drive 1 TB", "Surveillance Drives", 41.5),
    Item("WD20PURZ", "Surveillance drive 2 TB", "Surveillance Drives", 54.0),
    Item("WD40PURZ", "Surveillance drive 4 TB", "Surveillance Drives", 79.0),
    Item("WD60PURZ", "Surveillance drive 6 TB", "Surveillance Drives", 112.0),
    Item("WD80PURZ", "Surveillance drive 8 TB", "Surveillance Drives", 149.0),
    Item("WD121PURZ", "Surveillance drive 12 TB", "Surveillance Drives", 228.0, new=True),
    Item("NW20NAS", "NAS drive 2 TB", "NAS Drives", 66.0),
    Item("NW40NAS", "NAS drive 4 TB", "NAS Drives", 92.0),
    Item("NW60NAS", "NAS drive 6 TB", "NAS Drives", 128.0),
    Item("NW80NAS", "NAS drive 8 TB", "NAS Drives", 165.0),
    Item("NW120NAS", "NAS drive 12 TB", "NAS Drives", 239.0),
    Item("NW160NAS", "NAS drive 16 TB", "NAS Drives", 298.0),
    Item("NW200NAS", "NAS drive 20 TB", "NAS Drives", 362.0, new=True),
    Item("NE80ENT", "Enterprise drive 8 TB", "Enterprise Drives", 214.0),
    Item("NE120ENT", "Enterprise drive 12 TB", "Enterprise Drives", 281.0),
    Item("NE160ENT", "Enterprise drive 16 TB", "Enterprise Drives", 337.0),
    Item("NE200ENT", "Enterprise drive 20 TB", "Enterprise Drives", 415.0),
    Item("NE240ENT", "Enterprise drive 24 TB", "Enterprise Drives", 529.0),
    Item("NP10PORT", "Portable drive 1 TB", "Portable Storage", 47.0),
    Item("NP20PORT", "Portable drive 2 TB", "Portable Storage", 63.0),
    Item("NP50PORT", "Portable drive 5 TB", "Portable Storage", 104.0),
    Item("NP10SSD", "Portable SSD 1 TB", "Portable Storage", 84.0),
    Item("NP20SSD", "Portable SSD 2 TB", "Portable Storage", 139.0),
    Item("NP40SSD", "Portable SSD 4 TB", "Portable Storage", 264.0),
)
NETWORK_ITEMS = (
    Item("HA-AP120", "Indoor access point 1200", "Access Points", 98.0),
    Item("HA-AP180", "Indoor access point 1800", "Access Points", 146.0),
    Item("HA-AP300", "Indoor access point 3000", "Access Points", 219.0),
    Item("HA-AP600", "Indoor access point 6000", "Access Points", 384.0, new=True),
    Item("HA-OD180", "Outdoor access point 1800", "Access Points", 268.0),
    Item("HA-OD300", "Outdoor access point 3000", "Access Points", 419.0),
    Item("HA-SW08", "Switch, 8 ports", "Switches", 74.0),
    Item("HA-SW08P", "Switch, 8 ports, powered", "Switches", 138.0),
    Item("HA-SW24", "Switch, 24 ports", "Switches", 212.0),
    Item("HA-SW24P", "Switch, 24 ports, powered", "Switches", 397.0),
    Item("HA-SW48", "Switch, 48 ports", "Switches", 448.0),
    Item("HA-SW48P", "Switch, 48 ports, powered", "Switches", 742.0),
    Item("HA-CORE32", "Core switch, 32 ports", "Switches", 2480.0),
    Item("HA-SFP1", "Transceiver 1G", "Transceivers", 16.0),
    Item("HA-SFP10", "Transceiver 10G", "Transceivers", 38.0),
    Item("HA-SFP25", "Transceiver 25G", "Transceivers", 92.0),
    Item("HA-QSFP40", "Transceiver 40G", "Transceivers", 148.0),
    Item("HA-QSFP100", "Transceiver 100G", "Transceivers", 312.0),
)

FACTORS = {"USD": 1.0, "EUR": 0.93, "BRL": 5.6}
"Currency → what a dollar of the opening price list is in it."

FIRST_NAMES = {
    "BR": ("Aurora", "Ipê", "Jaguar", "Litoral", "Maré", "Pampa", "Serra", "Vitória", "Tucano", "Cerrado", "Capixaba"),
    "US": ("Lakeside", "Copper", "Redwood", "Prairie", "Summit", "Harbor", "Juniper", "Granite", "Bluebird", "Cedar"),
    "CA": ("Maple", "Northgate", "Laurentian", "Pacific Rim"),
    "DE": ("Rheinland", "Elbtal", "Schwarzwald", "Neckar", "Spree", "Isar", "Havel"),
    "FR": ("Garonne", "Vercors", "Loire", "Armor"),
    "ES": ("Duero", "Levante", "Sierra", "Ebro"),
    "IT": ("Adda", "Ticino", "Vesuvio", "Lagorai"),
    "NL": ("Waal", "Veluwe", "Maas"),
    "SE": ("Mälaren", "Vänern", "Norrsken", "Östra", "Kalmar"),
    "NO": ("Fjell", "Nordlys", "Lofoten"),
    "DK": ("Øresund", "Limfjord", "Bælt"),
    "FI": ("Saimaa", "Tammer", "Revontuli"),
    "SG": ("Merlion", "Straits", "Raffles Quay", "Orchid", "Marina"),
    "MY": ("Langkawi", "Kinabalu", "Melati"),
    "TH": ("Chao Phraya", "Lotus", "Andaman"),
    "ID": ("Garuda", "Nusantara", "Borobudur"),
    "PH": ("Mayon", "Luzon", "Bayanihan"),
}
TRADES = {
    "VAR": ("Systems", "Solutions", "Datatech"),
    "MSP": ("Managed Services", "Cloud Operations", "Care"),
    "SOLUTION_INTEGRATOR": ("Integration", "Projects", "Engineering"),
    "RETAILER": ("Computer Store", "Digital Shop", "Direct"),
    "CONSULTANT": ("Advisory", "Consulting"),
}
LEGAL_FORMS = {
    "BR": "Ltda", "US": "Inc.", "CA": "Inc.", "DE": "GmbH", "FR": "SAS", "ES": "S.L.", "IT": "S.r.l.", "NL": "B.V.",
    "SE": "AB", "NO": "AS", "DK": "A/S", "FI": "Oy", "SG": "Pte Ltd", "MY": "Sdn Bhd", "TH": "Co., Ltd.", "ID": "PT",
    "PH": "Inc.",
}  # fmt: skip
END_CUSTOMERS = (
    "City Hospital", "Port Authority", "Old Mill Brewery", "Harbour Hotels", "Central Library", "Northern Rail",
    "Riverside Schools", "Green Valley Foods", "Alpine Insurance", "Sunrise Clinics", "Museum of Industry",
    "Coastal Logistics", "Metro Parking", "First Community Bank", "Highland Dairy", "Orbit Studios",
)  # fmt: skip
REGIONS = {"BR": "LATAM", "US": "Americas", "CA": "Americas", "SG": "APAC", "MY": "APAC", "TH": "APAC", "ID": "APAC",
           "PH": "APAC"}  # fmt: skip
"Country → sales region; Europe where it is not listed."
