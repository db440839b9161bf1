"""Which profile a face follows, told from the names of its keys alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import RigError
from .expression import Expression
from .names import Reading, plain, readings, split_side
from .profile import Binding, Profile, Row

THRESHOLD = 0.4  # share of a profile's weight below which nothing is recognised
DOUBT = 2.0  # weight that a match needs to be half believed, when two profiles fit
LONG_NAME = 6  # a name of so many letters is told under any prefix
SHARED = 3  # a prefix that so many known keys carry is one
# Prefixes of exporters and of Blender itself: a mesh's or a node's name, a viseme's mark.
PREFIXES = frozenset({"", "ctrlexpressions", "vrc", "head", "blendshape1", "blendshapes"})


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the names told: the best profile (None under the threshold), its score 0..1, its rows tied to the keys.

    `missing` are the profile's keys of the mouth that the face has not; `scores` all profiles' scores, best first.
    """

    profile: Profile | None
    score: float
    binding: Binding | None
    missing: tuple[str, ...]
    scores: tuple[tuple[str, float], ...]

    def require(self) -> Binding:
        """The binding; raises RigError where no profile fits."""
        if self.binding is None:
            best = f" (nearest: '{self.scores[0][0]}', {self.scores[0][1]:.0%})" if self.scores else ""
            raise RigError(
                f"No rig profile fits the names of these keys{best}; choose a rig or assign its keys by hand."
            )
        return self.binding


@dataclass(frozen=True, slots=True)
class _Match:
    """One name on the mesh that reads as an alias of a row."""

    name: str
    alias: int
    reading: Reading


def recognise(names: Iterable[str], profiles: Sequence[Profile]) -> Recognition:
    """Find the profile that most of the keys `names` (of all meshes of one character together) follow.

    The score is the share of a profile's weight that the face has. Of profiles that fit, the fuller match wins: a whole
    large set before a whole small one (five vowels are in many sets). Deterministic; nothing depends on the order of
    names.
    """
    listed = sorted(set(names))
    read = {name: readings(name) for name in listed}
    found = [(binding, profile, _found_weight(binding)) for profile in profiles for binding in (_bind(profile, read),)]
    ranked = sorted(
        ((weight / max(profile.weight, 1e-9), binding, profile, weight) for binding, profile, weight in found),
        key=lambda item: -item[0] * item[3] / (item[3] + DOUBT),
    )
    scores = tuple((profile.name, score) for score, _, profile, _ in ranked)
    if not ranked or ranked[0][0] < THRESHOLD:
        return Recognition(None, ranked[0][0] if ranked else 0.0, None, (), scores)
    score, binding, profile, _ = ranked[0]
    missing = tuple(row.key for row in binding.rows if not row.names and (row.makes or row.rest))
    return Recognition(profile, score, binding, missing, scores)


def bind(profile: Profile, names: Iterable[str]) -> Binding:
    """Tie `profile` to the keys `names`, however few of them it knows; rows without a key have no names."""
    return _bind(profile, {name: readings(name) for name in sorted(set(names))})


def _bind(profile: Profile, read: dict[str, tuple[Reading, ...]]) -> Binding:
    matches = _matches(profile, read)
    trusted, never = _trusted(matches), _correctives(profile)
    taken: set[str] = {name for row in profile.rows for name in row.names if name in read}
    rows = []
    for row, found in zip(profile.rows, matches, strict=True):
        own = tuple(name for name in row.names if name in read)
        if not own:
            own = _chosen(row, [match for match in found if match.name not in taken and _holds(match, trusted, never)])
        taken.update(own)
        rows.append(replace(row, names=own))
    spoken = {name for row in rows if row.makes or row.rest for name in row.names}
    return Binding(profile.name, tuple(rows), profile.exclusive, bind_expressions(profile.expressions, read, spoken))


def bind_expressions(
    expressions: Sequence[Expression], read: dict[str, tuple[Reading, ...]], taken: set[str]
) -> tuple[Expression, ...]:
    """Tie `expressions` to the keys of `read` that are not `taken`; a name belongs to the first that it fits."""
    places = _places(expressions)
    found: list[list[_Match]] = [[] for _ in expressions]
    for name, ways in read.items():
        place = next(((places[key], way) for way in ways if (key := (way.core, way.side)) in places), None)
        if place and name not in taken:
            found[place[0][0]].append(_Match(name, place[0][1], place[1]))
    trusted = _trusted(found)
    bound = []
    for own, matches in zip(expressions, found, strict=True):
        listed = tuple(name for name in own.names if name in read)
        kept = [match for match in matches if _holds(match, trusted, ())]
        bound.append(replace(own, names=listed or _chosen(own, kept)))
    return tuple(bound)


def _places(expressions: Sequence[Expression]) -> dict[tuple[str, str], tuple[int, int]]:
    """Expression and alias for each name and side that is read; a side told by the name itself needs no other."""
    listed = [
        (plain(name), own, (number, alias))
        for number, own in enumerate(expressions)
        for alias, name in enumerate((own.key, *own.aliases))
    ]
    shared = Counter(name for name, _, _ in listed)
    places: dict[tuple[str, str], tuple[int, int]] = {}
    for name, own, place in listed:
        sides: tuple[str, ...] = ("", "l", "r") if own.sides else (own.side[:1],)
        if own.side and shared[name] == 1:
            sides = (own.side[:1], "")
        for side in sides:
            places.setdefault((name, side), place)
    return places


def _matches(profile: Profile, read: dict[str, tuple[Reading, ...]]) -> list[list[_Match]]:
    """For each row, the mesh names that read as its key or one of its aliases."""
    by_core: dict[tuple[str, bool], tuple[int, int]] = {}
    for r, row in enumerate(profile.rows):
        for a, alias in enumerate((row.key, *row.aliases)):
            for half in ("", "u", "d") if row.halves else ("",):
                by_core.setdefault((plain(alias) + half, False), (r, a))
                if row.sides:
                    by_core.setdefault((plain(alias) + half, True), (r, a))
    result: list[list[_Match]] = [[] for _ in profile.rows]
    for name, ways in read.items():
        for reading in ways:
            if place := by_core.get((reading.core, bool(reading.side))):
                result[place[0]].append(_Match(name, place[1], reading))
    return result


def _trusted(matches: list[list[_Match]]) -> frozenset[str]:
    """Prefixes that may be left out: the known ones, and those that several rows share."""
    carried: dict[str, set[int]] = {}
    for r, found in enumerate(matches):
        for match in found:
            carried.setdefault(match.reading.prefix, set()).add(r)
    shared = {prefix for prefix, rows in carried.items() if len(rows) >= SHARED}
    return PREFIXES | shared


def _correctives(profile: Profile) -> tuple[str, ...]:
    """Names that are never a prefix: 'jawOpen_mouthFunnel' is a corrective of two keys and no funnel."""
    names = (plain(alias) for row in profile.rows for alias in (row.key, *row.aliases))
    return tuple(name for name in names if len(name) >= LONG_NAME)


def _holds(match: _Match, trusted: frozenset[str], never: tuple[str, ...]) -> bool:
    prefix = match.reading.prefix
    if any(name in prefix for name in never):
        return False
    return prefix in trusted or len(match.reading.core) >= LONG_NAME


def _chosen(row: Row | Expression, found: list[_Match]) -> tuple[str, ...]:
    """The names of the first alias found; a pair's two sides rather than one key for both."""
    if not found:
        return ()
    if row.sides and any(match.reading.side for match in found):
        found = [match for match in found if match.reading.side]
    first = min(match.alias for match in found)
    return tuple(dict.fromkeys(match.name for match in found if match.alias == first))


def _found_weight(binding: Binding) -> float:
    return sum(row.weight * _share(row) for row in binding.rows if row.names)


def _share(row: Row) -> float:
    """Half for one side of a pair without the other."""
    sides = {split_side(name)[1] for name in row.names}
    return 0.5 if row.sides and len(sides) == 1 and sides != {""} else 1.0
