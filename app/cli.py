"""The `tailrace` command."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app import administration
from app.access.clients import ClientRefused
from app.access.oauth.federation.registration import FederationRefused
from app.access.users import UserRefused
from app.accruals.verify import unlike_accruals
from app.client import Client, ClientTrouble, Mode, ReportKind, token
from app.demo import steps
from app.funds.verify import unlike_funds
from app.inventory.verify import unlike_positions
from app.ledger.verify import unlike_ledger
from app.logs import configure
from app.network.verify import differences, vendors_by_name
from app.programme.terms import Level
from app.rewards.commissions.verify import unlike_commissions
from app.server import PortTaken, listen, run_worker
from app.server import serve as serve_until_stopped
from app.settings import PROJECT, Settings, settings
from app.store import schema
from app.store.connect import Urls, database
from app.store.database import AUTHENTICATING, Database, acting_as_worker
from app.store.embedded import EmbeddedPostgresError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="A distributor programme as one graph.")
contract = typer.Typer(no_args_is_help=True, help="The contract: the schema that partners build on.")
app.add_typer(administration.clients, name="client")
app.add_typer(administration.people, name="user")
app.add_typer(administration.keys, name="key")
app.add_typer(administration.providers, name="provider")
app.add_typer(administration.issuers, name="issuer")
app.add_typer(contract, name="schema")
out, err = Console(), Console(stderr=True)
CONTRACT = PROJECT / "graphql" / "schema.graphql"


@app.command()
def demo() -> None:
    """A server with two vendors' networks and two years of history, and what to try next."""
    chosen = settings()
    configure("WARNING" if chosen.log_level == "INFO" else chosen.log_level)
    listener = listen(chosen)
    with database(chosen) as urls:
        out.print("[bold]Database[/]  ready")
        asyncio.run(schema.migrate(urls.owner, urls.login))
        out.print("[bold]Schema[/]    up to date")
        _seed(urls)
        access = _demo_access(chosen, urls)

        def started() -> None:
            tokens = {level: token(chosen.url, *access[level]) for level in access}
            out.print(steps.next_steps(chosen.url, tokens), soft_wrap=True, highlight=False, markup=False)

        serve_until_stopped(chosen, urls, listener, lambda: _in_background(started))


def _in_background(act: Callable[[], None]) -> None:
    asyncio.get_running_loop().run_in_executor(None, act)


@app.command()
def serve() -> None:
    """The server, with a worker as its child process unless TAILRACE_WORKER_IN_PROCESS=false."""
    chosen = settings()
    configure(chosen.log_level)
    listener = listen(chosen)
    with database(chosen) as urls:
        asyncio.run(schema.require_current(urls.owner))
        serve_until_stopped(chosen, urls, listener, lambda: err.print(f"Serving on {chosen.url}/graphql"))


@app.command()
def worker(
    leave_with_parent: Annotated[bool, typer.Option(help="End when standard input does.", hidden=True)] = False,
) -> None:
    """Runs the jobs: counts reports, releases held rows."""
    chosen = settings()
    configure(chosen.log_level)
    with database(chosen) as urls:
        run_worker(chosen, urls.app, leave_with_parent=leave_with_parent)


@app.command()
def migrate() -> None:
    """Brings the database's schema up to date."""
    with database(settings()) as urls:
        asyncio.run(schema.migrate(urls.owner, urls.login))
        current, _ = asyncio.run(schema.revision(urls.owner))
        out.print(f"The schema is at revision {current}.")


@app.command("seed")
def seed_demo() -> None:
    """Fills an empty database with the demo's networks. Done again, it changes nothing."""
    configure("WARNING")
    with database(settings()) as urls:
        asyncio.run(schema.require_current(urls.owner))
        _seed(urls)
        _demo_access(settings(), urls)


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, X12 or EDIFACT.")],
    period: Annotated[str, typer.Option(help="The days that it reports: START/END, END being the first day after.")],
    kind: Annotated[ReportKind, typer.Option(help="What it is about.")] = ReportKind.SELL_THROUGH,
    mode: Annotated[Mode, typer.Option(help="What it does to what was reported before.")] = Mode.APPEND,
    preview: Annotated[bool, typer.Option("--preview", help="Only try it out: nothing counts.")] = False,
    agreement: Annotated[str | None, typer.Option(help="The agreement's id; the demo's unless said.")] = None,
    key: Annotated[str | None, typer.Option(help="Idempotency key: the same key has one effect.")] = None,
    most: Annotated[int, typer.Option(help="How many rows to show.")] = 50,
) -> None:
    """Hands a report of sell-through or inventory in over HTTP, follows it, and shows what became of its rows."""
    days = tuple(period.split("/"))
    if len(days) != 2:
        raise _stop(f"--period is START/END, such as 2026-01-01/2026-02-01; {period!r} is not.")
    client = Client(settings().url, _demo_token(Level.DISTRIBUTOR))
    name = key or uuid4().hex
    upload = client.upload(file, f"{name}-file")
    submission = client.submit(kind, mode, preview, agreement or steps.agreement_id(), days, upload, name)
    out.print(f"Received{', to be tried out' if preview else ', durable'}: {submission}")
    state: dict[str, Any] = {}
    with _progress() as progress:
        task = progress.add_task("Counting", total=1.0)
        for state in client.follow(submission):
            progress.update(task, completed=state["counts"]["progress"], description=state["status"].capitalize())
    if state["status"] == "FAILED":
        raise _stop(f"{state['failure']['code']}: {state['failure']['message']}")
    day = "sold on" if kind is ReportKind.SELL_THROUGH else "day"
    out.print(_outcome_table(client.rows(submission, most), day))
    counts = {name: number for name, number in state["counts"].items() if name != "progress"}
    if state["correctedLines"]:
        counts["lines corrected"] = state["correctedLines"]
    out.print(", ".join(f"{number} {name}" for name, number in counts.items()))
    if preview and kind is ReportKind.SELL_THROUGH:
        out.print("Nothing was changed. Committing would make this difference:")
        out.print(_effect_table(client.effects(submission, most)))


def _effect_table(effects: list[dict[str, Any]]) -> Table:
    table = Table("month", "product", "units", "lines", "amount", "at the price book")
    for each in effects:
        amounts = [
            f"{money['amount']} {money['currency']}" if money else "" for money in (each["amount"], each["bookAmount"])
        ]
        table.add_row(each["month"], (each["product"] or {}).get("sku"), each["units"], str(each["lines"]), *amounts)
    return table


def _outcome_table(rows: list[dict[str, Any]], day: str) -> Table:
    table = Table("row", "document", day, "quantity", "outcome", "why")
    for row in rows:
        why = "\n".join(f"{issue['code']}: {issue['message']}" for issue in row["issues"])
        document = f"{row['documentNumber'] or ''} / {row['documentLine'] or ''}"
        table.add_row(str(row["row"]), document, row["soldOn"], row["quantity"], row["outcome"], why)
    return table


@app.command("token")
def print_token(
    level: Annotated[Level, typer.Option("--as", help="vendor, distributor or reseller.", case_sensitive=False)],
) -> None:
    """Prints one bearer token of the demo network, and nothing else."""
    sys.stdout.write(_demo_token(level) + "\n")


@app.command()
def report(
    level: Annotated[Level, typer.Option("--as", help="vendor, distributor or reseller.", case_sensitive=False)],
    out_file: Annotated[Path, typer.Option("--out", dir_okay=False, help="The HTML file to write.")],
    quarter: Annotated[str | None, typer.Option(help="Such as 2026Q3; the last whole one unless said.")] = None,
    client: Annotated[
        str | None, typer.Option(help="The client that asks; the demo's of that level unless said.")
    ] = None,
    secret_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The client's secret.")] = None,
) -> None:
    """Writes a vendor's, a distributor's or a reseller's quarter as one HTML page, of what the graph answers to it."""
    from app.pages.quarters import NoSuchQuarter, Quarter, quarter_page, question

    if (client is None) != (secret_file is None):
        raise _stop("--client and --secret-file go together: who asks, and the file with its secret.")
    today = datetime.now(UTC).date()
    try:
        asked = Quarter.read(quarter) if quarter is not None else Quarter.before(today)
        document, variables = question(level, asked, today)
        if client is not None and secret_file is not None:
            bearer = token(settings().url, client, secret_file.read_text().strip())
        else:
            bearer = _demo_token(level)
        page = quarter_page(level, asked, Client(settings().url, bearer).ask(document, variables), today)
    except NoSuchQuarter as reason:
        raise _stop(str(reason)) from reason
    out_file.write_text(page, encoding="utf-8")
    out.print(
        f"Wrote {asked} of the {level.value.lower()} to {out_file}: {len(page) // 1024} KiB, nothing else is needed."
    )


@app.command()
def verify() -> None:
    """Recomputes every rollup, accrual and posting and compares. Ends with status 1 where anything differs."""
    with database(settings()) as urls:
        asyncio.run(schema.require_current(urls.owner))
        found = asyncio.run(_differences(urls))
    for vendor, name, lines in found:
        out.print(f"{name} ({vendor}): {'exact' if not lines else f'{len(lines)} differences'}")
        for line in lines[:20]:
            out.print(f"  {line}", highlight=False)
    if any(lines for _, _, lines in found):
        raise typer.Exit(1)


async def _differences(urls: Urls) -> list[tuple[UUID, str, list[object]]]:
    opened = await Database.open(urls.app, connections=2, statement_timeout=3_600)
    try:
        async with opened.reading(AUTHENTICATING) as db:
            vendors = await vendors_by_name(db)
        found: list[tuple[UUID, str, list[object]]] = []
        for vendor in vendors:
            async with opened.reading(acting_as_worker(vendor["id"])) as db:
                unlike = [*await differences(db, vendor["id"]), *await unlike_accruals(db, vendor["id"])]
                unlike += await unlike_ledger(db, vendor["id"])
                unlike += await unlike_funds(db, vendor["id"])
                unlike += await unlike_commissions(db, vendor["id"])
                unlike += await unlike_positions(db, vendor["id"])
                found.append((vendor["id"], vendor["name"], unlike))
        return found
    finally:
        await opened.close()


@contract.command("export")
def export_contract() -> None:
    """Prints the schema to graphql/schema.graphql."""
    from app.schema import printed

    CONTRACT.parent.mkdir(exist_ok=True)
    CONTRACT.write_text(printed())
    out.print(f"Printed to {CONTRACT.relative_to(PROJECT)}.")


@contract.command("check")
def check_contract() -> None:
    """Compares graphql/schema.graphql with the schema that is served."""
    from app.schema import printed

    if not CONTRACT.exists() or CONTRACT.read_text() != printed():
        raise _stop("graphql/schema.graphql is not what is served. Look at the difference after `make schema`.")
    out.print("The contract on file is what is served.")


def _seed(urls: Urls) -> None:
    from app.demo.actions import DemoTrouble, seed

    with _progress() as progress:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done, total=of)

        try:
            asyncio.run(seed(urls, until=datetime.now(UTC).date(), progress=tell))
        except DemoTrouble as reason:
            raise _stop(str(reason)) from reason


def _demo_access(chosen: Settings, urls: Urls) -> dict[Level, tuple[str, str]]:
    """New clients of the demo; their secrets are kept in a file that only its owner may read."""
    from app.demo.credentials import provision_clients

    made = asyncio.run(provision_clients(urls))
    access = {level: (str(client.id), client.secret) for level, client in made.items()}
    chosen.home.mkdir(parents=True, exist_ok=True)
    draft = chosen.home / "demo.json.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as target:
        json.dump(access, target)
    draft.replace(chosen.home / "demo.json")
    return access


def _demo_token(level: Level) -> str:
    file = settings().home / "demo.json"
    if not file.exists():
        raise _stop("There is no demo network yet. Make one with `make demo`.")
    return token(settings().url, *json.loads(file.read_text())[level])


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as progress:
        yield progress


def _stop(message: str) -> typer.Exit:
    err.print(message, style="red", highlight=False)
    return typer.Exit(1)


TROUBLES = (
    EmbeddedPostgresError,
    schema.SchemaTrouble,
    ClientTrouble,
    ClientRefused,
    UserRefused,
    FederationRefused,
    PortTaken,
)
"What a person can mend, told in a sentence."


def main() -> None:
    """Run the command; what a person can mend is told in a sentence."""
    try:
        app(standalone_mode=True)
    except TROUBLES as reason:
        err.print(str(reason), style="red", highlight=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
