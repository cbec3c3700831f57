"""What the columns of an inventory report are called: counts of stock, and the movements of goods."""

from app.reports.formats.profiles import ColumnField as F

NAMES_OF_STOCK: dict[F, str] = {
    F.WAREHOUSE: """warehouse, warehouse code, wh, whse, site, location, location code, storage location,
        plant, branch, depot, store, dc, distribution center, lager, lagerort, lagernummer, lagernr, lager nr, werk,
        standort, filiale, niederlassung, entrepot, code entrepot, magasin, site de stockage, almacen, codigo
        almacen, bodega, deposito, magazzino, codice magazzino, magazijn, magazijncode, vestiging, armazem, magazyn,
        kod magazynu""",
    F.COUNTED_ON: """counted on, count date, stock date, inventory date, as of, as of date, snapshot date,
        balance date, report date, date, moved on, movement date, posting date, transaction date, stichtag,
        bestandsdatum, inventurdatum, zaehldatum, buchungsdatum, bewegungsdatum, datum, date de stock, date
        inventaire, date d inventaire, date de mouvement, fecha inventario, fecha de inventario, fecha de stock,
        fecha movimiento, fecha, data inventario, data giacenza, data movimento, data, voorraaddatum, teldatum, data
        do inventario, data inwentaryzacji, data stanu""",
    F.QUANTITY: """quantity, qty, on hand, on hand qty, on hand quantity, qty on hand, quantity on hand,
        qoh, stock, stock qty, stock quantity, stock on hand, soh, inventory, inventory quantity, balance, ending
        balance, units, units on hand, counted, counted quantity, bestand, lagerbestand, istbestand, bestandsmenge,
        gezaehlt, menge, anzahl, stueck, stueckzahl, zugang, quantite, qte, quantite en stock, en stock, stock reel,
        entree, cantidad, existencias, existencia, stock actual, entrada, quantita, qta, giacenza, esistenza,
        carico, aantal, voorraad, voorraad aantal, quantidade, qtd, estoque, saldo, ilosc, stan, stan magazynowy,
        przychod""",
    F.QUANTITY_OUT: """quantity out, out, qty out, issued, issues, outgoing, withdrawals, abgang, abgaenge,
        warenausgang, ausgang, sortie, sorties, salida, salidas, scarico, uscita, uscite, uitgaand, saida, saidas,
        rozchod""",
    F.STATUS: """status, stock status, stock type, condition, inventory status, quality, quality status,
        availability, disposition, bestandsart, bestandsstatus, lagerstatus, zustand, qualitaet, statut, statut de
        stock, etat, estado, estado de stock, stato, stato merce, condizione, staat, voorraadstatus, situacao, stan
        jakosciowy, status zapasu""",
    F.MOVEMENT: """movement, movement type, movement code, transaction type, transaction, stock movement,
        move type, reason, bewegung, bewegungsart, buchungsart, vorgang, type de mouvement, mouvement, tipo de
        movimiento, movimiento, tipo movimento, movimento, causale, mutatie, soort mutatie, mutatiesoort, tipo de
        movimento, rodzaj ruchu, ruch""",
    F.REFERENCE: """reference, ref, reference number, document, document number, document no, doc no,
        delivery note, packing slip, shipment, receipt number, voucher, material document, beleg, belegnummer,
        belegnr, lieferschein, lieferscheinnummer, materialbeleg, referenz, bon de livraison, no document, piece,
        numero de document, albaran, documento, numero documento, bolla, ddt, pakbon, bonnummer, referentie, guia,
        dokument, numer dokumentu, nr dokumentu, wz, pz""",
    F.REFERENCE_LINE: """reference line, document line, line number, line no, line, position, pos,
        belegposition, zeile, ligne, linea, riga, regel, regelnummer, linha, pozycja, lp""",
    F.LOT: """lot, lot number, lot no, batch, batch number, batch no, charge, chargennummer, los, losnummer,
        lot de fabrication, numero de lot, lote, numero de lote, lotto, numero lotto, partij, partijnummer, partia,
        numer partii""",
}
