"""The tables of the live mode: what was heard, how the mouth stands to its sound, and the targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scoring
from check.speech import PEOPLE
from mouths import MOUTHS
from scoring import AT

from . import mouth
from .judging import AGREED, EARLY_LIVE, EARLY_REFINED, LATER_LIVE, LIVE, REFINED, Outcome

LEGEND = """\
mouths: 10 ms frames in six mouth classes that are right; recall: the mean over the classes, per cent; closures, teeth:
F1 of the contacts that the live mouth makes (lips shut; lip on teeth) with true p b m and f v, found / true. `live`:
the ear's rows and the mouth's contacts; `refined`: the pass over the whole sound; `agree`: live where the refined pass
is taken for true. In brackets a bootstrap 95 % interval by run. `cost`: seconds on one core for a second of sound."""
HEAD = (
    f"{'':26} {'runs':>4} {'sec':>5} | {'mouths: live':>17} {'refined':>7} {'agree':>17} |"
    f" {'recall: live':>17} {'refined':>7} | {'closures: live':>17} {'fnd/tr':>7} {'refined':>7} |"
    f" {'teeth':>5} {'refined':>7} | {'cost':>5}"
)
MOUTH_LEGEND = """\
openness, rounding: correlation of the live mouth with the refined one at the best lag, then with the mouth of the true
phones, and (ref) the refined one's with that; size: how far it moves over how far the refined one does. behind: ms by
which the live mouth comes after its sound: the best lag to a refined mouth that is on its sound, and the delay,
together; sounds: to the open, the rounded sounds themselves (the refined mouth rounds ahead of them); far: the runs'
90th percentile of the lag's distance from the median. shuts, lets go: ms by which lips do so after the true
contact, the delay left out. turns: from opening to shutting and back, a second; tremble: mean second difference, live /
refined; brief: contacts under 40 ms, a second."""
MOUTH_HEAD = (
    f"{'':26} | {'openness':>8} {'true':>5} {'(ref)':>5} {'size':>5} |"
    f" {'rounding':>8} {'true':>5} {'(ref)':>5} {'size':>5} |"
    f" {'behind':>6} {'sounds':>6} {'far':>4} {'rounding':>8} {'sounds':>6} |"
    f" {'shuts':>5} {'lets go':>7} | {'turns':>9} {'tremble':>9} {'brief':>6}"
)
PARTS = {"mouths": "frames", "recall": "recall", "closures": "closures_f1", "teeth": "teeth_f1"}
EXACT_AIM, REAL_AIM, CLOSURES_AIM, BEHIND_AIM, COST_AIM = 85.0, 80.0, 75.0, 0.120, 0.1


def line(name: str, outcomes: Sequence[Outcome]) -> str:
    """One row of the table of what is heard."""
    live, refined, agreed = (figures(outcomes, which) for which in (LIVE, REFINED, AGREED))
    found = f"{live['closures_recall'].value:.0f}/{live['closures_precision'].value:.0f}"
    return (
        f"{name:26} {len(outcomes):4} {sum(one.seconds for one in outcomes):5.0f} |"
        f" {_wide(live['frames']):>17} {_one(refined['frames']):>7} {_wide(agreed['frames']):>17} |"
        f" {_wide(live['recall']):>17} {_one(refined['recall']):>7} |"
        f" {_wide(live['closures_f1']):>17} {found:>7} {_one(refined['closures_f1']):>7} |"
        f" {_one(live['teeth_f1']):>5} {_one(refined['teeth_f1']):>7} | {_mean(one.cost for one in outcomes):>5.3f}"
    )


def mouth_line(name: str, outcomes: Sequence[Outcome]) -> str:
    """One row of the table of how the mouth moves."""
    begun, ended = (
        1000 * _median([shift for one in outcomes for shift in getattr(one, what)]) for what in ("begun", "ended")
    )
    late, said = ([1000 * behind(outcomes, way, kind) for way in mouth.WAYS] for kind in ("ways", "sound_ways"))
    cells = [
        " ".join(
            [f"{_two(correlation(outcomes, 'ways', way)):>8}"]
            + [f"{_two(correlation(outcomes, kind, way)):>5}" for kind in ("true_ways", "refined_ways")]
            + [f"{_two(size(outcomes, way)):>5}"]
        )
        for way in mouth.WAYS
    ]
    return (
        f"{name:26} | {cells[0]} | {cells[1]} |"
        f" {late[0]:>6.0f} {said[0]:>6.0f} {1000 * far(outcomes):>4.0f} {late[1]:>8.0f} {said[1]:>6.0f} |"
        f" {begun:>5.0f} {ended:>7.0f} | {_pair(outcomes, 'turns')} {_pair(outcomes, 'trembling')}"
        f" {_mean(one.brief for one in outcomes):>6.2f}"
    )


def figures(outcomes: Sequence[Outcome], which: str) -> dict[str, scoring.Figure]:
    """The figures of one comparison over all runs."""
    return scoring.figures([one.counts[which] for one in outcomes], draws=400)


def _curve(outcomes: Sequence[Outcome], kind: str, name: str) -> tuple[float, float]:
    """(lag, correlation) at the peak of the runs' mean curve, each weighing as long as it lasts."""
    known = [(getattr(one, kind)[name].curve, one.seconds) for one in outcomes if name in getattr(one, kind)]
    known = [(curve, weight) for curve, weight in known if not np.isnan(curve).any()]
    if not known:
        return float("nan"), float("nan")
    curves, weights = zip(*known, strict=True)
    return mouth.peak(np.average(np.stack(curves), axis=0, weights=np.array(weights)))


def correlation(outcomes: Sequence[Outcome], kind: str, name: str) -> float:
    """Correlation at the best lag."""
    return _curve(outcomes, kind, name)[1]


def behind(outcomes: Sequence[Outcome], name: str = "openness", kind: str = "ways") -> float:
    """Seconds by which the mouth that is shown comes after its sound, by what `kind` compares it with."""
    return _curve(outcomes, kind, name)[0] + _median([one.delay for one in outcomes])


def far(outcomes: Sequence[Outcome]) -> float:
    """Seconds by which the lags of single runs lie beside the usual one: their 90th percentile."""
    lags = [mouth.peak(one.ways["openness"].curve)[0] for one in outcomes]
    known = np.array([lag for lag in lags if lag == lag])
    return float(np.percentile(np.abs(known - np.median(known)), 90)) if len(known) else float("nan")


def size(outcomes: Sequence[Outcome], name: str = "openness") -> float:
    """How far the live mouth moves over how far the refined one does."""
    return _median([one.ways[name].size for one in outcomes])


def parts(outcomes: Sequence[Outcome]) -> list[str]:
    """The first two seconds of the runs beside the rest, a line each."""
    rows = (("first 2 s, live", EARLY_LIVE), ("the rest, live", LATER_LIVE), ("first 2 s, refined", EARLY_REFINED))
    found = []
    for name, which in rows:
        own = figures(outcomes, which)
        cells = (f"{what} {_wide(own[figure]):>17}" for what, figure in PARTS.items())
        found.append(f"{name:26} " + "  ".join(cells))
    return found


def classes(outcomes: Sequence[Outcome]) -> list[str]:
    """The recall of each mouth class, live and refined, a line each."""
    found = [f"{'recall of':26}" + "".join(f"{mouth:>9}" for mouth in MOUTHS)]
    for name, which in (("live", LIVE), ("refined", REFINED), ("live beside refined", AGREED)):
        total = np.sum([one.counts[which] for one in outcomes], axis=0)
        cells = (100 * total[AT[f"right_{m}"]] / max(total[AT[f"scored_{m}"]], 1e-9) for m in MOUTHS)
        found.append(f"{name:26}" + "".join(f"{cell:9.1f}" for cell in cells))
    return found


@dataclass(frozen=True)
class Aim:
    """A target: what was found, how it is written, and whether it is met."""

    what: str
    found: str
    met: bool


def aims(outcomes: Sequence[Outcome]) -> list[Aim]:
    """The targets, met or not, over runs as they are."""
    exact = [one for one in outcomes if one.source != PEOPLE]
    people = [one for one in outcomes if one.source == PEOPLE]
    found = []
    for name, group, least in (("voices of known phones", exact, EXACT_AIM), ("recordings", people, REAL_AIM)):
        if group:
            agreed, closed = figures(group, AGREED)["frames"].value, figures(group, LIVE)["closures_f1"].value
            after = _one(figures(group, REFINED)["closures_f1"])
            found += [
                Aim(f"{name}: live and refined agree, {least:g} %", _one(agreed), agreed >= least),
                Aim(f"{name}: closures F1, {CLOSURES_AIM:g} % (refined {after})", _one(closed), closed >= CLOSURES_AIM),
            ]
            for way, kind in (("openness", "ways"), ("rounding", "sound_ways")):
                late = behind(group, way, kind)
                what = f"{name}: {way} behind its {'mouth' if kind == 'ways' else 'sounds'}, {1000 * BEHIND_AIM:g} ms"
                found.append(Aim(what, f"{1000 * late:.0f}", late <= BEHIND_AIM))
    most, cost = max(one.most for one in outcomes), _mean(one.cost for one in outcomes)
    missing = sum(one.gaps for one in outcomes)
    return [
        *found,
        Aim(f"from sound to moment at most, {1000 * BEHIND_AIM:g} ms", f"{1000 * most:.1f}", most <= BEHIND_AIM + 1e-9),
        Aim("moments missing, double or out of order, 0", str(missing), missing == 0),
        Aim(f"of real time, {COST_AIM:g}", f"{cost:.3f}", cost <= COST_AIM),
    ]


def aim_line(aim: Aim) -> str:
    """One target."""
    return f"{aim.what:66} {aim.found:>8}  {'met' if aim.met else 'NOT MET'}"


def grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    """The outcomes by a key, in the order of the keys."""
    found: dict[str, list[Outcome]] = {}
    for one in sorted(outcomes, key=key):
        found.setdefault(key(one), []).append(one)
    return found


def _pair(outcomes: Sequence[Outcome], name: str) -> str:
    live, refined = (_mean(getattr(one, name)[at] for one in outcomes) for at in (0, 1))
    return f"{f'{live:.1f}/{refined:.1f}':>9}"


def _mean(values: object) -> float:
    known = [value for value in values if value == value]  # type: ignore[attr-defined]
    return float(np.mean(known)) if known else float("nan")


def _median(values: Sequence[float]) -> float:
    known = [value for value in values if value == value]
    return float(np.median(known)) if known else float("nan")


def _wide(figure: scoring.Figure) -> str:
    return "-" if figure.value != figure.value else f"{figure.value:.1f} ({figure.low:.1f}-{figure.high:.1f})"


def _one(value: object) -> str:
    number = value.value if isinstance(value, scoring.Figure) else float(value)  # type: ignore[arg-type]
    return "-" if number != number else f"{number:.1f}"


def _two(value: float) -> str:
    return "-" if value != value else f"{value:.2f}"
