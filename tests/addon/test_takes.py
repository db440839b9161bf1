"""What a line keeps: its takes, its acting and what was laid, through saving, undo, copies and damage."""

from __future__ import annotations

from dataclasses import replace

import bpy
import faces
import numpy as np
import pytest
from lockstep.addon.lines import hearing, spans, takes
from lockstep.addon.lines.request import Request
from lockstep.addon.sound.strips import Placement
from lockstep.engine.errors import TakeError, UsageError
from lockstep.engine.mouth import Controls
from lockstep.engine.placing import place
from lockstep.engine.placing.rehoming import rehomed
from lockstep.engine.score import anchor, take_id
from lockstep.engine.score.items import Emotion, Gesture, Score
from lockstep.engine.take import Audio, Phone, Phrase, Take, Tracks, to_json

WHOLE = Placement(11.0, 24.0, 0.0, 2.0)


def make_take(sound="a", count=8, shift=0.0, length=0.1):
    phones = tuple(Phone(shift + i * length, shift + (i + 1) * length, "mabi"[i % 4]) for i in range(count))
    phrases = (Phrase(phones[0].start, phones[-1].end),)
    audio = Audio(f"{sound}.wav", sound * 64, 2.0, 16000)
    return takes.settled(Take(audio, "en", "test", phones=phones, phrases=phrases))


@pytest.fixture
def span(face):
    made = spans.added(face.lockstep_spans)
    made.base, made.rate = WHOLE.base, WHOLE.rate
    return made


def kept(take, label="line", placed=WHOLE):
    return takes.Kept(take, placed, 2.0, 24.0, label, f"//{label}.wav", label, True, "{}")


def test_takes_stand_side_by_side_and_each_is_read_as_it_was_kept(span):
    first, second = make_take(), make_take("b", 6, 0.3)
    assert [takes.keep(span, kept(take)) for take in (first, second)] == [0, 1]
    assert takes.active(span) is None and takes.active_take(span) is None
    span.take = 1
    assert to_json(takes.active_take(span)) == to_json(second)
    assert to_json(takes.take_at(span, 0)) == to_json(first)
    assert [item.home for item in span.takes] == [take_id(first), take_id(second)]
    assert [item.label for item in span.takes] == ["line", "line 2"]
    assert len({item.name for item in span.takes}) == 2


def test_a_strip_of_the_artists_own_that_takes_over_is_not_ours(span):
    take = make_take()
    takes.keep(span, kept(take))
    takes.keep(span, replace(kept(take), ours=False), 0)
    assert span.takes[0].ours
    takes.keep(span, replace(kept(take), strip="own", ours=False), 0)
    assert not span.takes[0].ours


def test_a_take_is_asked_for_by_its_name_or_its_number(span):
    for label in ("anna", "otto"):
        takes.keep(span, kept(make_take(label[0]), label))
    assert (takes.numbered(span, "otto"), takes.numbered(span, "1")) == (1, 0)
    with pytest.raises(UsageError, match="no take 'eva'; its takes are 'anna', 'otto'"):
        takes.numbered(span, "eva")
    with pytest.raises(UsageError, match="has 2 takes"):
        takes.take_at(span, 2)


def test_where_a_sound_stands_is_kept_to_the_last_digit(span):
    odd = Placement(10.123456789, 23.976023976, 0.2, 1.7)
    span.take = takes.keep(span, kept(make_take(), placed=odd))
    assert takes.place_of(takes.active(span)) == odd
    clock = takes.clock(odd)
    assert clock.frame(0.0) == odd.frame(0.2) and clock.seconds(odd.frame(1.0)) == pytest.approx(0.8)
    assert takes.frame_at(span, 0.8) == pytest.approx(odd.frame(1.0))
    assert takes.seconds_at(span, odd.frame(1.0)) == pytest.approx(0.8)


def test_all_of_it_outlives_saving_and_copies_of_the_object(face, span, tmp_path):
    take = make_take()
    span.take = takes.keep(span, kept(take))
    score = Score(Controls(intensity=0.7), gestures=(Gesture("gesture-1", anchor(take, 0.25), "nod"),))
    takes.set_score(span, score)
    copy = face.copy()
    assert takes.score_of(copy.lockstep_spans[0]) == score
    bpy.context.scene.collection.objects.link(copy)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    for name in ("Face", "Face.001"):
        line = bpy.data.objects[name].lockstep_spans[0]
        assert takes.score_of(line) == score
        assert to_json(takes.active_take(line)) == to_json(take)
        (placed,) = takes.placed_of(line).items
        assert placed.start.seconds == pytest.approx(0.25)


def test_a_line_without_acting_has_the_style_that_it_was_asked_for(span):
    from lockstep.addon.lines.request import to_json as asked

    assert takes.score_of(span) == Score()
    span.asked = asked(Request("Scene", ("Face", None), strip="a", controls=Controls(jaw=0.4)))
    assert takes.score_of(span) == Score(Controls(jaw=0.4))
    assert takes.placed_of(span) is None and takes.laid_of(span) == {} and takes.report_of(span) is None


def test_what_is_damaged_is_said_in_a_sentence(span):
    span.take = takes.keep(span, kept(make_take("z")))
    item = takes.active(span)
    item.data, item.digest = item.data[:40], "other"
    with pytest.raises(TakeError, match="'line' is damaged; sync its sound again"):
        takes.active_take(span)
    for place_text in ("", "[1, 2]", "[1, 0, 0, 1, 2, 24]", "{}"):
        item.place = place_text
        with pytest.raises(TakeError, match="is damaged"):
            takes.place_of(item)
    span.score = "no score"
    with pytest.raises(UsageError, match="damaged"):
        takes.score_of(span)


def test_memory_goes_by_content_and_stays_small():
    memory = takes.Memory(3)
    for number in range(5):
        memory.put(number, number)
    assert [memory.find(number) for number in range(5)] == [None, None, 2, 3, 4]
    assert memory.get(2, lambda: "made") == 2 and memory.get(0, lambda: "made") == "made"
    assert memory.find(3) is None


def test_acting_made_in_another_take_is_matched_once_and_stands_at_its_sound(span, monkeypatch):
    from lockstep.engine.matching import match

    counted = []
    real = match.match_takes
    monkeypatch.setattr(match, "match_takes", lambda *given: counted.append(1) or real(*given))
    old, new = make_take("c", 12), make_take("d", 12, 0.5, 0.12)
    takes.keep(span, kept(old))
    span.take = takes.keep(span, kept(new))
    takes.set_score(span, Score(gestures=(Gesture("gesture-1", anchor(old, 0.45), "nod"),)))
    for _ in range(3):
        (placed,) = takes.placed_of(span).items
    assert placed.start.seconds == pytest.approx(0.5 + 0.45 * 1.2, abs=0.02)
    assert len(counted) == 1 and set(takes.matches_for(span, new, WHOLE)) == {take_id(old)}


def test_two_parts_of_one_sound_are_matched_where_they_are_the_same_sound(span):
    whole = make_take("e", 16)
    part = takes.settled(Take(replace(whole.audio, duration=1.6), "en", "test", phones=tuple(
        Phone(round(p.start - 0.4, 3), round(p.end - 0.4, 3), p.ipa) for p in whole.phones[4:]
    )))  # fmt: skip
    takes.keep(span, kept(whole))
    span.take = takes.keep(span, kept(part, placed=Placement(11.0, 24.0, 0.4, 2.0)))
    takes.set_score(span, Score(gestures=(Gesture("gesture-1", anchor(whole, 0.85), "nod"),)))
    (placed,) = takes.placed_of(span).items
    assert placed.start.seconds == pytest.approx(0.45, abs=1e-6)
    (match,) = takes.matches_for(span, part, Placement(11.0, 24.0, 0.4, 2.0)).values()
    assert match.kind == "same sound" and match.time.forward(0.85) == pytest.approx(0.45)


def test_a_line_said_twice_in_one_recording_is_matched_by_its_sounds(span):
    first = make_take("o", 12)
    second = takes.settled(replace(first, phones=make_take("o", 12, 0.3, 0.12).phones, phrases=()))
    takes.keep(span, kept(first))
    later = Placement(-109.0, 24.0, 5.0, 7.0)
    span.take = takes.keep(span, kept(second, placed=later))
    takes.set_score(span, Score(gestures=(Gesture("gesture-1", anchor(first, 0.45), "nod"),)))
    (placed,) = takes.placed_of(span).items
    assert placed.status == "matched" and placed.start.seconds == pytest.approx(0.3 + 0.45 * 1.2, abs=0.02)
    (match,) = takes.matches_for(span, second, later).values()
    assert (match.kind, match.new) == ("same text", take_id(second))


def test_what_was_made_in_a_take_that_goes_is_at_home_in_another_one_where_it_stands(span):
    old, new = make_take("f", 12), make_take("g", 12, 0.5, 0.12)
    score = Score(
        emotions=(Emotion("emotion-1", anchor(old, 0.2), anchor(old, 0.9), "joy"),),
        gestures=(Gesture("gesture-1", anchor(old, 0.45), "nod"), Gesture("gesture-2", anchor(new, 0.9), "nod")),
    )
    takes.keep(span, kept(old))
    span.take = takes.keep(span, kept(new))
    placed = place(score, new, takes.matches_for(span, new, WHOLE), takes.kept_homes(span))
    takes.set_score(span, score)
    placed = takes.placed_of(span)
    moved = rehomed(placed, new, {take_id(old)})
    assert takes.homes(moved) == {take_id(new)}
    again = place(moved, new, {}, {})
    for before, after in zip(placed.items, again.items, strict=True):
        assert after.start.seconds == pytest.approx(before.start.seconds, abs=1e-6)
        assert after.end.seconds == pytest.approx(before.end.seconds, abs=1e-6)


def test_a_line_is_known_by_its_strip_or_by_its_frames(face, span):
    take = make_take("h")
    span.take = takes.keep(span, kept(take))

    class Source:
        def sha256(self):
            return "h" * 64

    def found(placed, strip=""):
        return hearing.find_line(face, hearing.Sound(Source(), placed, None, strip))

    assert found(WHOLE) == hearing.Known(span.name, 0)
    assert found(Placement(500.0, 24.0, 0.0, 2.0)) is None
    assert found(Placement(500.0, 24.0, 0.0, 2.0), "line") == hearing.Known(span.name, 0)
    assert found(Placement(500.0, 30.0, 0.5, 1.5), "line") == hearing.Known(span.name, 0)
    assert found(Placement(11.3, 30.0, 0.0, 2.0), "another") == hearing.Known(span.name, 0)
    assert found(Placement(11.0 - 0.5 * 24, 24.0, 0.5, 2.0), "another") == hearing.Known(span.name, 0)
    assert found(Placement(20.0, 24.0, 0.0, 2.0), "another") is None
    assert found(Placement(500.0, 24.0, 5.0, 7.0), "line") is None
    Source.sha256 = lambda self: "i" * 64
    assert found(WHOLE) is None


@pytest.mark.parametrize(("minutes", "most"), [(1, 120_000), (60, 6_000_000)])
def test_a_minute_of_speech_is_small_and_an_hour_still_works(span, minutes, most):
    seconds = 60 * minutes
    noise = np.random.default_rng(1)
    count = seconds * 12
    ipa = noise.choice(["a", "m", "t", "s", "ə", "i"], count)
    phones = tuple(
        Phone(round(i / 12, 3), round((i + 1) / 12, 3), str(ipa[i]), round(noise.random(), 3)) for i in range(count)
    )
    frames = seconds * 100
    slow = np.repeat(noise.random(frames // 8 + 1), 8)[:frames].astype(np.float32)
    tracks = Tracks(openness=slow, rounding=slow / 2, energy=-60 * slow, pitch=100 + 80 * slow)
    take = Take(Audio("long.wav", "1" * 64, float(seconds), 16000), "en", "test", phones=phones, tracks=tracks)
    span.take = takes.keep(span, kept(takes.settled(take)))
    assert len(takes.active(span).data) < most
    assert len(takes.active_take(span).phones) == count


def test_two_lines_of_a_copied_character_do_not_share_what_they_keep(face, span):
    span.take = takes.keep(span, kept(make_take("k")))
    copy = face.copy()
    other = copy.lockstep_spans[0]
    takes.keep(other, kept(make_take("l")))
    takes.set_score(other, Score(Controls(jaw=0.1)))
    assert len(span.takes) == 1 and len(other.takes) == 2
    assert takes.score_of(span) == Score()


def test_undo_brings_back_what_a_line_kept(face, span):
    faces.activate(face)
    span.take = takes.keep(span, kept(make_take("m")))
    bpy.ops.ed.undo_push(message="one")
    takes.keep(span, kept(make_take("n")))
    span.take = 1
    bpy.ops.ed.undo_push(message="two")
    bpy.ops.ed.undo()
    line = bpy.data.objects["Face"].lockstep_spans[0]
    assert (len(line.takes), line.take) == (1, 0)
    assert takes.active_take(line).audio.file == "m.wav"
    bpy.ops.ed.redo()
    line = bpy.data.objects["Face"].lockstep_spans[0]
    assert takes.active_take(line).audio.file == "n.wav"
