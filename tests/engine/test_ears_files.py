"""Timed phones in the formats of other programs: a round trip for each, and a file as the other program writes it."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import numpy as np
import pytest

from engine.ears.files import ENDINGS, FileEar, read_phones, write_phones
from engine.ears.files.labels import read_labels, symbol, tables
from engine.ears.files.table import SOUNDS
from engine.errors import UsageError
from engine.languages import codes, load
from engine.phones import CLASSES, SILENCE, features, mouth_class, tidy
from engine.progress import drain
from engine.sound.source import ArraySource
from engine.take import Audio, Phone, Take, Word

DURATION = 2.0
SPOKEN = (
    Phone(0.200, 0.301, "m", 0.91),
    Phone(0.301, 0.500, "ɑ", 0.8, 1),
    Phone(0.500, 0.587, "t", 0.77),
    Phone(0.900, 1.000, "tʃ", 1.0),
    Phone(1.000, 1.250, "aɪ", 0.66, 2),
    Phone(1.250, 1.333, "l̩", 0.5),
    Phone(1.333, 1.444, "f", 0.5),
    Phone(1.600, 1.800, "œ̃", 0.5),
    Phone(1.800, 2.000, "kʷ", 0.5),
)
WORDS = (Word(0.2, 0.587, 'ma"t'), Word(0.9, 1.444, "child"))
TAKE = Take(Audio("my line.wav", "0" * 64, DURATION, 48000), "en", "lockstep-2", None, SPOKEN, (), WORDS)
SHAPES = {".rhubarb.json": "rhubarb", ".tsv": "rhubarb", ".azure.json": "azure", ".polly.json": "polly"}
TIMED_WORDS = (".azure.json", ".polly.json")
SOUNDED = [".TextGrid", ".ctm", ".take.json"]


def read(path: Path, duration: float = DURATION) -> tuple[tuple[Phone, ...], list[str]]:
    told: list[str] = []
    return read_phones(path, duration, told.append), told


def words_in(path: Path) -> tuple[Word, ...]:
    ear = FileEar(path)
    drain(ear.phones(ArraySource(np.zeros(32000, np.float32), 16000, "my line.wav"), None))
    return ear.words


def heard(path: Path, text: str, duration: float = DURATION, encoding: str = "utf-8") -> list[tuple[float, float, str]]:
    """The phones in a file of that text, of which there is nothing to remark."""
    path.write_bytes(text.encode(encoding))
    phones, told = read(path, duration)
    assert told == []
    return [(phone.start, phone.end, phone.ipa) for phone in phones]


# ---- ours -> format -> ours


@pytest.mark.parametrize("ending", SOUNDED)
def test_what_lists_sounds_brings_back_the_same_phones(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"line{ending}"
    write_phones(TAKE, path)
    phones, told = read(path)
    sure = ending != ".TextGrid"  # Praat has no place for confidence
    assert phones == tuple(Phone(p.start, p.end, p.ipa, p.confidence if sure else 1.0, p.stress) for p in SPOKEN)
    assert told == []


@pytest.mark.parametrize("ending", SHAPES)
def test_what_lists_mouth_shapes_brings_back_their_times_and_mouths(tmp_path: Path, ending: str) -> None:
    path, again = tmp_path / f"line{ending}", tmp_path / f"again{ending}"
    write_phones(TAKE, path)
    phones, told = read(path)
    assert told == []
    edges = {edge for phone in phones for edge in (phone.start, phone.end)}
    assert {0.2, 0.301, 0.5, 0.587, 0.9, 1.0, 1.25, 1.333, 1.444, 1.6, 2.0} <= edges
    mouths = [mouth_class(phone.ipa) for phone in phones]
    assert mouths[0] == "closed"
    assert "teeth" in mouths
    words = WORDS if ending in TIMED_WORDS else ()
    assert words_in(path) == words
    write_phones(Take(TAKE.audio, "en", "r", None, phones, (), words), again)
    assert again.read_bytes() == path.read_bytes(), "the shapes are the same again"


def test_two_parts_of_a_diphthong_are_one_viseme(tmp_path: Path) -> None:
    spoken = [(0.1, 0.3, "a"), (0.3, 0.4, "ɪ"), (0.5, 0.7, "o"), (0.7, 0.8, "ʊ"), (0.9, 1.0, "ʊ")]
    phones = tuple(Phone(start, end, ipa) for start, end, ipa in spoken)
    write_phones(Take(TAKE.audio, "en", "r", None, phones), tmp_path / "a.azure.json")
    back = [(phone.start, phone.end, phone.ipa) for phone in read(tmp_path / "a.azure.json")[0]]
    assert back == [(0.1, 0.4, "aɪ"), (0.5, 0.8, "o"), (0.9, 1.0, "ɛ")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_take_without_phones_is_written_and_says_so_when_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"line{ending}"
    write_phones(Take(TAKE.audio, "en", "r"), path)
    with pytest.raises(UsageError, match="holds no phone"):
        read(path)


@pytest.mark.parametrize("code", codes())
def test_every_phone_of_every_language_comes_back_from_a_textgrid(tmp_path: Path, code: str) -> None:
    language = load(code)
    spoken = sorted({*language.inventory, *language.diphthongs})
    phones = tuple(Phone(0.1 * at, 0.1 * at + 0.1, ipa) for at, ipa in enumerate(spoken, 1))
    end = 0.1 * len(phones) + 0.2
    write_phones(Take(Audio("a.wav", "", end, 16000), code, "r", None, phones), tmp_path / "a.TextGrid")
    back, told = read(tmp_path / "a.TextGrid", end)
    glides = str.maketrans("jw", "ɪʊ")  # aj and aɪ are one
    same = [was[:-1] + was[-1].translate(glides) if len(was) > 1 else was for was in spoken]
    odd = [(was, now.ipa) for was, now in zip(same, back, strict=True) if was != now.ipa]
    assert (odd, told) == ([], [])


def test_words_stress_and_language_come_back_where_there_is_room(tmp_path: Path) -> None:
    for ending, words, language in ((".TextGrid", WORDS, None), (".take.json", WORDS, "en"), (".ctm", (), None)):
        path = tmp_path / f"line{ending}"
        write_phones(TAKE, path)
        ear = FileEar(path)
        drain(ear.phones(ArraySource(np.zeros(32000, np.float32), 16000, "my line.wav"), None))
        assert (ear.words, ear.language, ear.name) == (words, language, f"file line{ending}")


def test_an_ending_that_names_no_form_is_refused(tmp_path: Path) -> None:
    for name in ("line.json", "line", "line.txt"):
        with pytest.raises(UsageError, match="TextGrid"):
            write_phones(TAKE, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


# ---- TextGrid as others write it

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 2
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = ""
        intervals [2]:
            xmin = 0.5
            xmax = 1.1
            text = "ch""ai"
        intervals [3]:
            xmin = 1.1
            xmax = 2
            text = ""
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 2
        points: size = 1
        points [1]:
            number = 0.7
            mark = "here"
    item [3]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 2
        intervals: size = 5
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = "sil"
        intervals [2]:
            xmin = 0.5
            xmax = 0.62
            text = "CH"
        intervals [3]:
            xmin = 0.62
            xmax = 0.95
            text = "AY1"
        intervals [4]:
            xmin = 0.95
            xmax = 1.1
            text = "ER0"
        intervals [5]:
            xmin = 1.1
            xmax = 2
            text = ""
"""
SHORT = """File type = "ooTextFile"
Object class = "TextGrid"

0
2
<exists>
1
"IntervalTier"
"MAU"
0
2
5
0
0.5
"<p:>"
0.5
0.62
"tS"
0.62
0.95
"aI"
0.95
1.1
"6"
1.1
2
"<p:>"
"""
FOUND = [(0.5, 0.62, "tʃ"), (0.62, 0.95, "aɪ"), (0.95, 1.1, "ɚ")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_textgrid_of_the_montreal_aligner_is_read(tmp_path: Path, encoding: str) -> None:
    assert heard(tmp_path / "a.TextGrid", LONG, encoding=encoding) == FOUND
    assert [phone.stress for phone in read(tmp_path / "a.TextGrid")[0]] == [0, 1, 0]


def test_ipa_in_praats_own_utf_16_is_read(tmp_path: Path) -> None:
    text = LONG.replace('"AY1"', '"ˈɑː"').replace('"CH"', '"t͡ʃ"').replace('"ER0"', '"ɾ"')
    path = tmp_path / "a.TextGrid"
    path.write_bytes(codecs.BOM_UTF16_BE + text.encode("utf-16-be"))
    phones, told = read(path)
    assert [(phone.ipa, phone.stress) for phone in phones] == [("tʃ", 0), ("ɑː", 1), ("ɾ", 0)]
    assert told == []


def test_of_several_speakers_or_channels_the_first_is_taken_and_told(tmp_path: Path) -> None:
    grid = LONG.replace('"words"', '"Ben - phones"').replace('"phones"', '"Anna - phones"').replace('"ch""ai"', '"OW"')
    (tmp_path / "a.TextGrid").write_text(grid, encoding="utf-8")
    (tmp_path / "a.ctm").write_text(KALDI + KALDI.replace("my_line 1", "my_line 2"), encoding="utf-8")
    phones, told = read(tmp_path / "a.TextGrid")
    assert [phone.ipa for phone in phones] == ["oʊ"]
    assert len(told) == 1
    assert "2 tiers of phones ('Ben - phones', 'Anna - phones')" in told[0]
    phones, told = read(tmp_path / "a.ctm")
    assert [(phone.start, phone.end, phone.ipa) for phone in phones] == FOUND
    assert len(told) == 1
    assert "2 channels" in told[0]


def test_a_short_textgrid_of_webmaus_is_read_in_sampa(tmp_path: Path) -> None:
    assert heard(tmp_path / "a.TextGrid", SHORT) == [*FOUND[:2], (0.95, 1.1, "ɐ")]
    older = SHORT.replace('File type = "ooTextFile"\nObject class = "TextGrid"', '"ooTextFile short"\n"TextGrid"')
    assert heard(tmp_path / "b.TextGrid", older.replace("\n", "\r\n")) == [*FOUND[:2], (0.95, 1.1, "ɐ")]


def test_the_tier_is_found_by_its_name_with_a_speaker_or_by_what_stands_in_it(tmp_path: Path) -> None:
    named = LONG.replace('"phones"', '"Anna - phones"').replace('"words"', '"Anna - words"')
    assert heard(tmp_path / "a.TextGrid", named) == FOUND
    assert heard(tmp_path / "b.TextGrid", LONG.replace('"phones"', '"stuff"')) == FOUND
    ear = FileEar(tmp_path / "a.TextGrid")
    drain(ear.phones(ArraySource(np.zeros(32000, np.float32), 16000), None))
    assert ear.words == (Word(0.5, 1.1, 'ch"ai'),)


def test_a_comment_and_a_grid_that_begins_later_are_understood(tmp_path: Path) -> None:
    assert (
        heard(tmp_path / "a.TextGrid", LONG.replace("xmin = 0\nxmax = 2\ntiers", "0 ! begin\n2 ! end\ntiers")) == FOUND
    )
    moved = SHORT
    for was, now in (("0\n", "10\n"), ("\n2\n", "\n12\n"), ("0.5", "10.5"), ("0.62", "10.62"), ("0.95", "10.95")):
        moved = moved.replace(was, now)
    (tmp_path / "b.TextGrid").write_text(moved.replace("1.1", "11.1"), encoding="utf-8")
    phones, told = read(tmp_path / "b.TextGrid")
    assert [(phone.start, phone.end) for phone in phones] == [(0.5, 0.62), (0.62, 0.95), (0.95, 1.1)]
    assert len(told) == 1
    assert "begins at 10.00 s" in told[0]


# ---- CTM

KALDI = """my_line 1 0.000 0.500 SIL
my_line 1 0.500 0.120 CH_B
my_line 1 0.620 0.330 AY1_I
my_line 1 0.950 0.150 ER0_E
my_line 1 1.100 0.900 SIL
"""
NIST = """;; CTM of two recordings and alternatives
;;
other A 0.10 0.20 s 0.9
line A 0.00 0.50 h# 1.0
line A * * <ALT_BEGIN>
line A 0.50 0.12 ch 0.75
line A * * <ALT>
line A 0.50 0.12 t 0.25
line A * * <ALT_END>
line A 0.62 0.33 ay NA
line A 0.95 0.15 axr 0.50
"""


def test_a_ctm_of_kaldi_is_read(tmp_path: Path) -> None:
    assert heard(tmp_path / "a.ctm", KALDI) == FOUND


def test_a_ctm_of_nist_gives_the_recording_of_the_sound_and_its_confidence(tmp_path: Path) -> None:
    path = tmp_path / "a.ctm"
    path.write_text(NIST, encoding="utf-8")
    ear = FileEar(path)
    phones = drain(ear.phones(ArraySource(np.zeros(32000, np.float32), 16000, "line.wav"), None))
    assert [(phone.start, phone.end, phone.ipa) for phone in phones] == FOUND
    assert [phone.confidence for phone in phones] == [0.75, 1.0, 0.5]
    with pytest.raises(UsageError, match="2 recordings"):
        read(path)


def test_a_stop_and_its_closure_in_timit_are_one_phone(tmp_path: Path) -> None:
    labels = ["pcl", "p", "ix", "tcl", "ch", "kcl", "s"]
    text = "".join(f"a 1 {0.1 * at:.1f} 0.1 {label}\n" for at, label in enumerate(labels))
    spoken = heard(tmp_path / "a.ctm", text, 0.8)
    assert [ipa for _, _, ipa in spoken] == ["p", "ɨ", "tʃ", "k", "s"]
    assert spoken[0][:2] == (0.0, 0.2)


# ---- Rhubarb

CUES = [(0.0, "X"), (0.5, "A"), (0.62, "D"), (0.95, "G"), (1.1, "X")]
MOUTHS = [(0.5, 0.62, "m"), (0.62, 0.95, "ɑ"), (0.95, 1.1, "f")]


def test_rhubarbs_json_is_read(tmp_path: Path) -> None:
    ends = [*(start for start, _ in CUES[1:]), 2.0]
    data = {
        "metadata": {"soundFile": "C:\\sounds\\line.wav", "duration": 2.00},
        "mouthCues": [{"start": s, "end": e, "value": v} for (s, v), e in zip(CUES, ends, strict=True)],
    }
    assert heard(tmp_path / "a.json", json.dumps(data, indent=2)) == MOUTHS


def test_rhubarbs_tsv_is_read(tmp_path: Path) -> None:
    text = "".join(f"{start:.2f}\t{value}\n" for start, value in [*CUES, (2.0, "X")])
    assert heard(tmp_path / "a.tsv", text) == MOUTHS


# ---- viseme events

AZURE = [(0.05, 0), (0.5, 21), (0.62, 2), (0.95, 18), (1.1, 0)]


@pytest.mark.parametrize(
    ("offset", "viseme", "unit"),
    [
        ("AudioOffset", "VisemeId", 1e-7),
        ("audio_offset", "viseme_id", 1e-7),
        ("audio_offset", "viseme_id", 1e-3),
        ("privAudioOffset", "privVisemeId", 1e-7),
        ("audioOffset", "visemeId", 1e-3),
        ("offset", "id", 1e-3),
    ],
)
def test_azures_events_are_read_in_ticks_and_in_milliseconds(
    tmp_path: Path, offset: str, viseme: str, unit: float
) -> None:
    events = [{offset: round(time / unit), viseme: number, "Animation": ""} for time, number in AZURE]
    assert heard(tmp_path / "a.json", json.dumps(events)) == MOUTHS
    assert heard(tmp_path / "b.json", json.dumps({"text": "Ma.", "visemes": events})) == MOUTHS
    assert heard(tmp_path / "c.jsonl", "\n".join(map(json.dumps, events)) + "\n") == MOUTHS
    typed = [{"type": "viseme", **event} for event in events]
    assert heard(tmp_path / "d.json", json.dumps(typed)) == MOUTHS


def test_azures_batches_of_blend_shapes_at_zero_change_nothing(tmp_path: Path) -> None:
    events = [{"audioOffset": round(time * 1e7), "visemeId": number} for time, number in AZURE]
    batches = [{"audioOffset": 0, "visemeId": 0, "animation": "{}"}] * 3
    assert heard(tmp_path / "a.json", json.dumps(events + batches)) == MOUTHS


def test_pollys_speech_marks_are_read(tmp_path: Path) -> None:
    marks = [{"time": 500, "type": "word", "start": 0, "end": 5, "value": "Mafia"}]
    values = {0: "sil", 21: "p", 2: "a", 18: "f"}
    marks += [{"time": round(1000 * time), "type": "viseme", "value": values[number]} for time, number in AZURE]
    text = "".join(json.dumps(mark) + "\n" for mark in marks)
    assert heard(tmp_path / "a.marks", text) == [(0.5, 0.62, "m"), (0.62, 0.95, "a"), (0.95, 1.1, "f")]


POLLY = """{"time":0,"type":"sentence","start":0,"end":28,"value":"Mafia won't f\u00fcr"}
{"time":125,"type":"word","start":0,"end":5,"value":"Mafia"}
{"time":125,"type":"viseme","value":"p"}
{"time":250,"type":"viseme","value":"a"}
{"time":400,"type":"viseme","value":"f"}
{"time":500,"type":"word","start":12,"end":17,"value":"won't"}
{"time":500,"type":"viseme","value":"u"}
{"time":750,"type":"viseme","value":"o"}
{"time":900,"type":"viseme","value":"sil"}
{"time":1200,"type":"ssml","start":18,"end":40,"value":"here"}
{"time":1200,"type":"word","start":41,"end":45,"value":"f\u00fcr"}
{"time":1200,"type":"viseme","value":"f"}
{"time":1500,"type":"viseme","value":"u"}
{"time":1800,"type":"viseme","value":"sil"}
"""


def test_pollys_words_end_at_the_next_or_at_a_pause(tmp_path: Path) -> None:
    heard(tmp_path / "a.marks", POLLY)
    said = [(word.start, word.end, word.text) for word in words_in(tmp_path / "a.marks")]
    assert said == [(0.125, 0.5, "Mafia"), (0.5, 0.9, "won't"), (1.2, 1.8, "für")]
    only = "".join(line for line in POLLY.splitlines(keepends=True) if '"word"' in line)
    (tmp_path / "b.marks").write_text(only, encoding="utf-8")
    with pytest.raises(UsageError, match="words of a speech service and no visemes"):
        read(tmp_path / "b.marks")


BOUNDARIES = [(0.5, 0.4, "Ma", "Word"), (0.9, 0.05, ",", "Punctuation"), (0.95, 0.15, "fff", "Word")]


@pytest.mark.parametrize("kind", ["plain", "Boundary", "python"])
@pytest.mark.parametrize("apart", [False, True])
def test_azures_word_boundaries_are_the_words(tmp_path: Path, kind: str, apart: bool) -> None:
    events = [{"AudioOffset": round(time * 1e7), "VisemeId": number} for time, number in AZURE]
    ends = {"plain": "", "Boundary": "Boundary", "python": ""}
    words = [
        {
            "AudioOffset": round(start * 1e7),
            "Duration": f"00:00:00.{round(length * 1e7):07d}" if kind == "python" else round(length * 1e7),
            "Text": text,
            "BoundaryType": f"{'SpeechSynthesisBoundaryType.' if kind == 'python' else ''}{what}{ends[kind]}",
            "WordLength": len(text),
        }
        for start, length, text, what in BOUNDARIES
    ]
    told = {"words": words, "visemes": events} if apart else sorted(events + words, key=lambda one: one["AudioOffset"])  # type: ignore[arg-type, return-value]
    assert heard(tmp_path / "a.json", json.dumps(told)) == MOUTHS
    end = 0.95 if kind == "python" else 0.9  # without a length that is a number, until the next
    assert [(w.start, w.end, w.text) for w in words_in(tmp_path / "a.json")] == [(0.5, end, "Ma"), (0.95, 1.1, "fff")]


def test_the_last_shape_ends_soon_where_nothing_ends_it(tmp_path: Path) -> None:
    text = '{"time":1900,"type":"viseme","value":"f"}\n{"time":1000,"type":"viseme","value":"p"}\n'
    (tmp_path / "a.marks").write_text(text, encoding="utf-8")
    phones, told = read(tmp_path / "a.marks")
    assert [(phone.start, phone.end, phone.ipa) for phone in phones] == [(1.0, 1.9, "m"), (1.9, 2.0, "f")]
    assert len(told) == 0


# ---- labels


@pytest.mark.parametrize(
    ("labels", "ipa"),
    [
        ("HH AH0 L OW1", "h ə l oʊ"),
        ("hh ix l ow", "h ɨ l oʊ"),
        ("h @ l @U", "h ə l əʊ"),
        ("h ə l oʊ", "h ə l oʊ"),
        ("tʰ aj ɲ aw ɟʝ", "tʰ aɪ ɲ aʊ ɟʝ"),
        ("S I t EI", "ʃ ɪ t ɛɪ"),
        ("y: 2: R C pf", "yː øː ʁ ç pf"),
        ("r\\ 3` t_h a~ {", "ɹ ɝ tʰ ã æ"),
        ("ˈa 'e", "a e"),
        ("ʈ͡ʂ a˥˩", "ʈʂ a"),
    ],
)
def test_labels_are_read_in_the_alphabet_that_knows_them(labels: str, ipa: str) -> None:
    read = read_labels(labels.split(), SOUNDS)
    assert [said.ipa if (said := read[label]) else None for label in labels.split()] == [
        tidy(phone) for phone in ipa.split()
    ]


def test_all_that_means_silence_is_silence() -> None:
    labels = ["", "sil", "SIL", "sp", "<eps>", "SP", " ", "h#", "<p:>", "nsn", "<noise>"]
    assert {said.ipa if said else None for said in read_labels(labels, SOUNDS).values()} == {""}


@pytest.mark.parametrize("alphabet", ["rhubarb", "azure", "polly"])
def test_every_phone_has_a_shape_that_keeps_its_contacts(alphabet: str) -> None:
    table = tables()[alphabet]
    for phone in CLASSES:
        first = table[symbol(phone, alphabet)][0]
        assert (first == SILENCE) == (phone == SILENCE)
        if phone and mouth_class(phone) in ("closed", "teeth") and phone != "ʋ":
            assert mouth_class(first) == mouth_class(phone), phone


def test_the_tables_hold_phones_only_and_none_twice() -> None:
    for alphabet in ("rhubarb", "azure", "polly"):
        listed = [phone for row in tables()[alphabet].values() for phone in row]
        assert len(listed) == len(set(listed))
    written = [*tables()["arpabet"].values(), *tables()["closures"].values()]
    assert all(read_labels([phone], SOUNDS)[phone] is not None for phone in written)
    assert features("ɑ").vowel
