"""The laws of the house that no linter knows: where SQL stands, how files are named and sized, what the contract says."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.schema import printed, schema
from app.settings import PROJECT
from graphql import GraphQLObjectType, OperationDefinitionNode, build_schema, parse, print_ast, validate

APP = PROJECT / "app"
NOT_OURS = {".venv", ".tailrace", "node_modules", "__pycache__", "tailrace.egg-info"}
LONGEST_FILE = 400
LONG_TESTS = {
    "tests/api/test_partners.py": 600,
    "tests/api/test_partners_acts.py": 800,
    "tests/execution/faulty.py": 450,
    "tests/faults/test_jobs.py": 600,
    "tests/reports/test_csv.py": 520,
    "tests/reports/test_x12.py": 420,
}
"Tests that ask to be split by noun. None of them grows, and none is added."
FORBIDDEN_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "service",
    "services",
    "base",
    "common",
    "misc",
}
SQL = re.compile(
    r"\s*(SELECT\b|INSERT INTO\b|UPDATE \w+|DELETE FROM\b|WITH \w+ AS\b|CREATE \w+|ALTER \w+|GRANT [A-Z]|REVOKE [A-Z]"
    r"|TRUNCATE\b|COPY \w+|LOCK TABLE\b|NOTIFY \w+|LISTEN \w+|SET LOCAL\b|DO \$\$)"
)
RUNS_SQL = {"execute", "execute_as", "execute_many", "executemany", "exec_driver_sql", "rows", "row", "value", "fetch"}
RUNS_SQL |= {
    "fetchrow",
    "fetchval",
    "fetchmany",
    "copy_csv",
    "copy_to_table",
    "copy_records_to_table",
    "prepare",
    "cursor",
}


def modules(folder: Path) -> Iterator[Path]:
    """The Python files below a folder that are ours."""
    yield from (path for path in sorted(folder.rglob("*.py")) if not NOT_OURS & set(path.parts))


def short(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def may_hold_sql(path: Path) -> bool:
    """queries.py, actions.py and the store; and the statements that put what tables declare into the database."""
    named = path.name in {"queries.py", "actions.py"} or short(path) == "app/tables/protection.py"
    return named or path.is_relative_to(APP / "store")


def text_of(node: ast.expr) -> str | None:
    """How a literal begins, f-strings by their first part; None for what is no literal."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return text_of(node.left) if isinstance(node, ast.BinOp) else None


def sentences(path: Path) -> set[int]:
    """The literals that are sentences: docstrings, and strings that stand alone."""
    return {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}


def test_sql_stands_in_queries_actions_and_the_store_alone() -> None:
    found = []
    for path in modules(APP):
        told = sentences(path)
        for node in ast.walk(tree(path)) if not may_hold_sql(path) else ():
            if (
                isinstance(node, ast.Constant | ast.JoinedStr)
                and id(node) not in told
                and SQL.match(text_of(node) or "")
            ):
                found.append(f"{short(path)}:{node.lineno} holds SQL: {(text_of(node) or '')[:60]!r}")
    assert found == []


def test_statements_are_run_in_queries_actions_and_the_store_alone() -> None:
    """Whoever runs a literal elsewhere runs SQL, however it begins."""
    found = [
        f"{short(path)}:{node.lineno} runs a literal by .{node.func.attr}()"
        for path in modules(APP)
        if not may_hold_sql(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS_SQL
        if node.args and " " in (text_of(node.args[0]) or "")
    ]
    assert found == []


def test_the_scan_for_sql_finds_what_is_there() -> None:
    statements = [
        text
        for path in modules(APP)
        if path.name == "queries.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant | ast.JoinedStr) and SQL.match(text := text_of(node) or "")
    ]
    assert len(statements) > 80
    assert SQL.match("\n    SELECT 1") and SQL.match("WITH found AS (") and not SQL.match("Select a report. Update it.")


FEATURES = (
    "reports",
    "partners",
    "pricing",
    "network",
    "incentives",
    "deals",
    "funds",
    "enablement",
    "people",
    "rewards",
    "erasure",
    "inventory",
    "planning",
)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_has_its_files_where_a_reader_looks_for_them(feature: str) -> None:
    assert {"graph.py", "queries.py"} <= {path.name for path in (APP / feature).iterdir()}
    for path in modules(APP / feature):
        calls = {
            node.func.id
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        if "acting" in calls:
            assert path.name == "actions.py", f"{short(path)} acts; acts stand in actions.py"
        if "mutation" in calls:
            assert path.name in {"graph.py", "mutations.py"}, f"{short(path)} declares a mutation"
        imported = {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names}
        if path.name in {"queries.py", "actions.py"}:
            assert "strawberry" not in imported, f"{short(path)} knows how partners see it; that stands in graph.py"


def test_features_that_the_law_names_are_those_that_there_are() -> None:
    floors = {
        "access",
        "accruals",
        "alerts",
        "audit",
        "claim_effects",
        "demo",
        "execution",
        "exports",
        "files",
        "joins",
        "ledger",
        "mail",
        "pages",
        "program_access",
        "programme",
        "segments",
        "store",
        "tables",
        "volume",
        "webhooks",
    }
    assert {path.name for path in APP.iterdir() if path.is_dir() and path.name not in NOT_OURS} == floors | set(
        FEATURES
    )


def test_no_module_has_a_name_that_says_nothing() -> None:
    folders = (APP, PROJECT / "tests", PROJECT / "benchmarks", PROJECT / "migrations")
    found = [
        short(path) for folder in folders for path in modules(folder) if {path.stem, path.parent.name} & FORBIDDEN_NAMES
    ]
    assert found == [], "name it after what it is about"


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    found = []
    for folder in (APP, PROJECT / "tests", PROJECT / "benchmarks"):
        for path in modules(folder):
            lines, most = path.read_text().count("\n"), LONG_TESTS.get(short(path), LONGEST_FILE)
            if lines > most:
                found.append(f"{short(path)} has {lines} lines; split it by noun")
    gone = [name for name in LONG_TESTS if not (PROJECT / name).exists()]
    assert found + gone == []


def test_every_public_function_and_module_says_what_it_does() -> None:
    found = []
    for path in modules(APP):
        if not ast.get_docstring(tree(path)):
            found.append(f"{short(path)} opens without a paragraph")
        found += [
            f"{short(path)}:{node.lineno} {node.name} has no docstring"
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert found == []


def test_the_rules_import_the_standard_library_alone() -> None:
    found = []
    for path in modules(APP / "programme"):
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            outside = [
                n for n in names if n.split(".")[0] not in sys.stdlib_module_names and not n.startswith("app.programme")
            ]
            found += [f"{short(path)}:{node.lineno} imports {name}" for name in outside]
    assert found == []


def test_nothing_names_this_machine_or_where_packages_come_from() -> None:
    """A clone works anywhere, from whatever registry its owner has configured."""
    origins = (r"index-url[ =]+\w", r'"resolved": *"http', r"https?://[^ \"]+\.(whl|tgz|tar\.gz)")
    named = re.compile("|".join([r"(?<![\w.}>-])/(work|root)/[\w.]", *origins]))
    found = []
    for path in ours():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{short(path)}:{n} {line.strip()[:100]}" for n, line in enumerate(lines, 1) if named.search(line)]
    assert found == []


def ours() -> Iterator[Path]:
    """Every file of the project, but for this one and what tools keep for themselves."""
    for path in sorted(PROJECT.rglob("*")):
        parts = path.relative_to(PROJECT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if path.is_file() and not hidden and not NOT_OURS & set(parts) and path != Path(__file__):
            yield path


def test_the_folder_of_the_contract_holds_no_python() -> None:
    assert [short(path) for path in (PROJECT / "graphql").rglob("*.py")] == [], "it would stand before graphql-core"


OPERATIONS = sorted((PROJECT / "graphql" / "operations").rglob("*.graphql"))


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_operation_on_file_is_valid_named_and_run_by_a_test(path: Path) -> None:
    document = parse(path.read_text())
    assert validate(schema._schema, document) == []
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    assert len(operations) == 1 and operations[0].name is not None, "one operation in a file, with a name"
    assert path.parent.name in {"vendor", "distributor", "reseller"}
    name, apart = f"{path.parent.name}/{path.name}", f'"{path.parent.name}" / "{path.name}"'
    tests = (test.read_text() for test in modules(PROJECT / "tests"))
    assert any(name in text or apart in text for text in tests), f"no test runs {name}"


def test_a_name_stands_for_one_operation() -> None:
    """Generators of clients refuse two documents of one name that say different things."""
    said: dict[str, set[str]] = {}
    for path in OPERATIONS:
        document = parse(path.read_text())
        (operation,) = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        assert operation.name is not None
        said.setdefault(operation.name.value, set()).add(print_ast(document))
    assert [name for name, texts in said.items() if len(texts) > 1] == []


def test_the_contract_on_file_is_the_one_that_is_served() -> None:
    assert (PROJECT / "graphql" / "schema.graphql").read_text() == printed(), "run `tailrace schema export`"


def test_every_type_and_every_root_field_of_the_contract_says_who_may_use_it() -> None:
    contract = build_schema(printed())
    roots = {kind.name for kind in (contract.query_type, contract.mutation_type, contract.subscription_type) if kind}
    found = []
    for name, kind in contract.type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType):
            continue
        if name in roots:
            found += [f"{name}.{each}" for each, field in kind.fields.items() if not _guarded(field.ast_node)]
        elif not _guarded(kind.ast_node):
            found.append(name)
    assert found == []


def _guarded(node: object) -> bool:
    return any(each.name.value == "requiresPermission" for each in getattr(node, "directives", None) or ())
