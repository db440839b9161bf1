"""`evaluate.py swap`: the table of what became of edits and gestures."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from . import table
from .figures import NEAR, Row, pooled
from .rows import DIPHONES, EDITS, OTHERS, Evaluation
from .takes import HEARD, TOLD, TRUE

AIM = 95.0  # per cent of edits within NEAR of their true phone, for the same text
SAME = ("same text", "other words")


def evaluate(options: argparse.Namespace) -> int:
    """Print the table row by row, the aims at the end; 1 where an edit was lost."""
    begun = time.monotonic()
    languages = options.languages.split(",")
    ears = (HEARD, TOLD, TRUE) if options.with_text else (HEARD, TRUE)
    print(f"{EDITS} edits of curves and {OTHERS} items of a score on each pair; {', '.join(languages)}\n")
    print(f"{table.LEGEND}\n\n{table.HEAD}")
    rows: list[Row] = []
    judge = Evaluation()
    for row in judge.rows(languages, ears, options.quick, options.only):
        print(table.line(row), flush=True)
        rows.append(row)
    if not options.only:
        for row in judge.diphone_rows(languages, ears, options.quick):
            print(table.line(row), flush=True)
            rows.append(row)
    _sums(rows, ears)
    print("\n" + "\n".join(table.kinds([row for row in rows if row.kind in SAME and row.ear == HEARD])))
    if options.real:
        rows += _real(judge, options)
    if options.json:
        _write(options.json, rows)
    print(f"\n{sum(len(row.seconds) for row in rows)} swaps in {time.monotonic() - begun:.0f} s")
    return int(any(row.lost for row in rows))


def _real(judge: Evaluation, options: argparse.Namespace) -> list[Row]:
    """Print the rows of recordings, and what they come to."""
    print(f"\nrecordings of people, two of each text\n{table.HEAD}")
    rows: list[Row] = []
    for row in judge.real_rows(options.real, (HEARD, TOLD), options.limit):
        if not rows or rows[-1].kind != row.kind:
            print(f"-- {row.kind}")
        print(table.line(row), flush=True)
        rows.append(row)
    return rows


def _sums(rows: Sequence[Row], ears: Sequence[str]) -> None:
    """What the rows of the same text come to, by ear; those of diphones apart, whose sounds are heard less alike."""
    print()
    for ear in ears:
        for kinds, name in ((SAME, "the same text"), ((DIPHONES,), "the same, by diphones")):
            same = [row for row in rows if row.kind in kinds and row.ear == ear]
            if same:
                whole = pooled(name, same)
                print(f"{table.line(whole)}\n  aim {AIM:.0f} % within {1000 * NEAR:.0f} ms: {_met(whole.near >= AIM)}")
    lost = sum(row.lost for row in rows)
    print(f"  aim no edit lost: {lost}, {_met(lost == 0)}")


def _met(met: bool) -> str:
    return "met" if met else "NOT MET"


def _write(path: Path, rows: Sequence[Row]) -> None:
    """The rows as JSON."""
    found = [
        {
            "condition": row.name, "kind": row.kind, "takes": row.ear, "edits": len(row.fates), "lost": row.lost,
            "astray": row.misplaced, "unplaced": row.count("unplaced"), "unplaced_there": row.unplaced_there,
            "gone": row.gone, "moved": row.count("moved"), "median_ms": float(np.median(row.milliseconds)),
            "p95_ms": float(np.percentile(row.milliseconds, 95)), "within_40ms": row.near,
            "closures": row.closures, "opened": row.opened, "back": asdict(row.back), "again": asdict(row.again),
            "seconds": float(np.mean(row.seconds)),
        }
        for row in rows
    ]  # fmt: skip
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
