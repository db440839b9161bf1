"""Build the extension: dist/lockstep-<version>-<system>.zip for each system, to be installed from disk in Blender.

    python3 scripts/build.py [--platform NAME ...] [--output FILE.zip] [--plain]

Each zip brings espeak-ng's wheel for its system, which reads transcripts; the platform `any` brings none and runs
everywhere. The standard library packs them, so that the same files always give the same bytes. Where Blender's own
tool is at hand (the bpy module in this Python, or one of the environments that scripts/test.py makes) it validates
them, and builds the same for itself: both must hold the same files. --plain leaves that out.
"""

from __future__ import annotations

import argparse
import fnmatch
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from environment import CHECKOUT, SetupError
from wheels import ANY, WHEELS, fetch

MANIFEST = "blender_manifest.toml"
NEEDED = ("__init__.py", MANIFEST, "LICENSE", "README.md", "addon/__init__.py", "engine/listen.py", "rigs/arkit.toml")
LARGEST = 18_000_000  # bytes
FOREIGN = (".whl", ".so", ".pyd", ".dll", ".pyc", ".blend")  # beside espeak-ng's wheels
LONGEST_LINE = 64  # letters of a tagline, or of a permission's reason
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same files give the same zip
TOOL = "scripts/addons_core/bl_pkg/cli/blender_ext.py"


class BuildError(Exception):
    """The extension cannot be built; the message is one sentence that says what was found and what to do."""


def build(target: Path | None = None, plain: bool = False, platform: str = ANY) -> Path:
    """Build the extension for one of Blender's platforms and give its path.

    `target` is dist/<id>-<version>-<platform>.zip by default. Raises BuildError; SetupError where a wheel is missing.
    """
    target = target or CHECKOUT / "dist" / zip_name(platform)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.part.zip")
    tool = None if plain else find_tool()
    try:
        with staged(platform) as source:
            if tool is not None:
                _run(tool, "validate", str(source))
            pack(source, aside)
            check(aside)
            if tool is not None:
                _run(tool, "validate", str(aside))
                _compare(tool, source, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return target


def zip_name(platform: str) -> str:
    """What the zip for a platform is called, as Blender's own tool calls it."""
    manifest = read_manifest()
    system = "" if platform == ANY else "-" + platform.replace("-", "_")
    return f"{manifest['id']}-{manifest['version']}{system}.zip"


@contextmanager
def staged(platform: str) -> Iterator[Path]:
    """A folder with the extension as it is for one platform; for any platform, the checkout itself."""
    if platform == ANY:
        yield CHECKOUT
        return
    wheel = fetch(platform)
    with tempfile.TemporaryDirectory(prefix="lockstep-build-") as scratch:
        folder = Path(scratch)
        for name in files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, folder / name)
        (folder / "wheels").mkdir()
        shutil.copyfile(wheel, folder / "wheels" / wheel.name)
        text = manifest_for(platform, (CHECKOUT / MANIFEST).read_text(encoding="utf-8"), wheel.name)
        (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
        yield folder


def manifest_for(platform: str, text: str, wheel: str) -> str:
    """The manifest's text with a platform and its wheel in it, before its first table."""
    head, table, rest = text.partition("\n[")
    return f'{head}\nplatforms = ["{platform}"]\nwheels = ["./wheels/{wheel}"]\n{table}{rest}'


def _compare(tool: Path, source: Path, made: Path) -> None:
    """Raise BuildError where Blender's own tool packs other files."""
    other = made.with_suffix(".tool.zip")
    try:
        _run(tool, "build", "--source-dir", str(source), "--output-filepath", str(other))
        with zipfile.ZipFile(made) as one, zipfile.ZipFile(other) as two:
            apart = sorted(set(one.namelist()) ^ set(two.namelist()))
            apart = apart or [name for name in one.namelist() if one.read(name) != two.read(name)]
    finally:
        other.unlink(missing_ok=True)
    if apart:
        raise BuildError(f"Blender's own tool packs '{apart[0]}' differently; mend the manifest's patterns.")


def read_manifest() -> dict[str, object]:
    """The manifest's values. Raises BuildError for lines that are too long for Blender."""
    with (CHECKOUT / MANIFEST).open("rb") as file:
        manifest = tomllib.load(file)
    for line in (manifest["tagline"], *manifest.get("permissions", {}).values()):
        if len(line) > LONGEST_LINE or line.endswith("."):
            raise BuildError(f"'{line}' is too long or ends with a full stop; keep it within {LONGEST_LINE} letters.")
    return manifest


def find_tool() -> Path | None:
    """Blender's own extension tool: of this Python's bpy, or of an environment of the tests; None without any."""
    spec = importlib.util.find_spec("bpy")
    roots = [Path(spec.origin).parent] if spec is not None and spec.origin else []
    roots += sorted((CHECKOUT / ".cache").glob("venv-bpy-*/[Ll]ib*/**/site-packages/bpy"), reverse=True)
    found = [tool for root in roots for tool in sorted(root.glob(f"*/{TOOL}"))]
    return found[0] if found else None


def _run(tool: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, str(tool), *arguments], capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    if done.returncode != 0:
        said = " ".join((done.stdout + done.stderr).split())
        raise BuildError(f"Blender's own tool refuses to {arguments[0]} the extension ({said[-400:]}); mend that.")


def pack(source: Path, target: Path) -> None:
    """Pack the files of a folder with the standard library, so that the same files always give the same zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in files(source):
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (source / name).read_bytes())


def files(source: Path = CHECKOUT) -> list[str]:
    """The files that belong to the extension, as paths with forward slashes, in alphabetical order."""
    build_table = read_manifest().get("build", {})
    assert isinstance(build_table, dict)
    patterns = [_Pattern(text) for text in build_table["paths_exclude_pattern"]]
    return sorted(_walk(source, "", patterns))


def _walk(folder: Path, prefix: str, patterns: Sequence[_Pattern]) -> Iterator[str]:
    for path in folder.iterdir():
        name = prefix + path.name
        if any(pattern.leaves_out(name, path.is_dir()) for pattern in patterns):
            continue
        if path.is_dir():
            yield from _walk(path, f"{name}/", patterns)
        else:
            yield name


class _Pattern:
    """One line of `paths_exclude_pattern`, read as git reads .gitignore: the kinds that the manifest uses."""

    def __init__(self, text: str) -> None:
        self._folders_only = text.endswith("/")
        self._from_root = text.startswith("/")
        self._regex = re.compile(fnmatch.translate(text.strip("/")))
        if "/" in text.strip("/"):
            raise BuildError(f"The pattern '{text}' in the manifest has a folder in it; name files or folders alone.")

    def leaves_out(self, name: str, is_folder: bool) -> bool:
        if (self._folders_only and not is_folder) or (self._from_root and "/" in name):
            return False
        return self._regex.match(name.rpartition("/")[2]) is not None


def check(target: Path) -> None:
    """Raise BuildError where the zip lacks a file, is too large, or holds what does not belong in an extension."""
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise BuildError(f"'{missing[0]}' is not in the extension; add it, or mend the manifest's patterns.")
    ours = {f"wheels/{wheel.name}" for wheel in WHEELS.values()}
    strange = [name for name in names if name.endswith(FOREIGN) and name not in ours]
    if strange:
        raise BuildError(f"'{strange[0]}' does not belong in the extension; take it out.")
    size = target.stat().st_size
    if size > LARGEST:
        raise BuildError(f"The extension has {size / 1e6:.1f} MB; it may have {LARGEST / 1e6:.1f} MB at most.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and say what was made; gives the exit code."""
    parser = argparse.ArgumentParser(description="Build the extension.")
    parser.add_argument("--platform", action="append", choices=(*WHEELS, ANY), help="default: each but 'any'")
    parser.add_argument("--output", metavar="FILE.zip", type=Path, help="of one platform")
    parser.add_argument("--plain", action="store_true", help="do not use Blender's own tool")
    options = parser.parse_args(arguments)
    platforms = options.platform or list(WHEELS)
    if options.output is not None and len(platforms) > 1:
        parser.error("--output is for one platform; name it with --platform")
    how = "" if options.plain or find_tool() is None else ", validated by Blender's own tool"
    try:
        for platform in platforms:
            made = build(options.output, options.plain, platform)
            with zipfile.ZipFile(made) as archive:
                print(f"{made}: {len(archive.namelist())} files, {made.stat().st_size / 1e6:.2f} MB{how}.", flush=True)
    except (BuildError, SetupError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
