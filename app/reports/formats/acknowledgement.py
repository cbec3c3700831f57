"""The 997 functional acknowledgement: what became of an X12 report's envelope, told to the system that sent it.

It speaks of syntax alone: which transactions arrived, which were read, and which trailers do not agree with what they
close. A report of the kind that was asked for (867 of sales, 846 of inventory) is accepted, or accepted with errors noted
where its header or trailer is wrong; any other transaction, and one that is to change or cancel another, is rejected as
not supported, also where nothing is left to read. What is wrong with single rows is in the issues of the report, not here.
A file without a readable interchange header, or without a functional group, has nobody to be answered to, or nothing.
"""

from datetime import datetime

from app.reports.formats.envelope import Group, Interchange, Transaction

_NOT_SUPPORTED = "1"
_TRANSACTION_CODES = frozenset({"1", "2", "3", "4", "5", "6", "7", "23"})
_GROUP_CODES = frozenset({"1", "2", "3", "4", "5", "6"})


def functional_acknowledgement(found: list[Interchange], at: datetime, read: str) -> str | None:
    """One interchange that answers each one received, one 997 for each of its functional groups.

    `read` is the kind of transaction that was read, such as 867. Written with the delimiters and, as control number, the
    number of what it answers. None where no group has a header.
    """
    answers = [
        _interchange(interchange, at, read) for interchange in found if any(g.header for g in interchange.groups)
    ]
    return "".join(answers) or None


def _interchange(interchange: Interchange, at: datetime, read: str) -> str:
    header, (element, _, terminator) = interchange.header, interchange.delimiters
    number = "".join(c for c in header[13] if c.isdecimal())[:9].zfill(9)
    isa = ["ISA", "00", " " * 10, "00", " " * 10, *_address(header, 7), *_address(header, 5)]
    isa += [at.strftime("%y%m%d"), at.strftime("%H%M"), header[11] or "U", header[12] or "00401", number]
    isa += ["0", header[15] or "P", header[16]]
    groups = [group for group in interchange.groups if group.header]
    segments = [isa]
    for count, group in enumerate(groups, 1):
        segments += _group(group, count, at, read)
    segments.append(["IEA", str(len(groups)), number])
    return "".join(f"{element.join(segment)}{terminator}\n" for segment in segments)


def _address(header: list[str], at: int) -> list[str]:
    return [header[at].ljust(2)[:2], header[at + 1].ljust(15)[:15]]


def _group(group: Group, number: int, at: datetime, read: str) -> list[list[str]]:
    """The 997 of one functional group, in a group of its own."""
    header = [*group.header, *[""] * 9]
    accepted = [transaction for transaction in group.transactions if _is_read(transaction, read)]
    body = [["AK1", header[1], header[6]]]
    for transaction in group.transactions:
        body += [["AK2", transaction.kind, transaction.control], ["AK5", *_transaction_answer(transaction, read)]]
    counts = [group.stated or str(len(group.transactions)), str(len(group.transactions)), str(len(accepted))]
    codes = sorted({problem.code for problem in group.problems} & _GROUP_CODES)[:5]
    body.append(["AK9", _group_answer(group, accepted), *counts, *codes])
    control = f"{number:04d}"
    return [
        ["GS", "FA", header[3], header[2], at.strftime("%Y%m%d"), at.strftime("%H%M"), str(number), "X", header[8]],
        ["ST", "997", control],
        *body,
        ["SE", str(len(body) + 2), control],
        ["GE", "1", str(number)],
    ]


def _is_read(transaction: Transaction, read: str) -> bool:
    return transaction.kind in {read, ""} and not transaction.refused


def _transaction_answer(transaction: Transaction, read: str) -> list[str]:
    """A, E with the codes of what is wrong around it, or R where it was not read."""
    if not _is_read(transaction, read):
        return ["R", _NOT_SUPPORTED]
    codes = sorted({problem.code for problem in transaction.problems} & _TRANSACTION_CODES)[:5]
    return ["E", *codes] if transaction.problems else ["A"]


def _group_answer(group: Group, accepted: list[Transaction]) -> str:
    if not accepted:
        return "R" if group.transactions else "A"
    if len(accepted) < len(group.transactions):
        return "P"
    flawed = group.problems or any(transaction.problems for transaction in accepted)
    return "E" if flawed else "A"
