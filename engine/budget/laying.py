"""A shot laid against its budget: what must be seen, for how long it is, and what was given up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ..check.mouth import MouthTrack
from ..languages import Language
from ..mouth.gesture import Gesture
from ..rig import Binding
from ..take import Take
from .needs import Need, needs, rooms, spoken, targets, within
from .rating import over_rate, rates
from .report import KINDS, BudgetReport, Overrun
from .seeing import Sight, see, unshown
from .shown import Shown, shown
from .table import Budget

CLOSE = 0.25  # seconds: two closures further apart leave room for whatever is between them
BESIDE = 0.005  # seconds: what lies that near to a sound is its neighbour
PARTED = 0.5  # how shut lips may be and still be seen apart


def lay(
    take: Take,
    language: Language,
    track: MouthTrack,
    fps: float,
    budget: Budget,
    medium: str = "film",
    binding: Binding | None = None,
) -> BudgetReport:
    """Lay a shot against its budget: for how long each closure, rounded vowel and stressed nucleus is really visible.

    `track`: the mouth as it is shown, in seconds of the take's sound: on the shot's frames, or closer together, and
    then it is looked at on whole frames of `fps` a second; sounds that it does not hold are left out. `medium` one of
    `budget.media`; `binding`: the rig, where it bears fewer shapes than the medium. Raises UsageError for an unknown
    medium.
    """
    most = budget.most(medium, fps, binding)
    view = shown(track, fps)
    row = within(spoken(take, language), *view.span)
    wanted = [need for need in needs(row, take) if view.span[0] <= need.start and need.end <= view.span[1]]
    shapeless = unshown(binding)
    shown_at_all = [need for need in wanted if need.kind not in shapeless]
    overruns = _too_short(shown_at_all, row, view, budget, language.code)
    overruns = _with_merged(overruns, wanted, row, take, view)
    overruns += _without_shape(wanted, shapeless, budget, language.code, fps)
    rated = rates(targets(row, take), row)
    overruns += over_rate(rated, most, overruns)
    overruns.sort(key=lambda one: (one.start, one.kind))
    counts = {kind: sum(need.kind == kind for need in wanted) for kind in KINDS if kind != "rate"}
    counts["rate"] = math.ceil(rated.speech)
    over = {kind: sum(one.kind == kind for one in overruns) for kind in KINDS}
    over |= {kind: counts[kind] for kind in shapeless}
    over["rate"] = min(counts["rate"], math.ceil(rated.above(most)))
    means = rated.mean, rated.fastest
    return BudgetReport(language.code, medium, fps, counts, over, *means, tuple(overruns), most)


def _without_shape(
    wanted: Sequence[Need], shapeless: Mapping[str, str], budget: Budget, language: str, fps: float
) -> list[Overrun]:
    """What the rig cannot show, once for each kind."""
    found = []
    for kind, does in shapeless.items():
        own = [need for need in wanted if need.kind == kind]
        if own:
            sounds = " ".join(dict.fromkeys(need.sounds for need in own))
            count = "1 sound" if len(own) == 1 else f"{len(own)} sounds"
            said = f"{sounds}, {count}: the rig has no shape that {does}."
            least = budget.visible(own[0].row, language).least(fps)
            found.append(Overrun(kind, own[0].start, own[-1].end, sounds, least, 0.0, said))
    return found


def _too_short(
    wanted: Sequence[Need], row: Sequence[Gesture], view: Shown, budget: Budget, language: str
) -> list[Overrun]:
    found = []
    for need, room in zip(wanted, rooms(wanted), strict=True):
        least = budget.visible(need.row, language)
        sight = see(need, view, room)
        if sight.frames < least.least_frames(view.fps):
            told = _told(need, sight, row, view.fps, least.least_frames(view.fps))
            seconds = sight.frames / view.fps
            found.append(Overrun(need.kind, need.start, need.end, need.sounds, least.least(view.fps), seconds, told))
    return found


NOT_AT_ALL = {
    "closure": "the lips do not meet (shut to {peak:.0%} at most)",
    "teeth": "the lip does not reach the teeth ({peak:.0%} of the way)",
    "rounded": "the rounding is not reached ({peak:.0%} of what it asks for)",
    "stressed": "the mouth does not open for it ({peak:.0%} of what it asks for)",
}
BRIEFLY = {
    "closure": "the closure is shown on {frames} of {least} frames",
    "teeth": "the lip is on the teeth on {frames} of {least} frames",
    "rounded": "the rounding is shown on {frames} of {least} frames",
    "stressed": "the opening is shown on {frames} of {least} frames",
}


def _told(need: Need, sight: Sight, row: Sequence[Gesture], fps: float, least: int) -> str:
    what = (BRIEFLY if sight.frames else NOT_AT_ALL)[need.kind]
    said = what.format(peak=math.floor(100.0 * sight.peak) / 100.0, frames=sight.frames, least=least)
    return f"{need.sounds}: {said}; {_why(need, row, fps, least)}."


def _why(need: Need, row: Sequence[Gesture], fps: float, least: int) -> str:
    """What took the time, or the shape: the sound's own length, its neighbours, else the keys."""
    length = need.end - need.start
    if length * fps < least:
        frames = length * fps
        return f"the sound lasts {1000.0 * length:.0f} ms, {frames:.1f} frames"
    beside = _contacts_beside(need, row)
    if beside and need.kind in ("rounded", "stressed"):
        return f"it stands between closures and has {1000.0 * length:.0f} ms to leave one and make the next"
    if need.kind in ("closure", "teeth") and beside:
        return "the mouth is already on its way to another contact"
    return f"the sound lasts {1000.0 * length:.0f} ms, which is time enough, but the keys do not follow it"


def _contacts_beside(need: Need, row: Sequence[Gesture]) -> bool:
    """Whether contacts lie at the sound: on both sides of a vowel, of another kind beside a closure."""
    sides = [
        any(one.shape.contact for one in within(row, *span))
        for span in ((need.start - BESIDE, need.start), (need.end, need.end + BESIDE))
    ]
    return all(sides) if need.kind in ("rounded", "stressed") else any(sides)


def _with_merged(
    overruns: list[Overrun], wanted: Sequence[Need], row: Sequence[Gesture], take: Take, view: Shown
) -> list[Overrun]:
    """The overruns, and those closures that are one with the closure before them, since nothing opens in between."""
    found = {(one.kind, one.start): one for one in overruns}
    for before, after in pairwise(need for need in wanted if need.kind == "closure"):
        between = within(row, before.end, after.start) if after.start - before.end < CLOSE else ()
        vowels = any(one.kind == "vowel" for one in between)
        if vowels and not _parted(view, before, after):
            found[after.kind, after.start] = _merged(before, after, _names(between, take), view.fps)
    return list(found.values())


def _parted(view: Shown, before: Need, after: Need) -> bool:
    between = view.frames(0.5 * (before.start + before.end), 0.5 * (after.start + after.end))
    return bool((view.shut[between] < PARTED).any())


def _merged(before: Need, after: Need, vowel: str, fps: float) -> Overrun:
    gap = after.start - before.end
    said = (
        f"{before.sounds} {vowel} {after.sounds}: the {vowel} never opens the lips, and the two closures are seen as "
        f"one; it has {1000.0 * gap:.0f} ms, {gap * fps:.1f} frames."
    )
    sounds = f"{before.sounds}{vowel}{after.sounds}"
    return Overrun("closure", after.start, after.end, sounds, 1.0 / fps, 0.0, said)


def _names(row: Iterable[Gesture], take: Take) -> str:
    return "".join(dict.fromkeys(take.phones[one.phone].ipa for one in row))
