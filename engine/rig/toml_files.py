"""Rig profiles as TOML: read with every mistake named, written by hand since the standard library only reads."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import RigError
from ..files import write_text
from .expression import Expression
from .profile import Profile, Row

_Fields = Mapping[str, type | tuple[type, ...]]

_TOP: _Fields = {"name": str, "title": str, "source": str, "exclusive": bool, "rows": list, "expressions": list}
_ROW: _Fields = {
    "key": str,
    "makes": dict,
    "aliases": list,
    "names": list,
    "sides": bool,
    "halves": bool,
    "weight": (int, float),
    "limit": (int, float),
    "opens": list,
    "holds_jaw": bool,
    "rest": bool,
    "stands_in": str,
}
_EXPRESSION: _Fields = {
    "key": str,
    "makes": dict,
    "aliases": list,
    "names": list,
    "sides": bool,
    "side": str,
    "mouth": bool,
}


def load_profiles(folder: Path) -> tuple[Profile, ...]:
    """All profiles `*.toml` in `folder`, in the order of their file names.

    Raises RigError, naming file and row, for a folder without any, an unreadable file, a field, channel or value that
    is not known, and a name given twice.
    """
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not paths:
        raise RigError(f"There is no rig profile in '{folder}'; install Lockstep again or name another folder.")
    profiles = tuple(load_profile(path) for path in paths)
    seen: dict[str, str] = {}
    for path, profile in zip(paths, profiles, strict=True):
        if profile.name in seen:
            raise RigError(f"{path.name} and {seen[profile.name]} are both named '{profile.name}'; rename one of them.")
        seen[profile.name] = path.name
    return profiles


def load_profile(path: Path) -> Profile:
    """The profile of one TOML file; raises RigError as `load_profiles` does."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RigError(f"The rig profile '{path}' cannot be read ({error}); choose a TOML file in UTF-8.") from error
    return parse_profile(text, path.name)


def parse_profile(text: str, file: str) -> Profile:
    """The profile that TOML `text` describes; `file` names it in errors. Raises RigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RigError(f"{file} is no valid TOML ({error}); mend that line.") from error
    _check(table, _TOP, file)
    rows = tuple(_row(entry, f"{file}, row {i + 1}") for i, entry in enumerate(table.get("rows", [])))
    listed = enumerate(table.get("expressions", []))
    expressions = tuple(_expression(entry, f"{file}, expression {i + 1}") for i, entry in listed)
    try:
        return Profile(
            name=table.get("name", ""),
            title=table.get("title", table.get("name", "")),
            rows=rows,
            source=table.get("source", ""),
            exclusive=table.get("exclusive", False),
            expressions=expressions,
        )
    except RigError as error:
        raise RigError(f"{file}: {error}") from error


def _row(entry: object, place: str) -> Row:
    values = _values(entry, _ROW, place, "[[rows]]")
    try:
        return Row(**{"key": "", **values})
    except RigError as error:
        raise RigError(f"{place}: {error}") from error


def _expression(entry: object, place: str) -> Expression:
    values = _values(entry, _EXPRESSION, place, "[[expressions]]")
    try:
        return Expression(**{"key": "", **values})
    except RigError as error:
        raise RigError(f"{place}: {error}") from error


def _values(entry: object, fields: _Fields, place: str, head: str) -> dict[str, Any]:
    """The fields of a row or an expression, each of the right kind."""
    if not isinstance(entry, dict):
        raise RigError(f"{place} is no table; write it as {head} with a key.")
    _check(entry, fields, place)
    for name in ("aliases", "names", "opens"):
        if not all(isinstance(value, str) for value in entry.get(name, [])):
            raise RigError(f"{place}: '{name}' holds something else than text; put each of its entries in quotes.")
    for channel, value in entry.get("makes", {}).items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RigError(f"{place}: '{channel}' is {value!r}; give a number.")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _check(table: Mapping[str, object], fields: _Fields, place: str) -> None:
    for name, value in table.items():
        if name not in fields:
            raise RigError(f"{place} has the field '{name}'; only {', '.join(fields)} are known.")
        kind = fields[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RigError(f"{place}: '{name}' is {value!r}, which is of the wrong kind; see the profiles in rigs/.")


def profile_to_toml(profile: Profile) -> str:
    """`profile` as TOML text that `parse_profile` reads back to an equal value."""
    lines = [f"name = {_text(profile.name)}", f"title = {_text(profile.title)}"]
    if profile.source:
        lines.append(f"source = {_text(profile.source)}")
    lines.append(f"exclusive = {_bool(profile.exclusive)}")
    for row in profile.rows:
        lines += ["", "[[rows]]", *_row_lines(row)]
    for own in profile.expressions:
        lines += ["", "[[expressions]]", *_expression_lines(own)]
    return "\n".join(lines) + "\n"


def save_profile(profile: Profile, path: Path) -> None:
    """Write `profile` to `path`, whole or not at all; raises OutputError."""
    write_text(path, profile_to_toml(profile))


def _expression_lines(own: Expression) -> list[str]:
    lines = _common_lines(own)
    lines += [f"{name} = true" for name in ("sides", "mouth") if getattr(own, name)]
    return [*lines, f"side = {_text(own.side)}"] if own.side else lines


def _common_lines(row: Row | Expression) -> list[str]:
    lines = [f"key = {_text(row.key)}"]
    lines += [f"{name} = {_texts(value)}" for name in ("names", "aliases") if (value := getattr(row, name))]
    if row.makes:
        makes = ", ".join(f"{channel} = {float(value)!r}" for channel, value in row.makes.items())
        lines.append(f"makes = {{ {makes} }}")
    return lines


def _row_lines(row: Row) -> list[str]:
    lines = _common_lines(row)
    if row.opens is not None:
        lines.append(f"opens = {_texts(row.opens)}")
    lines += [f"{name} = true" for name in ("sides", "halves", "holds_jaw", "rest") if getattr(row, name)]
    lines += [f"{name} = {float(value)!r}" for name in ("weight", "limit") if (value := getattr(row, name)) != 1.0]
    if row.stands_in:
        lines.append(f"stands_in = {_text(row.stands_in)}")
    return lines


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped too
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _bool(value: bool) -> str:
    return "true" if value else "false"
