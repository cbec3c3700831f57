"""The currencies in which a partner may report, after ISO 4217.

Each code is listed with its minor units: how many decimals a payment in it has (two for most, none for the yen, three
for the Kuwaiti dinar). Codes without minor units (gold, test codes) cannot be invoiced and are not listed. Codes
withdrawn since 2020 stay, because reports of earlier dates still carry them.
"""

_BY_MINOR_UNITS: dict[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER
        ZAR ZMW ZWG ANG BGN CUC HRK SLL ZWL
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

MINOR_UNITS: dict[str, int] = {code: places for places, codes in _BY_MINOR_UNITS.items() for code in codes.split()}
"""ISO 4217 code → decimals of its minor unit."""

NO_CURRENCY = "XXX"
"""What ISO 4217 has for amounts of no currency: it stands where a reseller reports what it sold without a price."""

CURRENCIES: frozenset[str] = frozenset(MINOR_UNITS)
