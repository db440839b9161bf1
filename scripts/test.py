"""Run the house's gates: lint, then the three rings of tests, each in an environment of its own.

    python3 scripts/test.py [--ring lint|engine|addon|zip] [--blender 4.5|5.0] [-k EXPRESSION]

The environments are made under `.cache/` on the first run (two Blender modules of about 370 MB each, PyTorch of 200 MB
and more for one test of the engine) and used again after that. What each step prints is kept in `.cache/logs/`. The
exit code is 0 only if every step passed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from environment import CHECKOUT, SetupError, ensure
from libraries import check_bpy
from pins import (
    BLENDERS,
    ESPEAK,
    LIBROSA,
    MYPY,
    NUMPY,
    OLDEST_NUMPY,
    PYTEST,
    RUFF,
    SOUNDFILE,
    STUBS,
    blender_packages,
    second_ear_packages,
)

LIMIT = 20 * 60.0  # seconds that one step may take
# tests that need PyTorch, which comes with Allosaurus' package and is in no other environment
WITH_PYTORCH = ("tests/engine/test_allosaurus_package.py", "tests/engine/test_ear_live_network.py")
NO_TESTS = 5  # pytest's exit code where -k selects nothing
COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


@dataclass(frozen=True, slots=True)
class Step:
    """One program to run: `command` is what follows the Python of the environment that holds `packages`."""

    ring: str
    name: str
    environment: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    blender: str | None = None
    copied: bool = False  # run where the checkout's packages stand under an importable name
    whole: bool = False  # a test that is skipped is a failure: the environment is there for it

    @property
    def is_test(self) -> bool:
        return self.command[:2] == ("-m", "pytest")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended: its seconds, None or why it failed, and pytest's closing line where it had one."""

    step: Step
    seconds: float
    trouble: str | None
    closing: str = ""


def steps() -> Iterator[Step]:
    """Give every step of the house, the quick ones first."""
    lint = (RUFF, MYPY, NUMPY)
    yield Step("lint", "ruff check", "lint", lint, ("-m", "ruff", "check", "."))
    yield Step("lint", "ruff format", "lint", lint, ("-m", "ruff", "format", "--check", "."))
    yield Step("lint", "mypy engine", "lint", lint, ("-m", "mypy", "--strict", "engine"))
    for blender in BLENDERS:
        stubs = (MYPY, NUMPY, f"fake-bpy-module-{blender}=={STUBS}")
        command = ("-m", "mypy", "-p", "lockstep.addon")
        yield Step("lint", f"mypy addon, {blender}", f"stubs-{blender}", stubs, command, blender, copied=True)
    ear = (PYTEST, SOUNDFILE, LIBROSA, ESPEAK)
    engine = ("-m", "pytest", "tests/engine", *(f"--ignore={test}" for test in WITH_PYTORCH))
    yield Step("engine", "engine", "engine", (NUMPY, *ear), engine)
    yield Step("engine", "engine, oldest NumPy", "engine-oldest", (OLDEST_NUMPY, *ear), engine)
    beside = ("-m", "pytest", *WITH_PYTORCH)
    yield Step("engine", "engine, PyTorch", "allosaurus", second_ear_packages(), beside, whole=True)
    for ring in ("addon", "zip"):
        for blender, release in BLENDERS.items():
            tests = ("-m", "pytest", f"tests/{ring}")
            yield Step(ring, f"{ring}, bpy {release}", f"bpy-{blender}", blender_packages(blender), tests, blender)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run lint and the three rings of tests.")
    parser.add_argument("--ring", choices=("lint", "engine", "addon", "zip"), help="only this ring")
    parser.add_argument("--blender", choices=tuple(BLENDERS), help="only this Blender")
    parser.add_argument("-k", dest="expression", metavar="EXPRESSION", help="only the tests that match, as in pytest")
    asked = parser.parse_args(arguments)
    outcomes = [run(step, asked.expression) for step in chosen(asked)]
    report(outcomes)
    tested = any(COUNTED.search(outcome.closing) for outcome in outcomes)
    if asked.expression and not tested:
        print(f"No test matches '{asked.expression}'.")
    wanting = any(outcome.step.is_test for outcome in outcomes) and not tested
    return 1 if wanting or any(outcome.trouble for outcome in outcomes) else 0


def chosen(asked: argparse.Namespace) -> list[Step]:
    """Give the steps that the options leave; with -k only those that run tests."""
    return [
        step
        for step in steps()
        if asked.ring in (None, step.ring)
        and (asked.blender is None or step.blender in (None, asked.blender))
        and (asked.expression is None or step.is_test)
    ]


def run(step: Step, expression: str | None = None) -> Outcome:
    """Run one step to its end, showing what it prints."""
    print(f"\n== {step.name} ==", flush=True)
    begun = time.monotonic()
    try:
        python = ensure(step.environment, step.packages)
        if step.packages[0].startswith("bpy=="):
            check_bpy(python)
    except SetupError as error:
        print(error, flush=True)
        return Outcome(step, time.monotonic() - begun, "no environment")
    begun = time.monotonic()
    log = CHECKOUT / ".cache" / "logs" / (re.sub(r"\W+", "-", step.name) + ".txt")
    log.parent.mkdir(parents=True, exist_ok=True)
    selection = ("-k", expression) if expression else ()
    with _surroundings(step) as (folder, variables):
        code = _show([str(python), *step.command, *selection], folder, variables, log)
    closing = closing_line(log.read_text(encoding="utf-8", errors="replace")) if step.is_test else ""
    trouble = _trouble(code, expression) or ("SKIPPED" if step.whole and "skipped" in closing else None)
    return Outcome(step, time.monotonic() - begun, trouble, closing)


def closing_line(text: str) -> str:
    """Give pytest's closing line ("12 passed in 0.34s") from what it printed, or ''."""
    lines = [line.strip("= ") for line in text.splitlines() if re.search(r" in [\d.]+s", line)]
    return lines[-1] if lines else ""


def report(outcomes: Sequence[Outcome]) -> None:
    """Print a line for each step and, where tests ran, their sum."""
    print("\n== summary ==")
    sums = {"passed": 0, "failed": 0, "skipped": 0}
    for outcome in outcomes:
        print(
            f"{outcome.step.name:22} {outcome.seconds:7.1f} s  {outcome.trouble or 'ok':16} {outcome.closing}".rstrip()
        )
        for number, kind in COUNTED.findall(outcome.closing):
            sums[{"error": "failed", "errors": "failed"}.get(kind, kind)] += int(number)
    if any(sums.values()):
        print(", ".join(f"{number} {kind}" for kind, number in sums.items()), flush=True)


def _trouble(code: int | None, expression: str | None) -> str | None:
    if code is None:
        return f"over {LIMIT / 60:.0f} minutes"
    if code == 0 or (code == NO_TESTS and expression):
        return None
    return f"FAILED ({code})"


@contextmanager
def _surroundings(step: Step) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give the folder and the variables to run `step` in; Blender's own settings are kept out of the user's."""
    with tempfile.TemporaryDirectory(prefix="lockstep-", ignore_cleanup_errors=True) as scratch:
        variables = dict(os.environ, PYTHONUTF8="1", BLENDER_USER_RESOURCES=str(Path(scratch) / "blender"))
        folder = CHECKOUT
        if step.copied:
            folder = Path(scratch)
            _copy_packages(folder / "lockstep")
            variables["MYPY_CACHE_DIR"] = str(CHECKOUT / ".mypy_cache" / step.environment)
            shutil.copy2(CHECKOUT / "pyproject.toml", folder)
        yield folder, variables


def _copy_packages(target: Path) -> None:
    """Lay the extension's Python files under `target`, whatever the checkout's own folder is called."""
    target.mkdir()
    for name in ("__init__.py", "addon", "engine"):
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
        elif source.is_file():
            shutil.copy2(source, target / name)


def _show(command: Sequence[str], folder: Path, variables: dict[str, str], log: Path) -> int | None:
    """Run `command`, print what it prints as it comes, and give its exit code, or None where the limit ended it."""
    deadline = time.monotonic() + LIMIT
    with log.open("wb") as out, log.open("rb") as seen:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            while process.poll() is None and time.monotonic() < deadline:
                _pass_on(seen.read())
                time.sleep(0.1)
        finally:
            late = process.poll() is None
            process.kill()
            code = process.wait()
            _pass_on(seen.read())
    return None if late else code


def _pass_on(data: bytes) -> None:
    sys.stdout.write(data.decode("utf-8", errors="replace"))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
