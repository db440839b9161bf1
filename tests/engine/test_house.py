"""The rules of the house, read from the files themselves: who imports whom, how long a function is, and so on."""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "__init__.py",
    "addon", "blender_manifest.toml", "engine", "pyproject.toml", "rigs", "scripts", "tests",
}  # fmt: skip
BLENDERS_OWN = {"bpy", "bpy_extras", "mathutils", "aud", "bmesh", "gpu", "blf", "addon_utils", "bl_ext"}
LAZY = {"soundfile", "espeakng_loader", "sounddevice"}  # imported where needed, done without elsewhere
THREADS = {"threading", "_thread", "concurrent", "multiprocessing", "asyncio"}
FULL_LENGTH, USUAL_LENGTH, USUAL_SHARE = 60, 20, 0.9
OWN_FORMATS = {"wave", "zipfile", "tarfile", "gzip", "lzma", "bz2", "webbrowser", "os", "aud", "Image"}  # own open


def sources(*rooms: str) -> list[Path]:
    """Give the Python files of `rooms`, in order."""
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py")) if "__pycache__" not in path.parts]


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}"


def nodes(*rooms: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sources(*rooms):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def absolute_imports(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Give the top-level package of every absolute import below `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name.split(".")[0], node) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0], node


def functions(*rooms: str) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, node in nodes(*rooms):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield path, node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Give the lines of `function` from `def` to its end, its docstring left out."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def rooms_in_order() -> list[set[str]]:
    """Read the list of rooms in CONTRIBUTING.md: the engine's rows from top to bottom, each as the rooms it names."""
    rows = []
    for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        named = re.findall(r"`engine/([a-z_]+)(?:\.py|/)`", line.split("|")[1]) if line.startswith("| `engine/") else []
        if named:
            rows.append(set(named))
    return rows


def imported_rooms(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Give each room of the engine that `path` imports from, with the node that does."""
    package = path.relative_to(ROOT / "engine").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        base = package[: len(package) - (node.level - 1)]
        steps = (*base, *(node.module.split(".") if node.module else ()))
        if steps:
            yield steps[0], node
        else:
            yield from ((name.name, node) for name in node.names)


def test_the_engine_imports_only_the_standard_library_and_numpy() -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy"}
    strangers = [
        f"{place(path, node)} imports {name}"
        for path in sources("engine")
        for name, node in absolute_imports(ast.parse(path.read_text(encoding="utf-8")))
        if name not in allowed | LAZY
    ]
    assert not strangers


def test_the_engine_imports_soundfile_and_espeak_only_inside_functions() -> None:
    eager = []
    for path in sources("engine"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lazy = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
        }
        eager += [place(path, node) for name, node in absolute_imports(tree) if name in LAZY and id(node) not in lazy]
    assert not eager


def test_nothing_of_blender_is_known_outside_the_addon_and_its_scripts() -> None:
    knowing = [
        f"{place(path, node)} imports {name}"
        for path in sources("engine", "tests/engine")
        for name, node in absolute_imports(ast.parse(path.read_text(encoding="utf-8")))
        if name in BLENDERS_OWN | {"addon"}
    ]
    assert not knowing


def test_the_addon_imports_its_own_files_and_the_engine_relatively() -> None:
    absolute = [
        f"{place(path, node)} imports {name}"
        for path in sources("addon")
        for name, node in absolute_imports(ast.parse(path.read_text(encoding="utf-8")))
        if name in {"addon", "engine", "lockstep"}
    ]
    assert not absolute


def test_contributing_lists_every_room_of_the_engine_once() -> None:
    listed = [room for row in rooms_in_order() for room in row]
    present = {
        path.stem
        for path in (ROOT / "engine").iterdir()
        if not path.name.startswith("__") and (path.suffix == ".py" or any(path.glob("*.py")))
    }
    assert len(listed) == len(set(listed))
    assert present <= set(listed)


def test_an_installed_engine_has_every_package_of_it() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        packed = tomllib.load(file)["tool"]["setuptools"]["packages"]
    present = {".".join(path.parent.relative_to(ROOT).parts) for path in sources("engine")}
    assert set(packed) == present | {"engine._rigs"}


def test_imports_run_down_the_list_of_rooms_and_never_up() -> None:
    floor = {room: number for number, row in enumerate(rooms_in_order()) for room in row}
    upward = []
    for path in sources("engine"):
        room = Path(path.relative_to(ROOT / "engine").parts[0]).stem
        if room.startswith("__"):
            continue
        upward += [
            f"{place(path, node)}: {room} imports {other}"
            for other, node in imported_rooms(path)
            if floor.get(other, 0) < floor.get(room, 0)
        ]
    assert not upward


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{place(path, node)} {node.name}: {length(node)} lines"
        for path, node in functions("engine", "addon", "scripts")
        if length(node) > FULL_LENGTH
    ]
    assert not long


@pytest.mark.parametrize("room", ["engine", "addon"])
def test_nine_functions_of_ten_are_within_twenty_lines(room: str) -> None:
    lengths = sorted((length(node), f"{place(path, node)} {node.name}") for path, node in functions(room))
    long = [f"{name}: {lines} lines" for lines, name in lengths if lines > USUAL_LENGTH]
    assert len(long) <= (1 - USUAL_SHARE) * len(lengths), long


def test_the_folders_of_the_tests_are_no_packages() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def opens_without_encoding(node: ast.AST) -> bool:
    """Tell whether `node` is a call that reads or writes text and names no encoding."""
    if not isinstance(node, ast.Call) or any(word.arg in ("encoding", None) for word in node.keywords):
        return False
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        if node.func.attr in ("read_text", "write_text"):
            return owner != "files"
        opens, mode_at = node.func.attr == "open" and owner not in OWN_FORMATS, 0
    else:
        opens, mode_at = isinstance(node.func, ast.Name) and node.func.id == "open", 1
    modes = [word.value for word in node.keywords if word.arg == "mode"] + node.args[mode_at : mode_at + 1]
    return opens and not any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes)


def test_text_is_read_and_written_with_its_encoding_named() -> None:
    bare = [
        place(path, node) for path, node in nodes("engine", "addon", "scripts", "tests") if opens_without_encoding(node)
    ]
    assert not bare


@pytest.mark.parametrize(
    ("call", "bare"),
    [
        ("open(p)", True),
        ("open(p, 'rb')", False),
        ("p.open()", True),
        ("p.open('wb')", False),
        ("p.open(encoding='utf-8')", False),
        ("p.read_text()", True),
        ("p.write_text(t, encoding='utf-8')", False),
        ("wave.open(p)", False),
    ],
)
def test_a_call_without_encoding_is_told_from_one_with_it(call: str, bare: bool) -> None:
    assert opens_without_encoding(ast.parse(call, mode="eval").body) is bare


def test_blenders_version_is_asked_in_one_file_only() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for path, node in nodes("addon")
        if isinstance(node, ast.Attribute)
        and node.attr in ("version", "version_string")
        and "app" in ast.dump(node.value)
    }
    assert asking <= {"addon/compat.py"}


def test_the_addon_and_the_engine_start_no_threads() -> None:
    threaded = [
        f"{place(path, node)} imports {name}"
        for path in sources("addon", "engine")
        for name, node in absolute_imports(ast.parse(path.read_text(encoding="utf-8")))
        if name in THREADS
    ]
    assert not threaded


def test_the_addon_and_the_engine_leave_the_import_system_alone() -> None:
    touching = [
        place(path, node)
        for path, node in nodes("addon", "engine")
        if isinstance(node, ast.Attribute)
        and node.attr in ("path", "modules", "meta_path")
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    ]
    assert not touching


def test_the_extension_imports_nothing_until_it_is_registered() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    eager = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert all(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in eager)
    assert {"register", "unregister"} <= named


def test_no_path_of_one_operating_system_is_written_into_the_code() -> None:
    fixed = [
        f"{place(path, node)}: {node.value}"
        for path, node in nodes("engine", "addon")
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"(/(tmp|usr|home|var|etc|work|dev|proc)/|[A-Za-z]:[\\/])", node.value)
    ]
    assert not fixed


def ending(message: ast.expr) -> str | None:
    """Give the text that `message` surely ends with, or None where it is not written out there."""
    if isinstance(message, ast.JoinedStr) and message.values:
        message = message.values[-1]
        if isinstance(message, ast.FormattedValue):
            passed_on = isinstance(message.value, ast.Name) and message.value.id == "error"
            return None if passed_on else ""
    return message.value if isinstance(message, ast.Constant) and isinstance(message.value, str) else None


def error_classes() -> set[str]:
    tree = ast.parse((ROOT / "engine" / "errors.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_every_message_of_the_error_tree_is_a_whole_sentence() -> None:
    tree = error_classes()
    loose = []
    for path, node in nodes("engine", "addon"):
        if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call) or not node.exc.args:
            continue
        text = ending(node.exc.args[0])
        if isinstance(node.exc.func, ast.Name) and node.exc.func.id in tree and text is not None:
            loose += [place(path, node)] if not text.endswith((".", "?")) or "\n" in text else []
    assert not loose


def test_the_engine_raises_its_own_errors_and_value_errors_for_a_callers_slip() -> None:
    allowed = error_classes() | {"ValueError", "TypeError", "SystemExit"}
    foreign = []
    for path, node in nodes("engine"):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(raised, ast.Name) and raised.id[:1].isupper() and raised.id not in allowed:
                foreign.append(f"{place(path, node)} raises {raised.id}")
    assert not foreign


def ignored(name: str) -> bool:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return any(fnmatch.fnmatch(name, line.strip("/")) for line in lines)


def test_the_top_level_of_the_checkout_holds_only_what_belongs_there() -> None:
    present = {path.name for path in ROOT.iterdir() if path.name != ".git" and not ignored(path.name)}
    assert present <= TOP_LEVEL


IMPORTED = """
import sys
import numpy, numpy.fft, numpy.typing, numpy.lib.stride_tricks
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
before = set(sys.modules)
import engine, engine.listen, engine.perform
print("\\n".join(sorted(set(sys.modules) - before)))
print("--")
print("\\n".join(path for path in opened if not path.endswith((".py", ".pyc", ".so", ".pyd", ".dll"))))
"""


@pytest.fixture(scope="module")
def imported() -> tuple[list[str], list[str]]:
    """What importing the whole engine loads beyond NumPy, and the files it opens that hold no code."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    modules, files = done.stdout.split("--\n")
    return modules.split(), files.split()


def test_importing_the_engine_reads_no_file_but_its_code(imported: tuple[list[str], list[str]]) -> None:
    assert not imported[1]


def test_importing_the_engine_loads_no_heavy_neighbour(imported: tuple[list[str], list[str]]) -> None:
    beyond = [name for name in imported[0] if name.split(".")[0] != "engine"]
    heavy = THREADS | {
        "soundfile",
        "email",
        "http",
        "ssl",
        "subprocess",
        "sqlite3",
        "tkinter",
        "unittest",
        "xml",
        "scipy",
    }
    assert not {name.split(".")[0] for name in beyond} & heavy
    assert len(beyond) <= 60, beyond
