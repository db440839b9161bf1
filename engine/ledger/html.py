"""The report of a project: one HTML file that a supervisor reads on a screen or prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..errors import UsageError
from ..files import write_text
from .cases import case, drift_trend, offset_trend
from .charts import share_bar, verdict_bar
from .entry import Entry
from .histories import Group, History, groups, histories, limits_of, number, worst
from .ledger import Ledger
from .markup import Markup, named, tag, together
from .page import badge, grid, page, section, who
from .words import VERDICTS, count, day, language_name, missed, plain_number, share, signed

WORST = 20  # lines told in full
SEVERAL = 5  # lines from which on half of them is worth a word
EXAMPLES = 3  # shots named beside a fault
MEANINGS = {"fail": ": not in sync", "look": " at these", "unknown": "", "pass": ": in sync"}


def report(entries: Iterable[Entry], project: str = "", most: int = WORST) -> str:
    """The report on these checks, in the order in which they were kept, as a page; nobody's script, nothing fetched.

    `project`: its name; `most`: how many lines are told in full, the worst first, those that pass left out.
    """
    lines = histories(entries)
    title = project or "All shots"
    if not lines:
        return page(f"Sync report: {title}", _title(title), tag("p", "No check has been kept yet."))
    cases = _cases(lines, most)
    parts = [_worst(lines, cases), _faults(lines), _lines(lines, cases), *_groups(lines), _reading(lines)]
    return page(f"Sync report: {title}", _head(title, lines), *(part for part in parts if part is not None))


def write_report(path: Path, ledger: Ledger | Path, title: str = "") -> None:
    """Write the report on all that a ledger holds; `title`: the project's name, by default `project_of` the file.

    Raises UsageError where there is no ledger, or no check in it; OutputError where it cannot be read, or the report
    cannot be written.
    """
    book = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
    entries = tuple(book.entries())
    if not entries:
        raise UsageError(f"The ledger '{book.path}' holds no check yet; check a shot first.")
    write_text(path, report(entries, title or project_of(book.path)))


def project_of(path: Path) -> str:
    """What a project is called by its ledger: the file's name, its folder's where the file bears our own name."""
    stem = path.name.split(".")[0]
    return path.absolute().parent.name or stem if stem.lower().startswith(("lockstep", "ledger")) or not stem else stem


def _title(title: str) -> Markup:
    return together(tag("p", "Sync report", class_="kind"), tag("h1", named(title)))


def _head(title: str, lines: Sequence[History]) -> Markup:
    """Title, period, what is in it, and the verdicts."""
    times = sorted(entry.time for line in lines for entry in line.checks)
    shots = len({line.last.shot for line in lines})
    checks = count(len(times), "check")
    period = f"{day(times[0])} to {day(times[-1])}" if day(times[0]) != day(times[-1]) else day(times[0])
    counts = Group("", tuple(line.last for line in lines)).counts
    tiles = [
        tag("div", tag("b", counts[verdict]), tag("span", VERDICTS[verdict] + meaning), class_=f"tile {verdict}")
        for verdict, meaning in MEANINGS.items()
    ]
    return tag(
        "header",
        _title(title),
        tag("p", f"{period} (UTC) · {count(len(lines), 'line')} in {count(shots, 'shot')} · {checks}", class_="period"),
        tag("div", *tiles, class_="tiles"),
        tag("div", verdict_bar(counts), class_="whole"),
        tag("p", *_summary(lines)),
        _contents(),
    )


def _summary(lines: Sequence[History]) -> Iterator[str]:
    """The state of things in a sentence or two."""
    all_lines = Group("", tuple(line.last for line in lines))
    offset, drift = all_lines.middle("offset_frames"), all_lines.middle("drift_frames_per_10s")
    if len(lines) >= SEVERAL and offset is not None and drift is not None:
        yield f"Half of the lines are within {offset:.1f} frames of their sound, and drift by at most "
        yield f"{drift:.1f} frames in ten seconds. "
    changes = Counter(line.change for line in lines)
    told = [f"{changes[change]} {change}" for change in ("better", "worse", "as before") if changes[change]]
    if told:
        yield f"Beside the version before: {', '.join(told)}."


def _contents() -> Markup:
    links = {
        "worst": "Worst first", "faults": "What is wrong", "lines": "All lines", "languages": "By language",
        "characters": "By character", "reading": "How to read this",
    }  # fmt: skip
    return tag("nav", *(tag("a", title, href=f"#{anchor}") for anchor, title in links.items()), aria_label="Contents")


def _cases(lines: Sequence[History], most: int) -> dict[int, History]:
    """The lines told in full, worst first, by the id of their check's value."""
    by_last = {id(line.last): line for line in lines}
    chosen = worst((line.last for line in lines if line.last.verdict != "pass"), most)
    return {id(entry): by_last[id(entry)] for entry in chosen}


def _anchor(cases: dict[int, History], line: History) -> str | None:
    return f"case-{list(cases).index(id(line.last)) + 1}" if id(line.last) in cases else None


def _worst(lines: Sequence[History], cases: dict[int, History]) -> Markup:
    """The lines that need work, in full."""
    waiting = sum(line.last.verdict != "pass" for line in lines)
    if not waiting:
        return section("worst", "Worst first", tag("p", "Every line passes; there is nothing to mend."))
    rest = f" The other {waiting - len(cases)} are in the table of all lines." if waiting > len(cases) else ""
    shown = "in turn" if waiting == 1 else f"the {len(cases)} worst in turn" if rest else "each in turn"
    intro = tag("p", f"{count(waiting, 'line needs', 'lines need')} a look or a hand; {shown}.{rest}", class_="note")
    return section("worst", "Worst first", intro, *(case(line, _anchor(cases, line) or "") for line in cases.values()))


def _faults(lines: Sequence[History]) -> Markup:
    """Kinds of faults, by how many lines have them."""
    found: dict[str, list[Entry]] = {}
    for line in lines:
        for kind in dict.fromkeys(fault.kind for fault in line.last.faults):
            found.setdefault(kind, []).append(line.last)
    if not found:
        return section("faults", "What is wrong", tag("p", "No fault was found in the last checks."))
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    columns = [("Fault", "w"), ("Lines", "n"), ("Share of lines", "b"), ("For example", "")]
    rows = [(kind, len(some), share_bar(len(some) / len(lines)), _examples(some)) for kind, some in ordered]
    return section("faults", "What is wrong", grid("Faults in the last check of each line", columns, rows))


def _examples(entries: Sequence[Entry]) -> Markup:
    shots = list(dict.fromkeys(entry.shot for entry in worst(entries)))
    more = f" and {len(shots) - EXAMPLES} more" if len(shots) > EXAMPLES else None
    few = [together(", " if at else None, named(shot)) for at, shot in enumerate(shots[:EXAMPLES])]
    return together(*few, more)


def _lines(lines: Sequence[History], cases: dict[int, History]) -> Markup:
    """Every line with its trends."""
    columns = [
        ("Shot", ""), ("Verdict", "w"), ("Version", "n"), ("Offset, frames", "n"), ("over versions", ""),
        ("Drift, frames in 10 s", "n"), ("over versions", ""), ("Closures missed", "n"), ("Ampli­tude", "n"),
        ("Lan­guage", "l"), ("Checked", "w"),
    ]  # fmt: skip
    rows = (_row(line, _anchor(cases, line)) for line in lines)
    return section("lines", "All lines", grid("The last check of each line, by shot", columns, rows, "all"))


def _row(line: History, anchor: str | None) -> Sequence[object]:
    entry = line.last
    name = tag("a", who(entry), href=f"#{anchor}") if anchor else who(entry)
    changed = tag("span", line.change, class_=line.change) if line.change in ("better", "worse") else None
    return (
        name,
        badge(entry.verdict),
        together(entry.version, tag("br") if changed else None, changed),
        signed(number(entry, "offset_frames")),
        offset_trend(line),
        signed(number(entry, "drift_frames_per_10s"), 2),
        drift_trend(line),
        missed(entry),
        share(number(entry, "amplitude")),
        entry.language,
        day(entry.time),
    )


def _groups(lines: Sequence[History]) -> Iterator[Markup]:
    by_language = groups(lines, lambda entry: language_name(entry.language))
    yield section("languages", "By language", _group_table("Language", by_language))
    by_character = groups(lines, lambda entry: entry.character or "not named")
    yield section("characters", "By character", _group_table("Character", by_character))


def _group_table(kind: str, found: Sequence[Group]) -> Markup:
    columns = [
        (kind, "w"), ("Lines", "n"), *((VERDICTS[verdict], "n") for verdict in MEANINGS), ("Verdicts", "b"),
        ("Offset, median", "n"), ("Drift, median", "n"), ("Closures missed", "n"), ("Amplitude, median", "n"),
    ]  # fmt: skip
    caption = f"How the lines of each {kind.lower()} stand; medians without their sign"
    return grid(caption, columns, (_group_row(group) for group in sorted(found, key=_needs_work)))


def _needs_work(group: Group) -> tuple[float, ...]:
    """Those with the most to do first."""
    return tuple(-group.counts[verdict] / len(group.lines) for verdict in ("fail", "look", "unknown"))


def _group_row(group: Group) -> Sequence[object]:
    counts = group.counts
    return (
        named(group.name),
        len(group.lines),
        *(counts[verdict] for verdict in MEANINGS),
        verdict_bar(counts),
        plain_number(group.middle("offset_frames")),
        plain_number(group.middle("drift_frames_per_10s"), 2),
        share(group.missed),
        share(group.middle("amplitude")),
    )


def _reading(lines: Sequence[History]) -> Markup:
    """What the figures mean, and by which limits the verdicts were given."""
    return section("reading", "How to read this", tag("dl", *(_meaning(*one) for one in _meanings(lines))))


def _meaning(name: str, says: str) -> Markup:
    return tag("div", tag("dt", name), tag("dd", says))


def _meanings(lines: Sequence[History]) -> Iterator[tuple[str, str]]:
    last = max((line.last for line in lines), key=lambda entry: entry.time)
    limits = limits_of(last)
    look = f"{limits.look:g} frame{'' if limits.look == 1.0 else 's'}"
    yield "Sign", "Above 0 the mouth is late against its sound, below 0 it is early."
    yield "Times", "In the sound, and in frames of the scene; of curves without a scene from the start of the sound."
    yield "Offset", "How far mouth and sound are apart in the middle of the speech, in frames as played."
    yield "Drift", "How far they come apart in ten seconds of speech."
    yield "Residual", "What is left of single moments when offset and drift are taken away: the median."
    yield "Closures", "Lips that the sound asks to be shut, as in p, b and m, and how many of them are not."
    yield "Amplitude", "How far the mouth moves beside how far it should; 100 % is all of it."
    yield "Cannot tell", "The sound or the motion does not allow a verdict; the reasons say why."
    yield "Better, worse", "Beside the version before, by verdict, then by the largest error."
    yield (
        "Limits",
        f"Fail from {limits.drift:g} frames of drift in ten seconds, from {1000 * limits.late:.0f} ms late or "
        f"{1000 * limits.early:.0f} ms early; look from {look} of offset or drift. In the drawings the "
        "first are drawn through, the second dashed.",
    )
