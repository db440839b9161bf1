"""The zip as an artist gets it: built, validated, installed, enabled in a new process, and used from there."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "scripts", ROOT / "tests" / "addon", ROOT / "tests" / "engine"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

import build  # noqa: E402
import made_allosaurus  # noqa: E402
import voice  # noqa: E402
import wheels  # noqa: E402

INSTALL = """
import bpy, sys
bpy.ops.extensions.package_install_files(filepath=sys.argv[1], repo="user_default", enable_on_install=True)
bpy.ops.wm.save_userpref()
"""

# A new process; argv: a sound, the folder of the tests' faces. espeak-ng is only that of the extension's own wheel.
START = """
import importlib.util, json, os, sys
from pathlib import Path
import bpy, addon_utils

def wheel():
    own = Path(os.environ["BLENDER_USER_RESOURCES"]).rglob("site-packages/espeakng_loader/__init__.py")
    return next((path for path in own if ".local" in path.parts), None)

def only_the_wheel():
    path = wheel()
    if path is None:
        sys.modules["espeakng_loader"] = None
        return
    spec = importlib.util.spec_from_file_location("espeakng_loader", path)
    sys.modules["espeakng_loader"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["espeakng_loader"])

only_the_wheel()
sys.path.append(sys.argv[2])
module = addon_utils.enable("bl_ext.user_default.lockstep", default_set=True)
assert module is not None, "the extension cannot be enabled"
import faces
face = faces.make_face()
faces.activate(face)
settings = bpy.context.scene.lockstep
settings.audio = sys.argv[1]
settings.language = "es"
"""

READ = (
    START
    + """
settings.text = "¡Mabi, sume ba!"
try:
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
except RuntimeError as error:
    print(json.dumps({"error": str(error)}), flush=True)
maps = Path("/proc/self/maps")
print(json.dumps({"notes": settings.notes}), flush=True)
print(json.dumps({
    "words": [word.text for span in face.lockstep_spans for word in span.words],
    "keyed": len(bpy.data.actions),
    "wheel": str(wheel()),
    "loaded": "espeak" in maps.read_text(encoding="utf-8", errors="replace") if maps.is_file() else False,
}), flush=True)
settings.text = ""
assert bpy.ops.lockstep.sync() == {"FINISHED"}
print(json.dumps({"notes": settings.notes}), flush=True)
sys.stdout.flush()
os._exit(0)
"""
)

USE = (
    START
    + """
assert bpy.ops.lockstep.sync() == {"FINISHED"}
print(json.dumps({"notes": settings.notes}), flush=True)
keys = face.data.shape_keys
from bl_ext.user_default.lockstep.addon import preferences
from bl_ext.user_default.lockstep.addon.character import profiles
from bl_ext.user_default.lockstep.addon.keys import keying
from bl_ext.user_default.lockstep.addon.panels import rows
bpy.context.preferences.addons["bl_ext.user_default.lockstep"].preferences.doubt = 0.75
print(json.dumps({
    "made": settings.made,
    "file": module.__file__,
    "jaw": len(keying.curve_of(keys, "jawOpen").keyframe_points),
    "own": str(profiles.own_folder()),
    "doubt": bpy.context.preferences.addons["bl_ext.user_default.lockstep"].preferences.doubt,
    "limit": preferences.doubt_limit(bpy.context),
}), flush=True)
key = keying.curve_of(keys, "jawOpen").keyframe_points[4]
key.co.y = 0.97
assert bpy.ops.lockstep.swap_voice(audio=sys.argv[3], language="es") == {"FINISHED"}
line = face.lockstep_spans[0]
laid = [key.co.y for key in keying.curve_of(keys, "jawOpen").keyframe_points]
print(json.dumps({"takes": len(line.takes), "take": line.take, "acting": len(line.acting), "peak": max(laid)}))
assert bpy.ops.lockstep.use_take(index=0) == {"FINISHED"}
back = [round(key.co.y, 4) for key in keying.curve_of(keys, "jawOpen").keyframe_points]
print(json.dumps({"back": back[4]}), flush=True)
bpy.ops.lockstep.correct_rig()
assert bpy.ops.lockstep.save_profile(title="My Rig") == {"FINISHED"}
print(json.dumps({"rig": rows.fitted(rows._character(bpy.context)).profile.name}), flush=True)
addon_utils.disable("bl_ext.user_default.lockstep")
assert not hasattr(bpy.types.Scene, "lockstep") and not hasattr(bpy.types, "LOCKSTEP_OT_sync")
addon_utils.enable("bl_ext.user_default.lockstep")
assert hasattr(bpy.types.Scene, "lockstep")
sys.stdout.flush()
os._exit(0)
"""
)

CHECK = (
    START
    + """
settings.language = "en"
assert bpy.ops.lockstep.sync() == {"FINISHED"}
print(json.dumps({"notes": settings.notes}), flush=True)
settings.ledger, settings.shot = sys.argv[3], "sc010/sh020"
assert bpy.ops.lockstep.check_sync() == {"FINISHED"}
from bl_ext.user_default.lockstep.addon.checking import kept
assert bpy.ops.lockstep.save_plot(filepath=sys.argv[4]) == {"FINISHED"}
found = kept.kept_of(face, face.lockstep_spans[0])
print(json.dumps({"notes": "\\n".join(found.notes)}), flush=True)
print(json.dumps({
    "verdict": found.check.verdict,
    "events": len(kept.full_check(face, face.lockstep_spans[0]).moments.times),
    "told": [line[0] for line in found.lines],
    "shot": found.shot,
    "ledger": found.ledger,
}), flush=True)
sys.stdout.flush()
os._exit(0)
"""
)


EARS = (
    START
    + """
own = bpy.context.preferences.addons["bl_ext.user_default.lockstep"].preferences
from bl_ext.user_default.lockstep.addon import preferences
settings.language, settings.phones = "en", sys.argv[3]
assert bpy.ops.lockstep.sync() == {"FINISHED"}
print(json.dumps({"given": settings.made, "remarks": settings.notes}), flush=True)
own.recognizer, settings.phones = "ALLOSAURUS", ""
print(json.dumps({"absent": preferences.model_state(bpy.context)}), flush=True)
own.allosaurus = sys.argv[4]
print(json.dumps({"present": preferences.model_state(bpy.context)}), flush=True)
assert bpy.ops.lockstep.sync() == {"FINISHED"}
print(json.dumps({"heard": settings.made, "torch": "torch" in sys.modules}), flush=True)
weights = Path(sys.argv[4]) / "model.pt"
weights.write_bytes(weights.read_bytes()[:500])
settings.language = "de"
try:
    bpy.ops.lockstep.sync()
except RuntimeError as error:
    print(json.dumps({"cut": str(error)}), flush=True)
sys.stdout.flush()
os._exit(0)
"""
)


def run(code: str, resources: Path, *arguments: object) -> str:
    """What a new process of this Blender prints; it must end well and warn of nothing."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        env={**os.environ, "BLENDER_USER_RESOURCES": str(resources), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Traceback" not in said
    return said


SYSTEMS = {("linux", "x86_64"): "linux-x64", ("darwin", "arm64"): "macos-arm64", ("darwin", "x86_64"): "macos-x64"}
SYSTEMS |= {("win32", "amd64"): "windows-x64", ("win32", "arm64"): "windows-arm64"}
DATA = ("ears/files/labels", "budget/budget", "norms/norms", "delivery/profiles", "fallback/stages")
LEDGER, PLOT = "checks.sqlite", "plot.png"
SAID = "My papa made five perfect maps, but a father of above average fame may move far off to buy more paper boats."
HERE = SYSTEMS.get((sys.platform, platform.machine().lower()), wheels.ANY)


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """The zip for this system."""
    return build.build(tmp_path_factory.mktemp("zip") / "lockstep.zip", platform=HERE)


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """The zip without espeak-ng, which any system takes."""
    return build.build(tmp_path_factory.mktemp("bare") / "lockstep.zip")


@dataclass(frozen=True)
class Installed:
    """A Blender with the zip in it: the folder around its settings, and what the installing process printed."""

    folder: Path
    said: str


@pytest.fixture(scope="module")
def installed(package, tmp_path_factory) -> Installed:
    """The zip, installed by a process that has ended."""
    folder = tmp_path_factory.mktemp("blender")
    return Installed(folder, run(INSTALL, folder / "user", package))


@pytest.fixture(scope="module")
def used(installed) -> str:
    """What two processes print: one installs the zip, a new one enables it and lets a face speak."""
    folder = installed.folder
    sound = voice.write_wav(folder / "line.wav", voice.speak("m a b i _ s u m e b a"))
    other = voice.write_wav(folder / "other.wav", voice.speak("_ _ m a b i _ _ s u m e b a", seed=2))
    return installed.said + run(USE, folder / "user", sound, ROOT / "tests" / "addon", other)


@pytest.fixture(scope="module")
def checked(installed) -> str:
    """What a process prints that lets a face speak real words and checks it; ledger and plot lie in the folder."""
    folder = installed.folder
    sound = folder / "said.wav"
    subprocess.run([sys.executable, ROOT / "scripts" / "speak.py", "en-us", sound, SAID], check=True)
    return run(CHECK, folder / "user", sound, ROOT / "tests" / "addon", folder / LEDGER, folder / PLOT)


@pytest.fixture(scope="module")
def eared(installed) -> str:
    """What a process prints in which a file of phones and Allosaurus' model stand in for the recognizer."""
    folder, line = installed.folder, "m a b i _ s u m e b a"
    sound = voice.write_wav(folder / "eared.wav", voice.speak(line))
    rows = "".join(f"eared 1 {start:.3f} {end - start:.3f} {ipa}\n" for start, end, ipa in voice.phones(line))
    (folder / "eared.ctm").write_text(rows, encoding="utf-8")
    model = made_allosaurus.folder(folder / "uni2005")
    return run(EARS, folder / "user", sound, ROOT / "tests" / "addon", folder / "eared.ctm", model)


@pytest.fixture(scope="module")
def read(package, bare, tmp_path_factory) -> dict[str, str]:
    """What a sync with a transcript prints, with the wheel and without it."""
    told = {}
    for name, made in (("with", package), ("without", bare)):
        folder = tmp_path_factory.mktemp(name)
        sound = voice.write_wav(folder / "line.wav", voice.speak("m a b i _ s u m e b a"))
        run(INSTALL, folder / "user", made)
        told[name] = run(READ, folder / "user", sound, ROOT / "tests" / "addon")
    return told


def test_a_transcript_is_read_by_the_wheel_in_a_process_of_its_own(read):
    if HERE == wheels.ANY:
        pytest.skip("espeak-ng has no wheel for this system")
    told = values(read["with"])
    assert "error" not in told and "Mabi" in told["words"] and told["keyed"] > 0
    assert ".local" in str(told["wheel"]) and told["loaded"] is False


def test_without_the_wheel_a_transcript_is_one_clear_sentence_and_all_else_works(read):
    told = values(read["without"])
    assert "espeak-ng is not here" in str(told["error"]) and str(told["error"]).strip().count("\n") == 0
    assert told["words"] == [] and told["keyed"] == 0


def values(said: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for line in said.splitlines():
        if line.startswith("{"):
            found |= json.loads(line)
    return found


def test_blenders_own_tool_is_used_where_it_is_there():
    assert (build.find_tool() is not None) or importlib.util.find_spec("bpy") is None


def test_the_installed_extension_swaps_the_voice_under_an_edit_and_back(used):
    told = values(used)
    assert (told["takes"], told["take"], told["acting"]) == (2, 1, 1)
    assert told["peak"] == pytest.approx(0.97, abs=0.01) and told["back"] == pytest.approx(0.97, abs=1e-4)


def test_the_installed_extension_checks_what_it_has_synced_and_keeps_row_and_plot(checked, installed):
    told = values(checked)
    path = installed.folder / LEDGER
    assert told["verdict"] == "pass" and told["events"] > 20 and told["told"][0] == "verdict"
    assert (told["shot"], Path(str(told["ledger"]))) == ("sc010/sh020", path)
    with closing(sqlite3.connect(path)) as book:
        rows = book.execute("SELECT shot, character, line, verdict, version FROM checks").fetchall()
    assert (installed.folder / PLOT).is_file()
    assert rows == [("sc010/sh020", "Face", "said", "pass", 1)]


def test_the_installed_extension_takes_phones_from_a_file_or_from_allosaurus(eared):
    told = values(eared)
    assert str(told["given"]).endswith("English, phones of eared.ctm).") and "gap" in str(told["remarks"])
    assert told["absent"][0] is False and "uni2005.tar.gz" in told["absent"][1]
    assert told["present"][0] is True and str(told["heard"]).endswith("heard by allosaurus-uni2005).")
    assert told["torch"] is False
    assert "is not whole: of model.pt: it is cut off" in str(told["cut"])
    assert "Policy violation" not in eared


def test_the_installed_extension_lets_a_face_speak(used):
    told = values(used)
    assert str(told["made"]).startswith("Face: ") and told["jaw"] > 5
    assert "bl_ext" in str(told["file"]) or "extensions" in str(told["file"])


def test_the_artists_limit_of_doubt_is_a_preference_of_the_extension(used):
    told = values(used)
    assert told["doubt"] == told["limit"] == 0.75


def test_an_own_profile_is_kept_in_the_extensions_folder_of_the_user_and_found_again(used):
    told = values(used)
    assert re.search(r"extensions.\.user.user_default.lockstep.rigs$", str(told["own"]))
    assert told["rig"] == "my_rig"


def test_blender_warns_of_nothing(used, read, checked):
    said = "\n".join((used, *read.values(), checked))
    assert "Policy violation" not in said
    told = [json.loads(line)["notes"] for line in said.splitlines() if line.startswith('{"notes"')]
    own = [note for notes in told for note in notes.splitlines()]  # what the sync itself has to say of the sound
    warned = [line for line in said.splitlines() if "warning" in line.lower() and "system.path" not in line]
    assert len(told) == 7 and not [line for line in warned if not any(note in line for note in own)]


def test_the_zip_holds_what_it_needs_and_nothing_else(package):
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
    for name in (*build.NEEDED, *(f"engine/{data}.toml" for data in DATA)):
        assert name in names
    tops = {name.split("/")[0] for name in names}
    needed = {"__init__.py", "LICENSE", "README.md", "addon", "blender_manifest.toml", "engine", "rigs"}
    assert tops == needed | ({"wheels"} if HERE != wheels.ANY else set())
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert package.stat().st_size <= 18_000_000


@pytest.mark.parametrize("system", wheels.WHEELS)
def test_each_system_has_a_wheel_that_blender_takes_for_its_own(system, tmp_path):
    wheel = wheels.WHEELS[system]
    text = build.manifest_for(system, (ROOT / build.MANIFEST).read_text(encoding="utf-8"), wheel.name)
    manifest = tomllib.loads(text)
    assert manifest["platforms"] == [system] and manifest["wheels"] == [f"./wheels/{wheel.name}"]
    assert {**build.read_manifest(), "platforms": [system], "wheels": manifest["wheels"]} == manifest
    tool = build.find_tool()
    if tool is not None:
        spec = importlib.util.spec_from_file_location("blender_ext", tool)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.blender_platform_compatible_with_wheel_platform_from_filepath(system, wheel.name)


def test_the_zip_of_this_system_holds_exactly_the_pinned_wheel(package):
    if HERE == wheels.ANY:
        pytest.skip("espeak-ng has no wheel for this system")
    wheel = wheels.WHEELS[HERE]
    with zipfile.ZipFile(package) as archive:
        assert hashlib.sha256(archive.read(f"wheels/{wheel.name}")).hexdigest() == wheel.sha256
        assert tomllib.loads(archive.read("blender_manifest.toml").decode())["platforms"] == [HERE]


def test_a_wheel_that_was_changed_on_its_way_is_refused(tmp_path, monkeypatch):
    def download(wheel, folder):
        (folder / wheel.name).write_bytes(b"something else")

    monkeypatch.setattr(wheels, "_download", download)
    with pytest.raises(wheels.SetupError, match="another wheel"):
        wheels.fetch("linux-x64", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_binary_does_not_pass(package, tmp_path):
    odd = tmp_path / "odd.zip"
    odd.write_bytes(package.read_bytes())
    with zipfile.ZipFile(odd, "a") as archive:
        archive.writestr("wheels/other-1.0-py3-none-any.whl", b"")
    with pytest.raises(build.BuildError, match="other"):
        build.check(odd)


def test_the_plain_build_packs_exactly_the_same_files(package, tmp_path):
    plain = build.build(tmp_path / "plain.zip", plain=True, platform=HERE)
    with zipfile.ZipFile(package) as one, zipfile.ZipFile(plain) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
        assert all(one.read(name) == other.read(name) for name in one.namelist())


def test_the_plain_build_gives_the_same_bytes_each_time(tmp_path):
    made = [build.build(tmp_path / f"{name}.zip", plain=True, platform=HERE).read_bytes() for name in "ab"]
    assert made[0] == made[1]


def test_a_zip_without_the_engine_is_refused(package, tmp_path):
    poor = tmp_path / "poor.zip"
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(poor, "w") as archive:
        for name in whole.namelist():
            if not name.startswith("engine/"):
                archive.writestr(name, whole.read(name))
    with pytest.raises(build.BuildError, match=r"engine/listen\.py"):
        build.check(poor)


def test_the_manifest_is_short_enough_for_blender():
    manifest = build.read_manifest()
    assert manifest["id"] == "lockstep"
    assert "wheels" not in manifest and "platforms" not in manifest
    assert set(manifest["permissions"]) == {"files", "clipboard"}
    assert len(str(manifest["tagline"])) <= 64
