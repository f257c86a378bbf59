"""The house rules that need a look at the syntax tree. Each returns its findings as "path:line: what"."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

Rule = Callable[[Path, ast.Module], Iterator[str]]


def _finding(path: Path, node: ast.AST, what: str) -> str:
    return f"{path.as_posix()}:{getattr(node, 'lineno', 0)}: {what}"


def commit_only_in_the_unit_of_work(path: Path, tree: ast.Module) -> Iterator[str]:
    """A transaction ends in one place, so that a use case cannot be half done."""
    if path.as_posix() == "storage/uow.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            receiver = ast.unparse(node.func.value)
            if "session" in receiver or "connection" in receiver or receiver.endswith("uow"):
                yield _finding(path, node, f"{receiver}.commit() outside storage/uow.py")


def environment_only_in_settings(path: Path, tree: ast.Module) -> Iterator[str]:
    """Configuration is read once; everything else is handed what it needs. Writing a library's switch is allowed."""
    if path.as_posix() == "api/settings.py":
        return
    writes = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault"
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or id(node) in writes:
            continue
        if node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os":
            yield _finding(path, node, f"os.{node.attr} outside api/settings.py")


def litellm_only_behind_its_two_doors(path: Path, tree: ast.Module) -> Iterator[str]:
    """It costs seconds to import: two files import it, and only inside a function."""
    allowed = path.as_posix() in ("agents/models.py", "memory/embeddings.py")
    for scope, node in _imports(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if any(n.split(".")[0] in ("litellm", "langchain_litellm") for n in names) and (
            not allowed or scope == "module"
        ):
            yield _finding(path, node, "litellm imported here, or at module level")


def heavy_libraries_on_first_use(path: Path, tree: ast.Module) -> Iterator[str]:
    """`smb --help` answers at once because nothing heavy is imported before it is used. Evaluations are loaded by
    the one command that runs them."""
    if path.parts[0] == "evals":
        return
    heavy = {"polars", "wordllama", "qdrant_client", "vl_convert", "prophet", "statsforecast", "sklearn", "babel"}
    for scope, node in _imports(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if scope == "module" and any(n.split(".")[0] in heavy for n in names):
            yield _finding(path, node, f"{names[0]} imported at module level")


def sql_only_in_repositories_and_the_metric_compiler(path: Path, tree: ast.Module) -> Iterator[str]:
    """Outside storage no statement is built: SQLAlchemy's constructs stay there."""
    if path.parts[0] == "storage":
        return
    for _, node in _imports(tree):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
        if module.split(".")[0] == "sqlalchemy":
            yield _finding(path, node, "sqlalchemy outside storage")


def langgraph_streaming_in_one_file(path: Path, tree: ast.Module) -> Iterator[str]:
    """LangGraph's stream shapes change between releases: one file knows them."""
    if path.as_posix() == "agents/streaming.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astream_events":
            yield _finding(path, node, "LangGraph streaming outside agents/streaming.py")


def no_module_level_engines_or_clients(path: Path, tree: ast.Module) -> Iterator[str]:
    """What holds a connection is made by the composition root and closed by it."""
    made = {"create_engine", "create_async_engine", "AsyncClient", "Client", "Redis", "AsyncQdrantClient", "QdrantClient", "Database"}  # fmt: skip
    for node in tree.body:
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call):
            name = ast.unparse(value.func).split(".")[-1]
            if name in made:
                yield _finding(path, node, f"{name} at module level")


def relationships_raise_when_not_loaded(path: Path, tree: ast.Module) -> Iterator[str]:
    """A lazy load inside async code is a fault waiting for production."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "relationship":
            lazy = next((ast.unparse(k.value) for k in node.keywords if k.arg == "lazy"), None)
            if lazy != "'raise'":
                yield _finding(path, node, "relationship without lazy='raise'")


RULES: tuple[Rule, ...] = (
    commit_only_in_the_unit_of_work,
    environment_only_in_settings,
    litellm_only_behind_its_two_doors,
    heavy_libraries_on_first_use,
    sql_only_in_repositories_and_the_metric_compiler,
    langgraph_streaming_in_one_file,
    no_module_level_engines_or_clients,
    relationships_raise_when_not_loaded,
)


def _imports(tree: ast.Module) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    """Imports with where they stand: "module", or "function" when nested or only for type checkers."""

    def visit(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                yield scope, child
                continue
            for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            nested = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or for_types
            yield from visit(child, "function" if nested else scope)

    yield from visit(tree, "module")
