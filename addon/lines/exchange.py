"""Another voice asked for; the takes of a line exchanged, taken away, performed again; its acting on another face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import AudioError, LockstepError, UsageError
from ...engine.placing import place, resolve
from ...engine.placing.rehoming import rehomed
from ...engine.progress import drain
from ...engine.rig import KeyInfo
from ...engine.score.items import Score
from ...engine.take import Take
from .. import compat, preferences
from ..character import scene
from ..character.speaker import Speaker, find_speaker
from ..keys import tracks
from ..sound import strips
from ..sound.strips import Placement
from . import acting, hearing, spans, takes
from .performing import perform_request
from .request import Report, Request, address_of, inventory_of
from .request import from_json as request_of
from .writing import Plan, gathered, is_spoken, write

Change = Callable[[Score, Take], Score]

NO_TAKE = "This line was made by an older Lockstep and keeps no take; sync it once more, or swap its voice."
SPOKEN = "This is the take that the line speaks; let it speak another one first."


def asked_of(span: Any, item: Any, home: bpy.types.Scene, face: Any, style: Any) -> Request:
    """What was asked for a take, with the keys, the rig and the style that the line has now."""
    own = request_of(item.asked or span.asked, home.name, address_of(face))
    line = request_of(span.asked, home.name, address_of(face))
    return replace(own, keys=line.keys, rig=line.rig, bones=line.bones, controls=style)


def swap_request(
    home: bpy.types.Scene, face: Any, span: Any, audio: str, language: str, text: str, phones: Path | None = None
) -> Request:
    """What is asked for where a line of a face is to speak another sound, heard by whom the preferences name.

    `phones`: a file with the phones of that sound. Raises LockstepError.
    """
    if not audio:
        raise UsageError("No sound is chosen; choose the other recording.")
    path = strips.absolute(audio)
    if not path.is_file():
        raise AudioError(f"The sound '{path}' is not there; choose one that is.")
    ear = preferences.recognizer(bpy.context)
    return replace(
        request_of(span.asked, home.name, address_of(face)),
        audio=path,
        strip="",
        frame=_first(home, span),
        language=language,
        text=" ".join(text.split()),
        controls=takes.score_of(span).style,
        sound_in=0.0,
        sound_out=0.0,
        line=span.name,
        recognizer=ear,
        inventory=inventory_of(home, language, ear),
        phones=phones,
    )


def _first(home: bpy.types.Scene, span: Any) -> int:
    """The frame on which the line's sound begins: where its strip stands now."""
    item = takes.active(span)
    if item is None:
        return round(float(span.sound_first))
    placed = hearing.standing(item, home)
    first: int = round(placed.frame(placed.start))
    return first


def perform_again(home: bpy.types.Scene, face: Any, span: Any, change: Change) -> Report:
    """Perform a line's take once more, with what the artist changed by hand and then with `change` of its score.

    Raises LockstepError; nothing is changed then.
    """
    _require(span)
    return _rewrite(home, face, span, span.take, takes.place_of(takes.active(span)), change)


def seen(home: bpy.types.Scene, face: Any, span: Any) -> Score:
    """The acting of a line with what was changed by hand until now; changes nothing. Raises LockstepError."""
    rig = request_of(span.asked, home.name, address_of(face)).rig
    return gathered(find_speaker(face, home, rig), span)


def use_take(home: bpy.types.Scene, face: Any, span: Any, index: int) -> Report:
    """Let a line speak another of its takes, without hearing it: its strip is heard and those of the others are not.

    Where the strip of the take that was spoken has been moved since, the other's moves along. Raises LockstepError.
    """
    _require(span)
    item = takes.item_at(span, index)
    if index == span.take:
        raise UsageError(f"The line speaks '{item.label}' already; choose another take.")
    placed, shift = _standing(home, takes.active(span), item)
    report = _rewrite(home, face, span, index, placed, None)
    strip = strips.named(home, report.strip)  # the line may have been made anew: `item` is none of it any more
    if strip is not None and shift:
        compat.move(strip, shift)
    return report


def _require(span: Any) -> None:
    if takes.active(span) is None:
        raise UsageError(NO_TAKE)


def _standing(home: bpy.types.Scene, old: Any, new: Any) -> tuple[Placement, int]:
    """Where the sound of `new` will stand, and by how many frames its strip has to move for that."""
    shift = _moved(home, old)
    live = hearing.standing(new, home)
    if strips.named(home, new.strip) is not None and _moved(home, new):
        shift = 0  # the artist has put it where it is
    return replace(live, base=live.base + shift), shift


def _moved(home: bpy.types.Scene, item: Any) -> int:
    """By how many frames the strip of a take was moved since its keys were written."""
    stood, live = takes.place_of(item), hearing.standing(item, home)
    return round(live.frame(live.start) - stood.frame(stood.start))


def _rewrite(
    home: bpy.types.Scene, face: Any, span: Any, index: int, placed: Placement, change: Change | None
) -> Report:
    item, old = takes.item_at(span, index), takes.active(span)
    take, spoken = takes.read(item), takes.read(old)
    request = asked_of(span, item, home, face, takes.score_of(span).style)
    speaker = find_speaker(face, home, request.rig)
    score = gathered(speaker, span, request.bones)
    score = score if change is None else change(score, spoken)
    request = replace(request, controls=score.style)
    matches = drain(takes.matching(span, takes.homes(score) | {old.home}, take, placed))
    where = place(score, take, matches, takes.kept_homes(span))
    performance = drain(perform_request(request, speaker, take, placed, resolve(where, take)))
    strip = strips.named(home, item.strip)
    path = Path(item.path)
    plan = Plan(
        request=request,
        take=take,
        placed=placed,
        performance=performance,
        path=path,
        strip="" if strip is None else strip.name,
        length=takes.sound_of(item)[0],
        line=span.name,
        index=index,
        score=score,
        matches=matches,
        alone=True,
        swaps=index != span.take,
        backup=False,
        plays=strip is None and index != span.take and path.is_file(),
    )
    return write(plan, [])


def remove_take(home: bpy.types.Scene, face: Any, span: Any, index: int) -> list[str]:
    """Take a take away from a line, never the one that it speaks; what was made in it stays. Gives notes.

    Raises LockstepError.
    """
    item = takes.item_at(span, index)
    if index == span.take:
        raise UsageError(SPOKEN)
    strip, ours, home_id = item.strip, item.ours, item.home
    alone = sum(other.home == home_id for other in span.takes) == 1
    score = _settled(span, home_id) if alone else takes.score_of(span)
    _remove(span, index)
    takes.set_score(span, score)
    span.take -= index < span.take
    span.picked = span.take
    acting.refresh(span)
    return _strip_left(home, face, span, strip, ours)


def _remove(span: Any, index: int) -> None:
    try:
        span.takes.remove(index)
    except TypeError as error:
        raise UsageError("This take came from a library; sync the line once, and it can be removed.") from error


def _settled(span: Any, gone: str) -> Score:
    """The acting of a line with all that was made in the take `gone` at home in the one that the line speaks."""
    from ...engine.edits.settling import settled_here

    take, laid = takes.take_at(span, span.take), takes.laid_of(span)
    old, new = takes.score_of(span), rehomed(takes.placed_of(span), takes.take_at(span, span.take), {gone})
    edits = [
        now if now is was else settled_here(now, laid, take) for was, now in zip(old.edits, new.edits, strict=True)
    ]
    return replace(new, edits=tuple(edits))


def _strip_left(home: bpy.types.Scene, face: Any, span: Any, name: str, ours: bool) -> list[str]:
    """Remove a strip that a sync added; one of the artist's own stays, muted."""
    strip = strips.named(home, name)
    if strip is None or any(item.strip == name for item in span.takes) or is_spoken(home, name, face, span):
        return []
    if ours:
        strips.remove(home, strip)
        return []
    strip.mute = True
    return [f"The strip '{name}' was yours and stays, muted."]


# Acting on another character


def copy_acting(home: bpy.types.Scene, face: Any, span: Any, thing: bpy.types.Object) -> Report:
    """Let the character of `thing` speak a line as `face` does: its takes, its acting, and the edits by their like.

    The other's line at the same place, if it has one of this sound, makes way. Raises LockstepError.
    """
    _require(span)
    item = takes.active(span)
    take, placed = takes.read(item), takes.place_of(item)
    speaker = find_speaker(face, home, request_of(span.asked, home.name, address_of(face)).rig)
    other = find_speaker(thing, home)
    score, notes = _carried(gathered(speaker, span), other)
    target: Any = other.character.face
    request = replace(asked_of(span, item, home, target, score.style), rig="")
    homes = takes.kept_homes(span)
    matches = drain(takes.matching(span, takes.homes(score), take, placed))
    where = place(score, take, matches, homes)
    performance = drain(perform_request(request, other, take, placed, resolve(where, take)))
    there = _same_line(target, span)
    if there is not None and any(gathered(other, there).items()):
        notes.append("The acting that this line had makes way; its keys are kept in the backup action.")
    plan = Plan(
        request=request,
        take=take,
        placed=placed,
        performance=performance,
        path=Path(item.path),
        strip=item.strip if strips.named(home, item.strip) is not None else "",
        length=takes.sound_of(item)[0],
        line="" if there is None else there.name,
        index=-1 if there is None else max(0, there.take) if len(there.takes) else -1,
        score=score,
        matches=matches,
        alone=True,
        plays=False,
        homes=homes,
    )
    report = write(plan, notes)
    _take_over(spans.named(target, report.span), span)
    return report


def _same_line(face: Any, span: Any) -> Any:
    """The line of a face at the place of another one's, of the same sound."""
    for own in face.lockstep_spans:
        if abs(own.sound_first - span.sound_first) < spans.SAME and own.sound == span.sound:
            return own
    return None


def _carried(score: Score, other: Speaker) -> tuple[Score, list[str]]:
    """The acting for another rig; an edit that has no like there stays in it, unplaced, and a note says why."""
    from ...engine.edits.transfer import transfer

    shapes = {block.name: block for key, block in scene.blocks(other.character) if scene.is_free(key, block)}
    infos = [KeyInfo(name, shape.slider_min, shape.slider_max) for name, shape in shapes.items()]
    own = [edit for edit in score.edits if not edit.curve.layer]
    layered = {edit.id: edit for edit in score.edits if edit.curve.layer}
    moved = transfer(own, other.binding, infos, _bone_channels(score, other.character.face.find_armature()))
    there = {edit.id for edit in moved.edits}
    left = layered | {edit.id: edit for edit, _ in moved.without if edit.id not in there}
    notes = list(dict.fromkeys(reason for _, reason in moved.without))
    notes += [f"The edits on the layer '{name}' are left out; copy that action." for name in _layers(score)]
    return replace(score, edits=(*moved.edits, *left.values())), notes


def _layers(score: Score) -> dict[str, None]:
    return dict.fromkeys(edit.curve.layer for edit in score.edits if edit.curve.layer)


def _bone_channels(score: Score, rig: Any) -> set[str]:
    """The channels of bones among the edits' curves that an armature has."""
    named = {edit.curve.name: tracks.channel_path(edit.curve.name) for edit in score.edits}
    return {name for name, found in named.items() if found and rig is not None and found[0] in rig.pose.bones}


def _take_over(span: Any, source: Any) -> None:
    """Give a line the other takes of the line that it was copied from."""
    known = {item.digest for item in span.takes}
    for item in source.takes:
        if item.digest not in known:
            made = spans.added(span.takes)
            for name in spans.TAKE_FIELDS:
                setattr(made, name, getattr(item, name))


def selected_others(context: bpy.types.Context, face: Any) -> list[bpy.types.Object]:
    """A selected object of each character but that of `face`. Raises UsageError where there is none."""
    assert context.scene is not None
    found: dict[str, bpy.types.Object] = {}
    for thing in context.selected_objects:
        try:
            character = scene.find_character(thing, context.scene)
        except LockstepError:
            continue
        if character.face != face:
            found.setdefault(character.face.name_full, character.face)
    if not found:
        raise UsageError("No other character is selected; select it, and click the one with the acting last.")
    return list(found.values())
