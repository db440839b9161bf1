"""Aligning a script with what is heard: words timed, chosen readings, and whatever was said otherwise."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from made_speech import VOCABULARY, heard, posteriors, script, spoken, word

from engine.align import Alignment, align
from engine.align.lattice import lattice
from engine.align.matching import match
from engine.align.pieces import pieces
from engine.align.scores import scores
from engine.align.search import NODE, search
from engine.languages import load
from engine.phones import CLASSES, segments
from engine.progress import drain
from engine.transcript.script import Reading, Script, ScriptWord, Sound


def aligned(said: list[tuple[str, int]], text: Script, seed: int = 0) -> Alignment:
    return drain(align(posteriors(said, seed), text, load("en"), heard(said)))


def statuses(found: Alignment) -> list[tuple[str, str]]:
    return [(one.text, one.status) for one in found.words]


def test_each_word_of_a_line_is_found_where_it_is_said() -> None:
    said = spoken("mama keep _ yellow fish")
    found = aligned(said, script("mama", "keep", "yellow", "fish"))
    assert statuses(found) == [(text, "said") for text in ("mama", "keep", "yellow", "fish")]
    assert [(phone.ipa, phone.start, phone.end) for phone in found.phones] == [
        (phone.ipa, pytest.approx(phone.start, abs=0.006), pytest.approx(phone.end, abs=0.006)) for phone in heard(said)
    ]
    assert [one.start for one in found.words] == pytest.approx([0.2, 0.52, 1.26, 1.58], abs=0.006)
    assert all(one.confidence > 0.9 for one in found.words)


def test_times_are_whole_milliseconds_in_order_and_words_begin_with_their_phones() -> None:
    found = aligned(spoken("tulip seven _ robin"), script("tulip", "seven", "robin"))
    times = [time for phone in found.phones for time in (phone.start, phone.end)]
    assert times == sorted(times) and all(time == round(time, 3) for time in times)
    assert {one.start for one in found.words} <= {phone.start for phone in found.phones}
    assert {one.end for one in found.words} <= {phone.end for phone in found.phones}


def test_the_reading_that_was_said_is_taken_with_its_stress_and_tones() -> None:
    weak = Reading((Sound("f"), Sound("ə"), Sound("ɹ")), 0.5)
    full = Reading((Sound("f"), Sound("ɔ", stress=1, tone=3), Sound("ɹ")))
    text = Script("x mama", "en", (ScriptWord("x", 0, 1, (full, weak)), word("mama", at=2)))
    for vowel, stress, tone in (("ɔ", 1, 3), ("ə", 0, 0)):
        found = aligned(spoken(f"/f{vowel}ɹ/ mama"), text)
        assert [phone.ipa for phone in found.phones[:3]] == ["f", vowel, "ɹ"]
        assert (found.phones[1].stress, found.tones[1]) == (stress, tone)
    assert len(found.tones) == len(found.phones)


def test_a_joined_reading_needs_the_next_word_to_follow_at_once() -> None:
    """'les' with its z before a vowel: heard with a pause between them, the z is no part of the word."""
    apart = Reading((Sound("l"), Sound("e")))
    joined = Reading((Sound("l"), Sound("e"), Sound("z")), joined=True)
    text = Script("les amis", "fr", (ScriptWord("les", 0, 3, (apart, joined)), word("amis", "ami", at=4)))
    together = aligned(spoken("/lezami/"), text)
    assert [phone.ipa for phone in together.phones] == ["l", "e", "z", "a", "m", "i"]
    graph = lattice(text.words)
    for line in ("/lez/ _ /ami/", "/le/ _ /ami/"):
        said = spoken(line)
        way = search(graph, scores(posteriors(said), heard(said)), strict=True)
        chosen = {int(graph.reading[s.number]) for s in way if s.kind == NODE and graph.word[s.number] == 0}
        gap = [s for s in way if s.kind != NODE and s.number == 1]
        assert chosen == {0} or not gap


def test_a_diphthong_is_heard_in_two_parts_and_told_as_one_sound() -> None:
    text = Script("my", "en", (ScriptWord("my", 0, 2, (Reading((Sound("m"), Sound("aɪ", stress=1))),)),))
    found = aligned([("", 20), ("m", 8), ("a", 9), ("ɪ", 7), ("", 20)], text)
    assert [(phone.ipa, phone.stress) for phone in found.phones] == [("m", 0), ("aɪ", 1)]
    assert (found.phones[1].start, found.phones[1].end) == pytest.approx((0.28, 0.44), abs=0.006)


LINE = ("mama", "keep", "yellow", "fish", "window", "shadow", "robin")


@pytest.mark.parametrize("at", range(1, len(LINE) - 1))
def test_a_word_that_was_not_written_is_heard_without_the_text(at: int) -> None:
    text = script(*LINE[:at], *LINE[at + 1 :])
    found = aligned(spoken(" ".join(LINE)), text)
    assert [status for _, status in statuses(found)].count("extra") == 1
    assert statuses(found)[at] == ("", "extra")
    assert [phone.ipa for phone in found.phones] == [p.ipa for p in heard(spoken(" ".join(LINE)))]


@pytest.mark.parametrize("at", range(len(LINE)))
def test_a_word_that_was_not_said_is_told_in_its_place(at: int) -> None:
    found = aligned(spoken(" ".join((*LINE[:at], *LINE[at + 1 :]))), script(*LINE))
    assert [status for _, status in statuses(found)] == ["unsaid" if i == at else "said" for i in range(len(LINE))]
    missing = found.words[at]
    assert missing.start == missing.end
    assert at == 0 or missing.start == pytest.approx(found.words[at - 1].end)


@pytest.mark.parametrize("at", range(len(LINE)))
def test_another_word_in_its_place_is_told_and_heard_as_it_is(at: int) -> None:
    said = spoken(" ".join((*LINE[:at], "jacket", *LINE[at + 1 :])))
    found = aligned(said, script(*LINE))
    assert [status for _, status in statuses(found)] == ["changed" if i == at else "said" for i in range(len(LINE))]
    one = found.words[at]
    inside = [phone.ipa for phone in found.phones if one.start <= phone.start < one.end]
    assert inside == list(segments(VOCABULARY["jacket"]))


def test_words_said_twice_are_told_apart_from_those_that_are_written() -> None:
    found = aligned(spoken("mama keep yellow keep yellow fish"), script("mama", "keep", "yellow", "fish"))
    assert statuses(found) == [
        *(("mama", "said"), ("keep", "repeated"), ("yellow", "repeated")),
        *(("keep", "said"), ("yellow", "said"), ("fish", "said")),
    ]


def test_what_is_written_twice_and_said_twice_is_no_repeat() -> None:
    found = aligned(spoken("mama mama keep"), script("mama", "mama", "keep"))
    assert statuses(found) == [("mama", "said"), ("mama", "said"), ("keep", "said")]


def test_a_text_of_another_sound_hardly_agrees_and_its_own_does() -> None:
    rng = np.random.default_rng(3)
    names = [*VOCABULARY]
    lines = [[names[i] for i in rng.integers(0, len(names), 14)] for _ in range(4)]
    for number, line in enumerate(lines):
        said = spoken(" ".join(line))
        own, other = (aligned(said, script(*text)) for text in (line, lines[(number + 1) % 4]))
        assert own.agreement > 0.8
        assert other.agreement < 0.3


def test_nothing_is_lost_where_nothing_is_said() -> None:
    found = aligned([("", 60)], script("mama", "keep"))
    assert statuses(found) == [("mama", "unsaid"), ("keep", "unsaid")]
    assert found.phones == () and found.agreement == 0.0


def test_a_strict_search_says_every_word_once_and_covers_every_frame() -> None:
    graph = lattice(script(*LINE).words)
    rng = np.random.default_rng(8)
    for frames in (90, 140, 400):
        noise = posteriors([(CLASSES[int(i)], 1) for i in rng.integers(0, len(CLASSES), frames)])
        way = search(graph, scores(noise, ()), strict=True)
        assert [way[0].start, way[-1].stop] == [0, frames]
        assert all(one.stop == other.start for one, other in pairwise(way))
        nodes = [stretch for stretch in way if stretch.kind == NODE]
        assert [stretch.number for stretch in nodes] == list(range(len(graph.classes)))
        assert min(stretch.stop - stretch.start for stretch in nodes) >= 2
    assert search(graph, scores(posteriors([("", 30)]), ()), strict=True) == ()


def plain_score(graph: object, classes: np.ndarray) -> float:
    """The best score of a chain of nodes, two frames each at least, that covers all frames: the plain recursion."""
    frames, order = len(classes), graph.classes  # type: ignore[attr-defined]
    sums = np.concatenate([np.zeros((1, classes.shape[1])), np.cumsum(classes, axis=0)])
    best = np.full((len(order) + 1, frames + 1), -np.inf)
    best[0, 0] = 0.0
    for node, phone in enumerate(order):
        for stop in range(2, frames + 1):
            starts = np.arange(stop - 1)
            best[node + 1, stop] = (best[node, starts] + sums[stop, phone] - sums[starts, phone]).max()
    return float(best[-1, -1])


def test_the_search_finds_what_a_plain_recursion_over_all_ways_finds() -> None:
    rng = np.random.default_rng(2)
    graph = lattice([word("fish")])
    for _ in range(20):
        said = [(CLASSES[int(i)], 3) for i in rng.integers(1, len(CLASSES), 5)]
        own = scores(posteriors(said, int(rng.integers(99))), ())
        own.classes[:, 0] = -50.0
        way = search(graph, own, strict=True)
        found = sum(own.classes[s.start : s.stop, graph.classes[s.number]].sum() for s in way)
        assert found == pytest.approx(plain_score(graph, own.classes), abs=0.01)


def long_line(words: int, seed: int) -> list[str]:
    """Words that mean nothing, as /IPA/, with a pause after every ninth; no two phones beside each other are alike."""
    rng = np.random.default_rng(seed)
    found: list[str] = []
    for at in range(words):
        syllables = ["".join(rng.choice(list(letters)) for letters in ("pbtdkɡmnfvszʃ", "ieɛæɑoʊu")) for _ in "123"]
        found += [f"/{''.join(syllables[: rng.integers(1, 4)])}/"] + ["_"] * (at % 9 == 8)
    return found


def written(line: list[str]) -> Script:
    return script(*(word(name.strip("/"), name.strip("/")) for name in line if name != "_"))


def test_a_long_text_and_a_long_sound_are_cut_into_small_pieces_and_timed_as_if_whole() -> None:
    line = long_line(500, 1)
    said = spoken(" ".join(line))
    text = written(line)
    cut = pieces(text.words, heard(said), sum(frames for _, frames in said))
    assert (cut[0].first, cut[0].start, cut[-1].last) == (0, 0, 500)
    assert all((one.last, one.stop) == (other.first, other.start) for one, other in pairwise(cut))
    assert max(piece.stop - piece.start for piece in cut) < 2500
    found = aligned(said, text)
    assert [status for _, status in statuses(found)] == ["said"] * 500
    assert [phone.start for phone in found.phones] == pytest.approx([p.start for p in heard(said)], abs=0.012)


def test_paragraphs_that_were_not_said_or_not_written_do_not_shift_the_rest() -> None:
    first, middle, last = (long_line(120, seed) for seed in (1, 2, 3))
    whole, less = [*first, *middle, *last], [*first, *last]
    found = aligned(spoken(" ".join(less)), written(whole))
    assert [one.status for one in found.words].count("unsaid") == pytest.approx(120, abs=4)
    assert all(one.status == "said" for one in (*found.words[:110], *found.words[-110:]))
    said = spoken(" ".join(whole))
    found = aligned(said, written(less))
    kept = [one for one in found.words if one.text and one.status != "repeated"]
    assert len(kept) == 240 and sum(one.status == "said" for one in kept) >= 232
    end = [phone for phone in heard(said) if phone.ipa][-1].end
    assert kept[-1].end == pytest.approx(end, abs=0.02)


def test_like_rows_are_matched_phone_by_phone_across_gaps_and_slips() -> None:
    rng = np.random.default_rng(5)
    row = rng.integers(1, len(CLASSES), 300).tolist()
    other = [*row[:100], *rng.integers(1, len(CLASSES), 40).tolist(), *row[100:180], *row[220:]]
    slipped = list(other)
    for at in range(5, len(other), 23):
        slipped[at] = CLASSES.index("t")
    found = match(row, slipped)
    assert np.mean(found[:95] == np.arange(95)) > 0.9
    assert np.mean(found[225:] == np.arange(225, 300)) > 0.9
    assert np.all(np.diff(found[found >= 0]) > 0)
    assert (match(row, []) == -1).all()


def test_what_is_said_again_and_again_is_matched_along_the_way() -> None:
    random = np.random.default_rng(6)
    written = np.tile(random.integers(1, len(CLASSES), 400), 8)  # no run of phones occurs once
    kept = random.random(len(written)) > 0.1
    places = match(written.tolist(), written[kept].tolist())
    assert len(written) * kept.sum() > 4_000_000
    right = np.flatnonzero(kept)[places[places >= 0]] == np.flatnonzero(places >= 0)
    assert (places >= 0).mean() > 0.85
    assert right.mean() > 0.97


@pytest.mark.parametrize(("written", "heard_phones"), [(10, 500_000), (500_000, 10), (2000, 5000)])
def test_rows_of_very_different_lengths_are_borne(written: int, heard_phones: int) -> None:
    one, other = np.full(written, 5), np.full(heard_phones, 5)
    places = match(one.tolist(), other.tolist())
    assert len(places) == written
    assert places.max() < heard_phones


def test_progress_rises_to_its_end() -> None:
    line = long_line(120, 4)
    said = spoken(" ".join(line))
    steps = [step.fraction for step in align(posteriors(said), written(line), load("en"), heard(said))]
    assert len(steps) > 3 and steps == sorted(steps) and steps[-1] == pytest.approx(1.0)
