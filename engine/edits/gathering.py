"""Keys of a curve on which the sync has none: all are the artist's, gathered by nearness into edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..score.items import Edit
from ..take import Take
from .comparing import Indices
from .keys import CurveKeys
from .laid import Laid
from .line import Line
from .rewriting import Writer

WIDE = 1.0  # seconds between two keys that belong to different edits
PAUSE = 0.5  # seconds between two phrases that do so too
MARGIN = 0.25  # seconds from an edit's border to its keys, where its neighbour leaves room

Group = list[int]


def clusters(laid: Laid, current: CurveKeys, found: Indices, line: Line, edits: list[Edit]) -> list[Edit]:
    """The edits of such a curve as its keys stand now; see `patched`."""
    owners = _owners(laid, current, found, line.take)
    groups: dict[str, Group] = {}
    for at, owner in enumerate(owners):
        groups.setdefault(owner, []).append(at)
    writer = Writer(laid, current, found, line)
    kept = []
    for edit in edits:
        group = groups.pop(edit.id, [])
        if edit.id not in laid.ids or edit.kind != "keys" or _stands(edit, group, laid, found):
            kept.append(edit)
        elif group:
            kept.append(_edit(group, edit, writer))
    return kept + [_edit(group, None, writer) for group in groups.values()]


def _stands(edit: Edit, group: Group, laid: Laid, found: Indices) -> bool:
    """Whether an edit's keys are all there and nothing but they."""
    return laid.owners.count(edit.id) == len(group) and all(found[at] >= 0 for at in group)


def _owners(laid: Laid, current: CurveKeys, found: Indices, take: Take) -> list[str]:
    """Whose each current key is: by itself, by its neighbours, by those that stood there; else a new edit's name."""
    standing = set(found.tolist())
    lost = [(float(laid.keys.times[row]), laid.owners[row]) for row in range(len(laid.keys)) if row not in standing]
    owners = [laid.owners[row] if row >= 0 else "" for row in found.tolist()]
    times = current.times.tolist()
    for number, cluster in enumerate(_apart(times, take)):
        known = [at for at in cluster if owners[at]]
        for at in cluster:
            if known and not owners[at]:
                owners[at] = owners[min(known, key=lambda other: abs(times[other] - times[at]))]
        if not known:
            low, high = times[cluster[0]] - WIDE, times[cluster[-1]] + WIDE
            was = Counter(owner for time, owner in lost if low <= time <= high and owner not in owners)
            name = was.most_common(1)[0][0] if was else f" {number}"
            for at in cluster:
                owners[at] = name
    return owners


def _apart(times: Sequence[float], take: Take) -> list[Group]:
    """The keys in groups, parted where nothing stands for long, or where nobody speaks."""
    pauses = [(a.end + b.start) / 2.0 for a, b in pairwise(take.phrases) if b.start - a.end > PAUSE]
    groups: list[Group] = []
    for at, time in enumerate(times):
        before = times[at - 1] if at else time
        if not at or time - before > WIDE or any(before < pause <= time for pause in pauses):
            groups.append([])
        groups[-1].append(at)
    return groups


def _edit(group: Group, known: Edit | None, writer: Writer) -> Edit:
    """An edit of its keys and nothing else; its borders stand a little outside."""
    merged = [known] if known else []
    keys = writer.all_own(group, merged)
    times, line = writer.current.times, writer.line
    first, last = group[0], group[-1]
    before = float(times[first] - times[first - 1]) / 2.0 if first else MARGIN
    after = float(times[last + 1] - times[last]) / 2.0 if last + 1 < len(times) else MARGIN
    start = line.anchor(float(times[first]) - min(MARGIN, before))
    end = line.anchor(float(times[last]) + min(MARGIN, after))
    head = known or Edit(line.ids("edit"), line.curve, start, end)
    return replace(head, start=start, end=end, keys=keys)
