"""The newcomer's path, through the commands: `tailrace demo` in an empty home, the three printed requests, `verify`."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo import steps
from app.settings import PROJECT

PATIENCE = 180


@dataclass
class Demo:
    """A running demo, and how to run commands beside it."""

    environment: dict[str, str]
    url: str
    printed: str

    def run(self, *command: str, expect: int = 0) -> str:
        found = subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert found.returncode == expect, found.stdout + found.stderr
        return found.stdout + (found.stderr if expect else "")

    def ask(self, level: str, document: str, **variables: Any) -> Any:
        token = self.run("token", "--as", level).strip()
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token), "one token and nothing else"
        answer = httpx.post(
            f"{self.url}/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        found = answer.json()
        assert "errors" not in found, found
        return found["data"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="tailrace-demo-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        port = free_port()
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("TAILRACE_", "DATABASE_URL"))}
        environment = {**keep, "TAILRACE_HOME": f"{folder}/home", "TAILRACE_PORT": str(port), "COLUMNS": "200"}
        log = Path(folder) / "demo.log"
        with log.open("w") as target:
            server = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "demo"], cwd=PROJECT, env=environment, stdout=target, stderr=target
            )
        try:
            until = time.monotonic() + PATIENCE
            while "Ctrl-C stops" not in log.read_text():
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.2)
            yield Demo(environment, f"http://127.0.0.1:{port}", log.read_text())
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
                server.wait(60)


def units(demo: Demo) -> dict[tuple[str, str], float]:
    rows = demo.ask("vendor", steps.sales_document())["viewer"]["vendor"]["network"]["sales"]["edges"]
    return {
        (edge["node"]["distributor"]["name"], edge["node"]["productFamily"]): float(edge["node"]["sellThroughUnits"])
        for edge in rows
    }


def test_the_three_printed_requests_work(demo: Demo) -> None:
    assert demo.printed.count("curl -s") == 2 and "submit app/demo/sell-through.csv" in demo.printed
    before = units(demo)
    csv = demo.run("submit", str(PROJECT / "app/demo/sell-through.csv"), "--period", "2026-01-01/2026-02-01")
    assert "8 received, 5 accepted, 1 held, 1 rejected, 1 duplicate, 0 conflict" in csv
    assert "UNKNOWN_PRODUCT" in csv and "MALFORMED_NUMBER" in csv
    x12 = demo.run("submit", str(PROJECT / "app/demo/storage-vendor-867.x12"), "--period", "2026-01-01/2026-02-01")
    assert "2 received, 2 accepted" in x12
    correction = (
        "submit",
        str(PROJECT / "app/demo/correction.csv"),
        "--period",
        "2026-01-01/2026-02-01",
        "--mode",
        "correct",
    )
    tried = demo.run(*correction, "--preview")
    assert "2 received, 2 accepted" in tried and "NOTHING_TO_CORRECT" in tried and "Nothing was changed" in tried
    assert re.search(r"WD10PURZ\W+-4\W+0\W+-1007\.6 BRL", tried) and re.search(r"NP20SSD\W+12\W+1\W+10104 BRL", tried)
    after = units(demo)
    brazil = {family: after[name, family] - before[name, family] for name, family in after if "Brazil" in name}
    others = {key: after[key] - before[key] for key in after if "Brazil" not in key[0]}
    assert sum(brazil.values()) == 24 + 10 + 6 + 8 - 2 + 2 - 1
    assert set(others.values()) == {0}, "nobody else's figures moved"
    assert "1 lines corrected" in demo.run(*correction)
    corrected = units(demo)
    assert sum(corrected[key] - after[key] for key in after) == -4 + 12, "as the preview said"
    reseller = demo.ask("reseller", steps.access_document())["viewer"]["reseller"]
    assert reseller["enrollments"]["edges"] and reseller["authorizations"]["edges"] and reseller["purchases"]["edges"]
    assert {row["node"]["distributor"]["name"] for row in reseller["purchases"]["edges"]} <= {
        each["node"]["distributor"]["name"] for each in reseller["authorizations"]["edges"]
    }


def test_a_reseller_sees_nothing_else(demo: Demo) -> None:
    data = demo.ask("reseller", "{ viewer { vendor { id } distributor { id } reseller { id } } }")["viewer"]
    assert data["vendor"] is None and data["distributor"] is None and data["reseller"] is not None
    found = demo.ask("reseller", "query($id: ID!) { node(id: $id) { id } }", id=steps.agreement_id())
    assert found == {"node": None}


def test_every_figure_is_the_sum_of_its_facts(demo: Demo) -> None:
    assert demo.run("verify").count("exact") == 2


def test_a_second_demo_on_the_same_port_says_what_would_help(demo: Demo) -> None:
    said = demo.run("demo", expect=1)
    assert "TAILRACE_PORT" in said and "Traceback" not in said


def test_seeding_again_changes_nothing(demo: Demo) -> None:
    before = units(demo)
    demo.run("seed")
    assert units(demo) == before


def test_clients_are_made_rotated_and_revoked(demo: Demo) -> None:
    organization = json.loads(demo.run("client", "list", "--json"))[0]["organization_id"]
    made = demo.run(
        "client", "create", "--organization", organization, "--level", "vendor", "--name", "Test", "--role",
        "VENDOR_ANALYST", "--scope", "analytics:read",
    )  # fmt: skip
    client_id, secret = re.findall(r"client_(?:id|secret)\s+(\S+)", made)
    grant = {"grant_type": "client_credentials"}
    assert httpx.post(f"{demo.url}/oauth/token", data=grant, auth=(client_id, secret)).status_code == 200
    demo.run("client", "rotate", client_id)
    assert httpx.post(f"{demo.url}/oauth/token", data=grant, auth=(client_id, secret)).status_code == 401
    demo.run("client", "revoke", client_id)
    refused = demo.run(
        "client", "create", "--organization", organization, "--level", "vendor", "--name", "Test", "--role",
        "VENDOR_ANALYST", "--scope", "sell-through:write", expect=1,
    )  # fmt: skip
    assert "sell-through:write" in refused and "Traceback" not in refused
