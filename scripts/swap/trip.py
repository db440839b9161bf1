"""One swap as the add-on makes it: acting and edits made on one take, found, laid over another, and taken back."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.cli import key_names, rigs_folder
from engine.edits.finding import find
from engine.edits.keys import CurveKeys, made, no_keys
from engine.edits.laid import Laid
from engine.edits.laying import lay
from engine.languages import load
from engine.matching.match import Match, match_takes
from engine.mouth.curves import Contact
from engine.perform import face_curves, perform
from engine.placing.placed import Placed
from engine.placing.placing import place
from engine.placing.resolving import resolve
from engine.progress import drain
from engine.rig import Grid, KeyInfo, Profile, load_profiles
from engine.score.items import Curve, Edit, Emotion, Emphasis, Gesture, Item, Pin, Score
from engine.score.naming import new_id, take_id
from engine.take import Take

from .desk import Desk
from .plant import Artist, Planted, items

FPS = 24.0
RIG = "arkit"

Curves = Mapping[str, Laid]


@dataclass(frozen=True, eq=False)
class Shot:
    """A take performed: the score placed in it, what the rig made, the same with the edits laid, and its contacts."""

    take: Take
    placed: Placed
    generated: Mapping[str, CurveKeys]
    laid: Curves
    contacts: Sequence[Contact]


@dataclass(frozen=True, eq=False)
class Trip:
    """A -> B -> A.

    `first`: the take with the acting and no edits; `current`: its curves with the edits that were planted; `muted`:
    which of them are; `edits`: as they were found; `there`: the new take; `found`: the edits as found there, where
    nobody touched them; `back`: the first take again; `left`: the curves of the new take when more was edited there;
    `again`: the new take after another way to the first and back; `match`; `seconds` of matching, placing, performing
    and laying; `finding` of finding the edits.
    """

    first: Shot
    planted: Sequence[Planted]
    current: Mapping[str, CurveKeys]
    muted: Collection[str]
    edits: Sequence[Edit]
    there: Shot
    found: Sequence[Edit]
    back: Shot
    left: Mapping[str, CurveKeys]
    again: Shot
    match: Match
    seconds: float
    finding: float


class Character:
    """A face with all keys of a rig's scheme, 24 frames a second."""

    def __init__(self, rig: str = RIG) -> None:
        self.profile: Profile = next(one for one in load_profiles(rigs_folder()) if one.name == rig)
        self.keys = [KeyInfo(name) for name in key_names(self.profile)]
        self.grid = Grid(FPS)
        self.speaks = {
            name for row in self.profile.rows for name in key_names(self.profile) if name.startswith(row.key)
        }

    def shoot(self, take: Take, score: Score, matches: Mapping[str, Match], homes: Mapping[str, Take]) -> Shot:
        """The take performed with the score, its edits laid."""
        placed = place(score, take, matches, homes)
        acting, spoken = resolve(placed, take), load(take.language)
        work = perform(take, spoken, self.profile, self.keys, score.style, self.grid, acting=acting)
        generated = {curve.name: made(curve) for curve in drain(work)}
        contacts = face_curves(take, spoken, score.style, acting).contacts
        names = dict.fromkeys([*generated, *(edit.curve.name for edit in score.edits)])
        fates = {item.id: item for item in placed.items}
        laid = {}
        for name in names:
            mine = [(edit, fates[edit.id]) for edit in score.edits if edit.curve.name == name]
            here = {"take": take_id(take), "phones": take.phones}
            laid[name] = lay(generated.get(name, no_keys()), mine, contacts, placed.inserted, self.grid, **here)
        return Shot(take, placed, generated, laid, contacts)

    def gather(
        self, shot: Shot, current: Mapping[str, CurveKeys | None], known: Sequence[Edit], muted: Collection[str]
    ) -> tuple[Edit, ...]:
        """The edits that stand on the curves now; a curve is None where it is deleted."""
        used = {edit.id for edit in known}

        def fresh(prefix: str) -> str:
            used.add(new_id(used, prefix))
            return max(used, key=lambda id: (id.startswith(f"{prefix}-"), len(id), id))

        found: list[Edit] = []
        for name in dict.fromkeys([*shot.laid, *current]):
            laid = shot.laid.get(name) or lay(no_keys(), (), (), (), self.grid)
            mine = [edit for edit in known if edit.curve.name == name]
            curve = Curve(name, part="mouth" if name in shot.generated and name in self.speaks else "face")
            now = current.get(name, no_keys())
            found += find(laid, now, curve, shot.take, mine, fresh, grid=self.grid, muted=name in muted)
        return tuple(found)

    def untouched(self, shot: Shot, known: Sequence[Edit]) -> tuple[Edit, ...]:
        """The edits as they are found where nobody touched what was laid."""
        current = {name: None if one.deleted else one.keys for name, one in shot.laid.items()}
        return self.gather(shot, current, known, {name for name, one in shot.laid.items() if one.muted})


def journey(character: Character, old: Take, new: Take, edits: int, others: int, seed: str) -> Trip:
    """Act and edit on `old` (seeded), swap to `new`, touch nothing, and swap back."""
    acted, planted = items(old, others, seed)
    score = scored(acted)
    first = character.shoot(old, score, {}, {take_id(old): old})
    desk = Desk({name: one.keys for name, one in first.laid.items()}, FPS)
    artist = Artist(desk, [name for name in first.generated if name in character.speaks], old, seed)
    planted += artist.whole() + artist.edit(edits - 2)
    current = {name: None if name in desk.gone else keys for name, keys in desk.curves.items()}
    begun = time.process_time()
    gathered = character.gather(first, current, (), desk.muted)
    finding = time.process_time() - begun
    score = replace(score, edits=gathered)
    begun = time.process_time()
    match = drain(match_takes(old, new))
    homes = {take_id(old): old, take_id(new): new}
    there = character.shoot(new, score, {take_id(old): match}, homes)
    seconds = time.process_time() - begun
    found = character.untouched(there, gathered)
    muted = {name for name, one in there.laid.items() if one.muted}
    ways = {take_id(old): match}
    returning = {take_id(new): drain(match_takes(new, old))} if take_id(new) != take_id(old) else {}
    back = character.shoot(old, replace(score, edits=found), returning, homes)
    left, more = edited_there(character, there, gathered, muted, edits // 4, seed)
    first_again = character.shoot(old, replace(score, edits=more), returning, homes)
    kept = character.untouched(first_again, more)
    again = character.shoot(new, replace(score, edits=kept), ways, homes)
    return Trip(
        first, planted, desk.curves, desk.muted, gathered, there, found, back, left, again, match, seconds, finding
    )


def edited_there(
    character: Character, there: Shot, known: Sequence[Edit], muted: Collection[str], edits: int, seed: str
) -> tuple[Mapping[str, CurveKeys], tuple[Edit, ...]]:
    """More edits on the new take, on what was carried there as well: the curves as they are left, and all edits."""
    desk = Desk({name: one.keys for name, one in there.laid.items()}, FPS)
    mouth = [name for name in there.generated if name in character.speaks and name not in muted]
    Artist(desk, mouth, there.take, f"{seed} there").edit(edits)
    gone = {name for name, one in there.laid.items() if one.deleted and not len(desk.curves[name])}
    current = {name: None if name in gone else keys for name, keys in desk.curves.items()}
    return desk.curves, character.gather(there, current, known, muted)


def scored(acted: Sequence[Item]) -> Score:
    """A score of these items."""
    kinds = {Emphasis: "emphases", Emotion: "emotions", Gesture: "gestures", Pin: "pins"}
    lists: dict[str, list[Item]] = {name: [] for name in kinds.values()}
    for item in acted:
        lists[kinds[type(item)]].append(item)
    return Score(**{name: tuple(found) for name, found in lists.items()})  # type: ignore[arg-type]


def span(curves: Sequence[CurveKeys]) -> tuple[float, float]:
    """The first and the last key of all."""
    with_keys = [keys for keys in curves if len(keys)]
    return min(float(keys.times[0]) for keys in with_keys), max(float(keys.times[-1]) for keys in with_keys)


def frames(curves: Sequence[CurveKeys]) -> np.ndarray:
    """Each frame from the first key to the last, in seconds."""
    start, end = span(curves)
    return np.arange(np.floor(start * FPS), np.ceil(end * FPS) + 1) / FPS
