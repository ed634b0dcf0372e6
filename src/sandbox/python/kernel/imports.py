"""Which modules a cell needs that are not here yet. Reads code, never runs it."""

import ast
import importlib.util
import os
import re
import sys

from . import source, state

IMPORT_LINE = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))", re.M)
IMPORTING_CALLS = {"import_module", "__import__"}
RUN = re.compile(r"^\s*(?:%run|!?\s*python3?)\s+(?:-\w\s+)*([^\s;|&]+\.py)\b", re.M)
#: Names imported by a file of the workspace, by its path, mtime and size.
_cache: dict[str, tuple[int, int, set[str]]] = {}


def find_imports(code: str) -> list[str]:
    """Dotted names that cannot be imported yet, of the cell and of the workspace's files it imports."""
    try:
        missing: set[str] = set()
        seen: set[str] = set()
        queue = sorted(_names(_python(code)))
        queue += [f"\0{path}" for path in RUN.findall(code)]
        while queue:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                queue += _visit(name, missing)
        return sorted(missing)
    except Exception:  # never in the way of a cell: what is missing will be an ImportError
        return []


def _python(code: str) -> str:
    cell = source.read_cell(code)
    return cell.code if cell.magic in ("", "time", "timeit", "capture", "prun", "python", "python3") else ""


def _names(code: str, package: str = "") -> set[str]:
    """Dotted names, also `a.b` for `from a import b`, which may be a module."""
    try:
        tree = ast.parse(code)
    except SyntaxError, ValueError, RecursionError, MemoryError:
        return _by_pattern(code)
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            found.update([base] if base else [])
            found.update(f"{base}.{alias.name}" for alias in node.names if base and alias.name != "*")
        elif isinstance(node, ast.Call):
            found.update(_called(node))
    return found


def _by_pattern(code: str) -> set[str]:
    """Code that is no Python as a whole (a mistake, top-level await in an old form): line by line."""
    found: set[str] = set()
    for base, names in IMPORT_LINE.findall(code):
        found.update([base] if base else [part.split(" as ")[0].strip() for part in names.split(",")])
    return {name for name in found if name and not name.startswith(".")}


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])]) if parts else ""


def _called(node: ast.Call) -> list[str]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0] if node.args else None
    if name in IMPORTING_CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return [first.value] if not first.value.startswith(".") else []
    return []


def _visit(name: str, missing: set[str]) -> list[str]:
    """Notes a name that is missing, or gives the names that the workspace's file behind it imports."""
    if name.startswith("\0"):
        path = name[1:]
        return sorted(_of_file(os.path.abspath(path), "")) if os.path.isfile(path) else []
    top = name.partition(".")[0]
    local = _local_files(name)
    if local:
        return sorted({found for path, package in local for found in _of_file(path, package)})
    if _is_local(top):
        return []
    if not _importable(top):
        missing.update([top, name])
    elif name != top and not _submodule_here(name):
        missing.add(name)
    return []


def _importable(top: str) -> bool:
    if top in sys.modules or top in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except ImportError, ValueError, AttributeError:
        return False


def _submodule_here(name: str) -> bool:
    """False only for `google.cloud` and the like: a name missing below a package spread over distributions."""
    top, _, rest = name.partition(".")
    module = sys.modules.get(top)
    spec = getattr(module, "__spec__", None) if module else importlib.util.find_spec(top)
    if spec is None or spec.submodule_search_locations is None or spec.origin not in (None, "namespace"):
        return True
    part = rest.partition(".")[0]
    return any(_file_for(folder, part) for folder in spec.submodule_search_locations)


def _file_for(folder: str, part: str) -> str:
    for path in (os.path.join(folder, part, "__init__.py"), os.path.join(folder, part + ".py")):
        if os.path.isfile(path):
            return path
    plain = os.path.join(folder, part)
    return plain if os.path.isdir(plain) else ""


def _roots() -> list[str]:
    """Folders of sys.path inside the workspace."""
    mount = state.mount.rstrip("/")
    found = [os.path.abspath(entry or os.getcwd()) for entry in sys.path]
    return [entry for entry in found if entry == mount or entry.startswith(mount + "/")]


def _is_local(top: str) -> bool:
    return any(_file_for(root, top) for root in _roots())


def _local_files(name: str) -> list[tuple[str, str]]:
    """The workspace's files that importing a dotted name reads, outermost first, each with its package."""
    for root in _roots():
        files, folder, package = [], root, ""
        for part in name.split("."):
            path = _file_for(folder, part)
            if not path:
                break
            inner = f"{package}.{part}" if package else part
            files.append((path, inner if path.endswith("__init__.py") else package))
            folder, package = os.path.join(folder, part), inner
        if files:
            return [(path, package) for path, package in files if path.endswith(".py")]
    return []


def _of_file(path: str, package: str) -> set[str]:
    about = os.stat(path)
    known = _cache.get(path)
    if known is not None and known[:2] == (about.st_mtime_ns, about.st_size):
        return known[2]
    with open(path, encoding="utf-8", errors="replace") as file:
        found = _names(file.read(), package)
    _cache[path] = (about.st_mtime_ns, about.st_size, found)
    return found
