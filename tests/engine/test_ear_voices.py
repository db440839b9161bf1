"""The further voices for training: RHVoice's, Open JTalk's and rab's phones, and the edges of aligned sets."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "ear"))

import pronounce
import synth_edges
import synth_jtalk
import synth_phones
import synth_rab
import synth_rhvoice
import synth_rhvoice_phones
import synth_snap
from recordings import Utterance
from synth_edges import Phone
from synth_rhvoice_phones import Named

RATE = 16_000
TIMES = """* 120 24000
10 x^x-pau+b=eh@x_x/A:0_0_0/B:x-x-x@x-x
20 x^pau-b+eh=t@1_3/A:0_0_0/B:1-0-3@1-2
* 120 24000
40 pau^b-eh+t=er@2_3/A:0_0_0/B:1-0-3@1-2
"""


def named(*names: str, stressed: tuple[str, ...] = ()) -> list[Named]:
    return [Named(i / 10, (i + 1) / 10, name, name in stressed) for i, name in enumerate(names)]


def spoken(language: str, *names: str, stressed: tuple[str, ...] = (), flaps: bool = False) -> list[str]:
    return [phone.ipa for phone in synth_rhvoice.label(named(*names, stressed=stressed), language, flaps)]


def tone(seconds: float, hertz: float = 200.0, amplitude: float = 8000.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16)


def test_rhvoices_frames_become_times_across_its_stretches() -> None:
    phones = synth_rhvoice.parse_times(TIMES, 0.35)
    assert [(p.name, p.stressed) for p in phones] == [("pau", False), ("b", True), ("eh", True)]
    assert [p.start for p in phones] == pytest.approx([0.0, 0.05, 0.15])
    assert [p.end for p in phones] == pytest.approx([0.05, 0.15, 0.35])


def test_phones_that_do_not_fill_the_sound_are_refused() -> None:
    with pytest.raises(ValueError, match="last"):
        synth_rhvoice.parse_times(TIMES, 0.4)


@pytest.mark.parametrize("language", list(synth_rhvoice_phones.TABLES))
def test_every_phone_of_rhvoice_has_ipa(language: str) -> None:
    for name in synth_rhvoice_phones.TABLES[language]:
        phones = synth_rhvoice_phones.ipa_of(named(name), 0, language, flaps=False)
        assert phones and all(phone[0] in synth_phones.VOWELS | synth_phones.CONSONANTS for phone in phones)


def test_an_american_t_is_flapped_only_before_an_unstressed_vowel() -> None:
    assert spoken("en", "b", "eh", "t", "er", flaps=True) == ["b", "ɛ", "ɾ", "ɝ"]
    assert spoken("en", "ax", "t", "ae", "k", stressed=("ae",), flaps=True) == ["ə", "t", "æ", "k"]
    assert spoken("en", "b", "eh", "t", "er") == ["b", "ɛ", "t", "ɝ"]


def test_russian_a_before_the_stress_is_opener_than_the_others() -> None:
    assert spoken("ru", "m", "a0", "l", "a0", "k", "o") == ["m", "ə", "l", "ɐ", "k", "o"]


def test_ukrainian_v_is_made_with_the_teeth_before_a_vowel_and_round_elsewhere() -> None:
    assert spoken("uk", "w", "o", "w", "k") == ["ʋ", "ɔ", "w", "k"]
    assert spoken("uk", "wj", "ii", "n") == ["ʋʲ", "i", "n"]


def test_silences_part_rhvoices_phones_and_unknown_ones_are_refused() -> None:
    assert spoken("pt-br", "an", "pau", "rh", "rh") == ["ɐ\u0303", "xː"]
    with pytest.raises(synth_phones.UnknownPhone, match="qq"):
        spoken("eo", "qq")


def test_open_jtalks_trace_gives_times_and_phones() -> None:
    trace = "0 2550000 xx^xx-sil+g=a/A:x\n2550000 3150000 xx^sil-g+a=cl/A:x\n[Global]\n1 2 no label\n"
    assert synth_jtalk.parse_trace(trace) == [(0.0, 0.255, "sil"), (0.255, 0.315, "g")]


def japanese(*names: str) -> list[tuple[str, float, float]]:
    trace = [(i / 10, (i + 1) / 10, name) for i, name in enumerate(names)]
    return [(p.ipa, p.start, p.end) for p in synth_jtalk.label(trace)]


def test_a_japanese_double_consonant_begins_with_its_closure() -> None:
    assert japanese("sil", "m", "a", "cl", "t", "e")[2] == ("tː", 0.3, 0.5)


def test_a_japanese_nasal_is_made_where_the_next_sound_is() -> None:
    assert [row[0] for row in japanese("h", "o", "N", "m", "o")] == ["h", "o", "m", "m", "o"]
    assert [row[0] for row in japanese("s", "a", "N", "k", "a")][2] == "ŋ"
    assert [row[0] for row in japanese("h", "o", "N", "pau")][2] == "ɴ"


def test_a_devoiced_japanese_vowel_belongs_to_the_consonant_before_it() -> None:
    assert japanese("d", "e", "s", "U", "sil")[-1] == ("s", 0.2, 0.4)


def test_like_japanese_vowels_make_one_long_vowel() -> None:
    assert japanese("k", "o", "o") == [("k", 0.0, 0.1), ("oː", 0.1, 0.3)]


def test_rabs_lexicon_takes_words_of_which_every_sound_is_known() -> None:
    assert synth_rab._entry("paper", ["p_ˈeɪ_p_ə"]) == '("paper" (p ei1 p @0))'
    assert synth_rab._entry("fire", ["f_ˈaɪə"]) == '("fire" (f ai1 @1))'
    assert synth_rab._entry("loch", ["l_ˈɒ_x"]) is None
    assert synth_rab._entry("mp", ["ˌɛ_m p_ˈiː"]) is None
    assert synth_rab._entry("the", []) == '("the" (dh @))'


def test_every_phone_of_rab_has_ipa() -> None:
    assert {name for names in synth_rab._NAMES.values() for name in names} <= set(synth_rab.MRPA)
    for name in synth_rab.MRPA:
        assert synth_phones.named_phones(name, synth_rab.MRPA)


def test_a_fading_last_vowel_ends_where_it_fades_and_a_consonant_does_not() -> None:
    fade = (tone(0.4) * np.exp(-np.arange(round(0.4 * RATE)) / (0.04 * RATE))).astype(np.int16)
    sound = np.concatenate([tone(0.3), fade])
    [vowel] = synth_edges.end_decays([Phone(0.0, 0.6, "o")], sound)
    assert vowel.end == pytest.approx(0.3 + 0.04 * np.log(10 ** (24 / 20)), abs=0.01)
    [fricative] = synth_edges.end_decays([Phone(0.0, 0.6, "s")], sound)
    assert fricative.end == 0.6


def test_a_vowel_that_another_sound_follows_keeps_its_end() -> None:
    sound = np.concatenate([tone(0.2), tone(0.2, amplitude=50.0), tone(0.2)])
    phones = [Phone(0.0, 0.4, "o"), Phone(0.4, 0.6, "a")]
    assert synth_edges.end_decays(phones, sound)[0] == phones[0]


def test_rows_are_placed_end_to_end_in_their_set(tmp_path: Path) -> None:
    said = [Utterance(f"x_{i}", Path(), 0.0, None, "en", "x", "Mama") for i in range(2)]
    words = [{"text": "Mama", "phones": [["m", "ɑː", "m", "ə"]]}]
    rows = [pronounce.row_of(one, "train", words) for one in said]
    pronounce.write_rows(tmp_path, "x", rows, [tone(0.5), tone(0.25)])
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["start"], line["end"]) for line in lines] == [(0, 8000), (8000, 12_000)]
    assert lines[1]["words"] == words and lines[1]["split"] == "train"
    assert len(np.load(tmp_path / "x.npy")) == 12_000
    pronounce.write_rows(tmp_path, "nothing", [], [])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.jsonl", "x.npy"]


def aligned(folder: Path, late: float) -> list[float]:
    """A set whose edges all come `late` seconds after the sound changes; the true edges of its one utterance."""
    true = np.arange(0.1, 5.0, 0.1)
    sound = np.concatenate([tone(0.1, 250.0 if index % 2 else 3000.0) for index in range(len(true) + 1)])
    edges = [0.0, *(true + late), 5.0]
    phones = [[a, b, "m" if i % 2 else "a"] for i, (a, b) in enumerate(pairwise(edges))]
    np.save(folder / "x.npy", sound)
    row = {"id": "x", "start": 0, "end": len(sound), "phones": phones}
    (folder / "x.aligned.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return list(true)


def test_edges_that_an_alignment_set_late_are_brought_to_the_sound_once(tmp_path: Path) -> None:
    true = aligned(tmp_path, late=0.015)
    listing = tmp_path / "x.aligned.jsonl"
    assert "vowel|nasal -1" in synth_snap.snap_set(listing)
    [row] = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    assert np.abs([phone[0] for phone in row["phones"][1:]] - np.array(true)).max() < 0.006
    before = listing.read_bytes()
    assert "nothing to do" in synth_snap.snap_set(listing) and listing.read_bytes() == before
