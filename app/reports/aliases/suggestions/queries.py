"""What unknown codes are compared with: for each a handful of candidates, never the whole catalogue.

Known codes and asked ones are laid in one line, ordered by their letters and digits, and once more ordered from behind; a
candidate stands near a code in one of the two, equals one of its runs of words, or is confirmed for the same letters and
digits under another agreement of the same distributor. The work is that of sorting: it grows with the codes and the
catalogue, not with their product. Row-level security cuts the candidates to what the asker sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.store.database import Reader, Row

NEAR = 8
"So many neighbours of a code are looked at on each side."
TOO_COMMON = 40
"A word that stands in more names than these tells nothing."


@dataclass(frozen=True, slots=True)
class Asked:
    """An unknown code in the reports of an agreement or, of sell-out, of none."""

    vendor_id: UUID
    agreement_id: UUID | None
    code: str


def _letters(text: str) -> str:
    """The letters and digits of a text, in capitals, without leading zeros."""
    return f"ltrim(upper(regexp_replace({text}, '[^[:alnum:]]+', '', 'g')), '0')"


_ASKED = f"""asked AS (
    SELECT q.*, {_letters("q.code")} AS letters
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS q (vendor_id, agreement_id, code, ordinal)
), run AS (
    SELECT q.ordinal, q.vendor_id, q.agreement_id, {_letters("r.run")} AS letters
    FROM unnest($4::bigint[], $5::text[]) AS r (ordinal, run) JOIN asked q ON q.ordinal = r.ordinal
)"""


def _nearest(known: str, among: str, confirmed: str) -> str:
    """Candidates from `known` (id, source, text, and the columns of `among`, within which codes are compared), and from the
    aliases of `confirmed`."""
    same = " AND ".join(f"k.{name} = q.{name}" for name in among.split(", "))
    return f"""
WITH {_ASKED}, known AS (SELECT x.*, {_letters("x.text")} AS letters FROM ({known}) x
), laid AS (
    SELECT {among}, id, source, text, ordinal,
        count(id) OVER (PARTITION BY {among} ORDER BY letters, id NULLS FIRST ROWS UNBOUNDED PRECEDING) AS place,
        count(id) OVER (PARTITION BY {among} ORDER BY reverse(letters), id NULLS FIRST ROWS UNBOUNDED PRECEDING) AS mirrored
    FROM (
        SELECT {among}, id, source, text, letters, NULL::bigint AS ordinal FROM known
        UNION ALL SELECT {among}, NULL, NULL, NULL, letters, ordinal FROM asked
    ) x
)
SELECT q.ordinal, k.id, k.source, k.text FROM laid q CROSS JOIN generate_series(1 - {NEAR}, {NEAR}) AS n
JOIN laid k ON {same} AND k.id IS NOT NULL AND k.place = q.place + n WHERE q.ordinal IS NOT NULL
UNION
SELECT q.ordinal, k.id, k.source, k.text FROM laid q CROSS JOIN generate_series(1 - {NEAR}, {NEAR}) AS n
JOIN laid k ON {same} AND k.id IS NOT NULL AND k.mirrored = q.mirrored + n WHERE q.ordinal IS NOT NULL
UNION
SELECT q.ordinal, k.id, k.source, k.text FROM run q JOIN known k ON {same} AND k.letters = q.letters
UNION
{confirmed}"""


_CATALOGUE = (
    "SELECT vendor_id, id, 'SKU' AS source, sku AS text FROM product WHERE vendor_id = ANY ($1)"
    " UNION ALL SELECT vendor_id, id, 'GTIN', gtin FROM product WHERE vendor_id = ANY ($1) AND gtin IS NOT NULL"
)
_PRODUCTS_ALONE = _nearest(_CATALOGUE, "vendor_id", "SELECT q.ordinal, NULL::uuid, '', '' FROM asked q WHERE false")
"Where nobody has aliases."
_PRODUCTS = _nearest(
    _CATALOGUE,
    "vendor_id",
    f"""SELECT q.ordinal, a.product_id, 'ALIAS', a.code FROM asked q
    JOIN agreement g ON g.vendor_id = q.vendor_id AND g.id = q.agreement_id
    JOIN alias a ON a.vendor_id = q.vendor_id AND a.distributor_id = g.distributor_id
    AND a.agreement_id <> q.agreement_id AND a.kind = 'PRODUCT'
    AND a.undone_at IS NULL AND {_letters("a.code")} = q.letters""",
)
_RESELLERS = _nearest(
    """SELECT c.vendor_id, c.agreement_id, c.reseller_id AS id, 'ACCOUNT' AS source, c.number AS text FROM account c
    JOIN reseller_authorization z ON z.vendor_id = c.vendor_id AND z.id = c.authorization_id AND z.status <> 'ENDED'
    WHERE c.vendor_id = ANY ($1) AND c.agreement_id = ANY ($2)
    UNION ALL SELECT vendor_id, agreement_id, reseller_id, 'NAME', reseller_name FROM reseller_authorization
    WHERE vendor_id = ANY ($1) AND agreement_id = ANY ($2) AND status <> 'ENDED'""",
    "vendor_id, agreement_id",
    f"""SELECT q.ordinal, a.reseller_id, 'ALIAS', a.code FROM asked q
    JOIN agreement g ON g.vendor_id = q.vendor_id AND g.id = q.agreement_id
    JOIN alias a ON a.vendor_id = q.vendor_id AND a.distributor_id = g.distributor_id
    AND a.agreement_id <> q.agreement_id AND a.kind = 'ACCOUNT'
    AND a.undone_at IS NULL AND {_letters("a.code")} = q.letters
    JOIN reseller_authorization z ON z.vendor_id = a.vendor_id AND z.agreement_id = q.agreement_id
    AND z.reseller_id = a.reseller_id AND z.status <> 'ENDED'""",
)


async def near_products(db: Reader, asked: Sequence[Asked], runs: Sequence[tuple[int, str]]) -> list[Row]:
    """Products that unknown codes may mean, and what of each is like the code; `runs` are by the code's ordinal from 1."""
    statement = _PRODUCTS if any(each.agreement_id for each in asked) else _PRODUCTS_ALONE
    return await db.rows(statement, *_arguments(asked), [n for n, _ in runs], [run for _, run in runs])


async def near_resellers(db: Reader, asked: Sequence[Asked], runs: Sequence[tuple[int, str]]) -> list[Row]:
    """Resellers authorised under the code's own agreement that an unknown account may be of."""
    return await db.rows(_RESELLERS, *_arguments(asked), [n for n, _ in runs], [run for _, run in runs])


def _arguments(asked: Sequence[Asked]) -> tuple[list[UUID], list[UUID | None], list[str]]:
    return [each.vendor_id for each in asked], [each.agreement_id for each in asked], [each.code for each in asked]


def _named(known: str, among: str) -> str:
    """What of `known` (id, text and the columns of `among`) shares a word with a code, words that many share left out."""
    same = " AND ".join(f"k.{name} = q.{name}" for name in among.split(", "))
    return f"""
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[]) AS q (vendor_id, agreement_id, ordinal, word)
), known AS (
    SELECT x.*, word FROM ({known}) x
    CROSS JOIN LATERAL regexp_split_to_table(upper(x.text), '[^[:alnum:]]+') AS word
    WHERE word IN (SELECT word FROM asked)
), telling AS (
    SELECT k.*, count(*) OVER (PARTITION BY {among}, word) AS names FROM known k
)
SELECT DISTINCT q.ordinal, k.id, k.text, k.word, k.names FROM asked q JOIN telling k ON {same} AND k.word = q.word
WHERE k.names <= {TOO_COMMON}"""


_PRODUCT_NAMES = _named(
    "SELECT vendor_id, id, name || ' ' || family AS text FROM product WHERE vendor_id = ANY ($1)", "vendor_id"
)
_RESELLER_NAMES = _named(
    "SELECT vendor_id, agreement_id, reseller_id AS id, reseller_name AS text FROM reseller_authorization"
    " WHERE vendor_id = ANY ($1) AND agreement_id = ANY ($2) AND status <> 'ENDED'",
    "vendor_id, agreement_id",
)


async def products_named(db: Reader, asked: Sequence[Asked], words: Sequence[tuple[int, str]]) -> list[Row]:
    """Products whose name or family shares a word with a code, by the code's ordinal from 1."""
    return await db.rows(_PRODUCT_NAMES, *_words(asked, words))


async def resellers_named(db: Reader, asked: Sequence[Asked], words: Sequence[tuple[int, str]]) -> list[Row]:
    """Resellers authorised under the code's own agreement whose name shares a word with it."""
    return await db.rows(_RESELLER_NAMES, *_words(asked, words))


def _words(asked: Sequence[Asked], words: Sequence[tuple[int, str]]) -> tuple[list[object], ...]:
    of = [asked[n - 1] for n, _ in words]
    return (
        [each.vendor_id for each in of],
        [each.agreement_id for each in of],
        [n for n, _ in words],
        [word for _, word in words],
    )
