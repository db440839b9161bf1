"""espeak-ng in a process of its own: what becomes of a transcript when that process dies, hangs or talks rubbish."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from engine import languages
from engine.errors import TranscriptError
from engine.progress import drain
from engine.transcript import Speaker, read_script, speaker
from engine.transcript.speaker import CHILD

CHILD_THAT = """
import json, os, sys, time
out = sys.stdout
for text in [json.loads(line) for line in sys.stdin]:
    if isinstance(text, dict):
        print(json.dumps({"ok": True}), flush=True)
        continue
    if "bad" in text:
        %s
    print(json.dumps({"ipa": ["_".join(text.replace(" ", ""))]}), flush=True)
"""
DIES = "os.kill(os.getpid(), 9)" if os.name != "nt" else "os._exit(3)"
HANGS = "time.sleep(60)"
RUBBISH = "print('\\\\x00 no json'); continue"
NONSENSE = "print(json.dumps({'ipa': 3})); continue"


def by(voice: str, *texts: str) -> list[tuple[str, str]]:
    return [(voice, text) for text in texts]


def broken(folder: Path, what: str, **patience: float) -> Speaker:
    child = folder / "child.py"
    child.write_text(CHILD_THAT % what, encoding="utf-8")
    return Speaker(Path("library"), Path("data"), child=child, **patience)


@pytest.mark.parametrize("what", [DIES, RUBBISH, NONSENSE])
def test_a_text_at_which_the_child_dies_or_babbles_is_left_out_and_the_others_are_read(
    tmp_path: Path, what: str
) -> None:
    found = drain(broken(tmp_path, what).say(by("en", "one", "bad", "two", "bad", "three")))
    assert [spoken and spoken.ipa for spoken in found] == [("o_n_e",), None, ("t_w_o",), None, ("t_h_r_e_e",)]


def test_a_child_that_hangs_is_stopped_in_time(tmp_path: Path) -> None:
    begun = time.monotonic()
    found = drain(broken(tmp_path, HANGS, patience=1.0).say(by("en", "one", "bad", "two")))
    assert [bool(spoken) for spoken in found] == [True, False, True]
    assert time.monotonic() - begun < 30.0


def test_a_slow_child_is_waited_for_as_long_as_it_goes_on(tmp_path: Path) -> None:
    slow = broken(tmp_path, "time.sleep(1.2)", patience=2.0)
    asked = by("en", *["bad"] * 3)
    assert [spoken and spoken.ipa for spoken in drain(slow.say(asked))] == [("b_a_d",)] * 3


def test_a_text_at_which_the_child_dies_once_is_asked_for_again(tmp_path: Path) -> None:
    mark = tmp_path / "died"
    once = f"open({str(mark)!r}, 'x').close() if not os.path.exists({str(mark)!r}) else None; "
    dies = once + f"os._exit(3) if not os.path.getsize({str(mark)!r}) and open({str(mark)!r}, 'w').write('x') else None"
    found = drain(broken(tmp_path, dies).say(by("en", "one", "bad", "two")))
    assert [spoken and spoken.ipa for spoken in found] == [("o_n_e",), ("b_a_d",), ("t_w_o",)]


def test_a_word_at_which_espeak_always_stops_is_named(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="'bad' in the transcript cannot be read aloud"):
        drain(read_script("a bad end", languages.load("de"), speaker=broken(tmp_path, DIES)))


def test_a_clause_at_which_espeak_stops_is_read_word_by_word(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(CHILD_THAT.replace('"bad" in text', '" " in text') % DIES, encoding="utf-8")
    script = drain(read_script("ab ba", languages.load("de"), speaker=Speaker(Path("l"), Path("d"), child=child)))
    assert [word.readings[0].ipa for word in script.words] == ["a b", "b a"]


def test_a_library_that_stops_at_everything_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="stopped at"):
        drain(broken(tmp_path, DIES).say(by("en", *["bad"] * 100)))


@pytest.mark.parametrize("program", ["", "print('hello')", "raise SystemExit(3)", "print('[]')"])
def test_a_child_that_never_answers_is_an_error_of_one_sentence(tmp_path: Path, program: str) -> None:
    child = tmp_path / "child.py"
    child.write_text(program, encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"espeak-ng cannot be used here .*install"):
        drain(Speaker(tmp_path / "a", tmp_path / "b", child=child).say(by("en", "a")))


def test_a_library_or_data_that_is_not_there_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    installed = Speaker.find()
    for library, data in ((tmp_path / "no.so", installed.data), (installed.library, tmp_path / "none")):
        with pytest.raises(TranscriptError, match="espeak-ng cannot be used here"):
            drain(Speaker(library, data).say(by("en", "a")))


def test_a_program_that_cannot_be_started_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="cannot be started"):
        drain(Speaker(tmp_path, tmp_path, python=tmp_path / "nothing").say(by("en", "a")))


def test_a_package_that_is_not_installed_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(TranscriptError, match=r"espeakng-loader is missing.*install"):
        Speaker.find()
    with pytest.raises(TranscriptError, match="espeakng-loader is missing"):
        drain(read_script("hello", languages.load("en")))


def test_kana_hangul_pinyin_and_ipa_need_no_espeak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    for code, text in (("ja", "ねこ 10"), ("ko", "안녕 10"), ("zh", "ni3 hao3"), ("en", "/həˈloʊ/")):
        assert drain(read_script(text, languages.load(code))).words


def test_a_voice_that_espeak_does_not_have_is_named() -> None:
    with pytest.raises(TranscriptError, match="no voice 'xx-yy'"):
        drain(Speaker.find().say([*by("en-us", "a"), *by("xx-yy", "a")]))


def test_data_in_a_folder_of_any_name_and_depth_is_found(tmp_path: Path) -> None:
    installed = Speaker.find()
    folder = tmp_path / "Пользователь 用户 é" / ("long" * 20) / ("deep" * 20)
    folder.mkdir(parents=True)
    for target in (installed.library, installed.data):
        try:
            (folder / target.name).symlink_to(target)
        except OSError:
            pytest.skip("this system makes no links")
    moved = Speaker(folder / installed.library.name, folder / installed.data.name)
    assert drain(moved.say(by("en-us", "hello"))) == drain(installed.say(by("en-us", "hello")))


def test_the_child_is_a_program_of_the_standard_library_that_writes_nothing(tmp_path: Path) -> None:
    installed = Speaker.find()
    before = sorted(tmp_path.rglob("*"))
    asked = [{"library": str(installed.library), "data": str(installed.data)}, {"voice": "en-us", "names": False}, "hi"]
    told = installed._run("".join(json.dumps(line) + "\n" for line in asked))
    assert [json.loads(line) for line in told] == [{"ok": True}, {"ok": True}, {"ipa": ["h_ˈaɪ"]}]
    assert sorted(tmp_path.rglob("*")) == before
    assert "import" in CHILD.read_text(encoding="utf-8")


def test_where_the_running_program_is_no_python_the_one_beside_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blender = tmp_path / "blender"
    blender.touch()
    program = tmp_path / "python" / ("python.exe" if os.name == "nt" else "bin/python3")
    program.parent.mkdir(parents=True)
    program.touch()
    for name in ("exec_prefix", "prefix", "base_prefix"):
        monkeypatch.setattr(sys, name, str(tmp_path / "python"))
    monkeypatch.setattr(sys, "executable", str(blender))
    assert speaker.find_python() == program
    program.unlink()
    with pytest.raises(TranscriptError, match="No Python was found"):
        speaker.find_python()


def test_progress_is_told_and_leaving_early_leaves_nothing_behind() -> None:
    work = Speaker.find().say(by("en-us", *["hello"] * 450))
    steps = [next(work).fraction, next(work).fraction]
    work.close()
    assert steps == sorted(steps) and 0.0 < steps[0] < 1.0


def test_one_child_speaks_with_many_voices() -> None:
    asked = [*by("en-us", "hut"), *by("de", "Hut"), *by("cmn", "好"), *by("en-us", "hat")]
    english, german, chinese, last = drain(Speaker.find().say(asked))
    assert (english.ipa, german.ipa, last.ipa) == (("h_ˈʌ_t",), ("h_ˈuː_t",), ("h_ˈæ_t",))
    assert "214" in chinese.names[0] and not german.names
