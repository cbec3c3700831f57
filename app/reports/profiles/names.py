"""What the columns of a report are called, in the languages that distributors and vendors write them in.

A header is compared without case, spacing, signs and accents. The same name is nearly a proof; a name that is spelt almost
so, or that holds such a name as words of its own, is less.
"""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple

from app.programme.terms import SubmissionKind
from app.reports.formats.profiles import COLUMN_FIELDS
from app.reports.formats.profiles import ColumnField as F
from app.reports.profiles.names_of_stock import NAMES_OF_STOCK

_NAMES: dict[F, str] = {
    F.DOCUMENT_NUMBER: """document number, document no, document, doc no, invoice number, invoice no, invoice, inv no,
        bill number, order invoice, billing document, credit memo number, voucher, rechnungsnummer, rechnungsnr,
        rechnung nr, rechnung, belegnummer, belegnr, beleg, fakturanummer, faktura, numero de facture, no facture, n facture,
        facture, piece, numero factura, num factura, nro factura, factura, numero fattura, n fattura, fattura,
        factuurnummer, factuurnr, factuur, numero da nota, nota fiscal, numer faktury, nr faktury, faktura vat""",
    F.DOCUMENT_LINE: """document line, line number, line no, line, invoice line, item number on invoice, position, pos,
        belegposition, rechnungsposition, zeile, ligne, numero de ligne, linea, posizione, riga, regel, regelnummer, linha,
        pozycja, lp, item""",
    F.DOCUMENT_KIND: """document kind, document type, doc type, invoice type, transaction type, belegart, rechnungsart,
        vorgangsart, type de document, type de piece, tipo documento, tipo de documento, documentsoort, tipo doc,
        rodzaj dokumentu""",
    F.RETURN_OF: """return of, original invoice, reference invoice, ref invoice, ursprungsrechnung, bezugsrechnung,
        facture d origine, factura original, factura de referencia, fattura originale, oorspronkelijke factuur""",
    F.SOLD_ON: """sold on, sale date, sales date, invoice date, inv date, document date, billing date, ship date, date,
        transaction date, rechnungsdatum, belegdatum, verkaufsdatum, datum, date de facture, date facture, date de vente,
        fecha factura, fecha de factura, fecha de venta, fecha, data fattura, data documento, data, factuurdatum,
        verkoopdatum, data da venda, data da nota, data sprzedazy, data faktury""",
    F.PRODUCT_CODE: """product code, product, sku, part number, part no, item code, item number, item no, material,
        material number, article number, article, mpn, manufacturer part number, vendor part number, mfr part no, gtin,
        ean, upc, artikelnummer, artikelnr, artikel, artnr, herstellernummer, hersteller artikelnummer, teilenummer,
        materialnummer, reference, reference article, code article, referencia, codigo articulo, codigo producto, codice
        articolo, codice prodotto, codice, productcode, artikelcode, codigo do produto, codigo, kod produktu, indeks""",
    F.RESELLER_ACCOUNT: """kdnr, kunden id, reseller account, reseller id, customer account, customer number, customer no,
        customer code, customer id, customer, cust no, account number, account no, account, sold to, sold to party,
        sold to number,
        kundennummer, kundennr, kunden nr, kunde, debitor, debitorennummer, code client, numero client, no client, client,
        codigo cliente, numero cliente, cliente, codice cliente, klantnummer, klantcode, klant, codigo do cliente,
        numer klienta, nr klienta, klient""",
    F.RESELLER_NAME: """reseller name, reseller, customer name, sold to name, kundenname, name des kunden, firma, nom client,
        nom du client, raison sociale, nombre cliente, razon social, ragione sociale, nome cliente, klantnaam, nazwa klienta,
        haendler, handelspartner, partner name""",
    F.QUANTITY: """quantity, qty, units, units sold, qty sold, quantity sold, sold quantity, sales quantity, qty shipped,
        pieces, menge, anzahl, stueck, stueckzahl, verkaufsmenge, absatz, quantite, qte, quantite vendue, cantidad, cant,
        unidades, quantita, qta, pezzi, aantal, hoeveelheid, quantidade, qtd, qtde, ilosc, sztuk""",
    F.RETURN_QUANTITY: """return quantity, returned quantity, qty returned, returns qty, returns, returned, return qty, units
        returned, credit quantity, retouren, retourenmenge, retourmenge, ruecklieferung, rueckgabe, quantite retournee,
        retours, cantidad devuelta, devoluciones, devolucion, quantita resa, resi, reso, geretourneerd, retour aantal,
        quantidade devolvida, devolucoes, zwroty, ilosc zwrocona""",
    F.UNIT: """unit, unit of measure, uom, um, einheit, mengeneinheit, me, verkaufseinheit, unite, unite de mesure, unidad,
        unidad de medida, unita, unita di misura, eenheid, unidade, jednostka, jm""",
    F.UNIT_PRICE: """unit price, price, resale price, sell price, selling price, sales price, net price, net unit price, pos
        price, price each, price per unit, einzelpreis, stueckpreis, verkaufspreis, vk preis, vk, nettopreis, preis, prix
        unitaire, prix de vente, prix net, prix, pu, precio unitario, precio de venta, precio neto, precio, prezzo unitario,
        prezzo di vendita, prezzo, eenheidsprijs, stuksprijs, verkoopprijs, prijs, preco unitario, preco, cena
        jednostkowa, cena netto, cena""",
    F.LINE_AMOUNT: """line amount, amount, extended amount, extended price, ext price, line total, total, net amount, net
        value, total amount, sales amount, revenue, turnover, value, gesamtpreis, gesamtbetrag, betrag, nettobetrag,
        nettowert, umsatz, positionswert, zeilenbetrag, montant, montant ht, montant net, total ht, chiffre d affaires,
        importe, importe neto, importe total, total linea, importo, importo netto, totale, bedrag, nettobedrag, omzet,
        valor, valor total, kwota, wartosc, wartosc netto""",
    F.BOOK_PRICE: """book price, book cost, purchase price, purchase cost, cost, unit cost, list price, distributor cost,
        disti cost, einkaufspreis, ek preis, ek, listenpreis, prix d achat, cout, precio de compra, coste, costo, prezzo
        di acquisto, inkoopprijs, preco de compra, custo, cena zakupu""",
    F.DEBIT_PRICE: """debit price, debit cost, special cost, special price, ship and debit price, adjusted cost, sonderpreis,
        sonder ek, projektpreis, prix special, precio especial, prezzo speciale, speciale prijs, preco especial""",
    F.CURRENCY: """currency, currency code, curr, ccy, waehrung, waehrungscode, devise, monnaie, moneda, divisa, valuta,
        moeda, waluta""",
    F.SALE_TYPE: """sale type, sales type, type of sale, movement type, order type, vorgang, bewegungsart, auftragsart,
        verkaufsart, type de vente, tipo de venta, tipo vendita, soort verkoop, tipo de venda, rodzaj sprzedazy""",
    F.SHIP_TO_COUNTRY: """ship to country, shipto country, country, country code, delivery country, destination country,
        lieferland, land, laendercode, empfangsland, pays, pays de livraison, pais, pais de envio, paese, nazione, leverland,
        kraj, kraj dostawy""",
    F.END_CUSTOMER: """end customer, end customer name, end user, end user name, enduser, endkunde, endkundenname,
        endabnehmer, client final, utilisateur final, cliente final, usuario final, cliente finale, eindklant,
        eindgebruiker, klient koncowy""",
    F.END_CUSTOMER_ACCOUNT: """end customer account, end customer number, end customer id, end user id, endkundennummer,
        endkunden nr, code client final, codigo cliente final""",
    F.SPECIAL_PRICE_NUMBER: """special price number, special pricing number, spa, spa number, special price agreement,
        deal number, deal id, deal, quote number, quote, debit number, authorization number, ship and debit number, bid
        number, projektnummer, sonderpreisnummer, angebotsnummer, numero de cotation, numero de deal, numero de oferta,
        numero offerta, dealnummer""",
    F.SERIAL_NUMBERS: """serial numbers, serial number, serial no, serial, serials, sn, seriennummer, seriennummern,
        seriennr, numero de serie, numeros de serie, no de serie, numero di serie, matricola, serienummer, numer seryjny""",
}
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
SAME, ALMOST, HELD = 0.9, 0.75, 0.6
"How much a name proves: the same, almost the same, and one that is held in the header."
_ALIKE = 0.84
_LEAST = 4


class Likeness(NamedTuple):
    """How much a header looks like a field's name, from 0 to 1, and the name that it looks like."""

    field: F
    weight: float
    name: str


@lru_cache(maxsize=4_096)
def likenesses(header: str, kind: SubmissionKind = SubmissionKind.SELL_THROUGH) -> tuple[Likeness, ...]:
    """The fields that a header may name in such a report, the likeliest first; the best name of each field counts."""
    found: dict[F, Likeness] = {}
    for spelling in _spellings(header):
        for field, name in _fields(kind):
            weight = _weight(spelling, name)
            if weight and (field not in found or weight > found[field].weight):
                found[field] = Likeness(field, weight, name)
    return tuple(sorted(found.values(), key=lambda each: -each.weight))


def _weight(spelling: str, name: str) -> float:
    short, own = spelling.replace(" ", ""), name.replace(" ", "")
    if short == own:
        return SAME
    if min(len(short), len(own)) < _LEAST:
        return 0.0
    if f" {name} " in f" {spelling} ":
        return HELD * (0.6 + 0.4 * len(own) / len(short))
    matcher = SequenceMatcher(None, short, own, autojunk=False)
    worth_it = matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE
    alike = matcher.ratio() if worth_it else 0.0
    return ALMOST * alike if alike >= _ALIKE else 0.0


@cache
def _fields(kind: SubmissionKind) -> tuple[tuple[F, str], ...]:
    able, called = COLUMN_FIELDS[kind], _NAMES
    if kind is SubmissionKind.INVENTORY:
        called = _NAMES | NAMES_OF_STOCK
    written = ((field, name) for field, names in called.items() if field in able for name in names.split(","))
    own = ((field, field.replace("_", " ")) for field in F if field in able)
    return (*((field, " ".join(name.split())) for field, name in written), *own)


def _spellings(header: str) -> Iterator[str]:
    """The header in plain letters; with umlauts both written out and left out, and words that run together parted."""
    parted = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", header[:100])
    seen = set()
    for each in (header[:100], parted, header[:100].lower().translate(_UMLAUTS)):
        plain = unicodedata.normalize("NFKD", each.lower().translate(_LETTERS))
        kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
        spelling = " ".join(re.findall(r"[a-z]+", kept))
        if spelling and spelling not in seen:
            seen.add(spelling)
            yield spelling
