"""Measure the house: seconds for a minute of speech at each stage, memory, keys a second, and the time to import.

    python3 scripts/bench.py [--audio FILE [--text FILE]] [--language CODE] [--rig NAME] [--no-blender] [--hour]

Without `--audio` a minute is spoken by espeak-ng. The stages are measured inside one process, then the `lockstep`
command from outside, start-up and all: refined, quick, with the transcript; `--hour` adds an hour with its transcript.
Then another voice under five hundred edits: found, matched (a minute, an hour), placed, performed, laid; a minute
checked against its face, and a ledger of ten thousand checks; a minute listened to live, and by Allosaurus. The
sizes of the recognizer's data and of the built zips close the report. All is measured on one core, and the targets are
shown beside what was found. The processor's seconds are those of an idle machine, whatever else runs; nothing fails
where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import bench_allosaurus
import bench_check
import bench_live
import bench_swap
import bench_whole
from environment import CHECKOUT, SetupError, ensure, known
from headless import load_extension
from libraries import check_bpy
from pins import ESPEAK, NUMPY, SOUNDFILE, blender_packages, second_ear_packages

BLENDER = "5.0"
ONE_CORE = {
    name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
}
FPS = 24.0
CURVES = "curves.json"
LOADING = "load the recognizer"
TOTAL, IMPORT = 2.0, 0.15  # targets: seconds a minute of speech, seconds beyond NumPy
TEXT = (
    "Before the harbour froze, five small boats brought maps, pepper and warm beer from beyond the bay.",
    "My brother proposed a very simple plan: keep the lamps low, whisper, and move when the fog moves.",
    "Nobody believed him, but by half past four we were over the bar and the village was far behind.",
    "You should have heard the women laugh when we came home with nothing but a box of wet fireworks.",
)
REPEATS = 3  # the least of so many runs counts

Result = TypeVar("Result")
Seconds = tuple[float, float]  # of the processor, by the clock


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure speed and memory on one core.")
    parser.add_argument("--audio", type=Path, metavar="FILE", help="a recording; default: a spoken minute")
    parser.add_argument("--language", default="en", metavar="CODE")
    parser.add_argument("--rig", default="arkit", metavar="NAME")
    parser.add_argument("--no-blender", action="store_true", help="leave out the writing of keys in Blender")
    parser.add_argument("--text", type=Path, metavar="FILE", help="what the recording says")
    parser.add_argument("--hour", action="store_true", help="hear the sound sixty times over with its transcript, too")
    parser.add_argument("--inside", choices=tuple(INSIDE), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        sys.path.insert(0, str(CHECKOUT))
        print(json.dumps(INSIDE[options.inside](options)))
        return 0
    try:
        _measure_all(options)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _measure_all(options: argparse.Namespace) -> None:
    python = ensure("bench", (NUMPY, SOUNDFILE, ESPEAK))
    with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as folder:
        if options.audio is None:
            options.audio = Path(folder) / "minute.wav"
            _inside(python, "speak", options, folder)
        engine = _inside(python, "engine", options, folder)
        imports = min(_inside(python, "import", options, folder)["seconds"] for _ in range(5))
        blender = None if options.no_blender else _inside(_blender_python(), "blender", options, folder)
        _print(options, engine, imports, blender)
        for line in bench_swap.rows(_inside(python, "swap", options, folder)):
            print(line, flush=True)
        for line in bench_check.rows(_inside(python, "check", options, folder)):
            print(line, flush=True)
        for line in bench_live.rows(_inside(python, "live", options, folder)):
            print(line, flush=True)
        second = known("allosaurus", second_ear_packages()) or python
        for line in bench_allosaurus.rows(_inside(second, "allosaurus", options, folder)):
            print(line, flush=True)
        for line in _whole(python, options, Path(folder)):
            print(line, flush=True)


def _whole(python: Path, options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Lines of report on whole processes, and on sizes."""
    environment = dict(os.environ, PYTHONUTF8="1", **ONE_CORE)
    audio = folder / "whole.wav"
    _as_wave(python, options.audio, audio)
    spoken = options.audio.with_suffix(".txt")
    text = options.text or (spoken if spoken.is_file() else None)
    yield from bench_whole.rows(python, audio, text, options.language, environment)
    if options.hour and text is not None:
        yield from bench_whole.hour(python, audio, text, options.language, environment)
    yield from bench_whole.sizes()


def _as_wave(python: Path, audio: Path, target: Path) -> None:
    """Copy a recording as 16-bit WAV, whatever form it has."""
    code = (
        "import sys, soundfile as s; d, r = s.read(sys.argv[1], always_2d=True); s.write(sys.argv[2], d, r, 'PCM_16')"
    )
    if subprocess.run([str(python), "-c", code, str(audio), str(target)], check=False).returncode != 0:
        raise SetupError(f"'{audio}' cannot be read; give a wav, flac, ogg or mp3 file.")


def _blender_python() -> Path:
    python = ensure(f"bpy-{BLENDER}", blender_packages(BLENDER))
    check_bpy(python)
    return python


def _inside(python: Path, what: str, options: argparse.Namespace, folder: str) -> dict[str, Any]:
    """Run one part of this script in an environment, on one core, and give what it found."""
    arguments = ["--inside", what, "--folder", folder, "--audio", str(options.audio)]
    arguments += ["--language", options.language, "--rig", options.rig]
    done = subprocess.run(
        [str(python), str(Path(__file__)), *arguments],
        env=dict(os.environ, PYTHONUTF8="1", **ONE_CORE),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(f"Measuring '{what}' failed; what went wrong is written above.")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _least(work: Callable[[], Result], repeats: int = REPEATS) -> tuple[Seconds, Result]:
    """Give the least seconds of some runs of `work`, of the processor and by the clock, and its result."""
    spent, passed = [], []
    for _ in range(repeats):
        begun, clock = time.process_time(), time.perf_counter()
        result = work()
        spent.append(time.process_time() - begun)
        passed.append(time.perf_counter() - clock)
    return (min(spent), min(passed)), result


def _without(whole: Seconds, *parts: Seconds) -> Seconds:
    """Give what is left of `whole`."""
    spent, passed = (max(0.0, total - sum(each)) for total, *each in zip(whole, *parts, strict=True))
    return spent, passed


def _speak(options: argparse.Namespace) -> dict[str, Any]:
    """Speak a minute of English into the audio file, as many whole lines as fit, and write them beside it."""
    import wave

    from speak import speak

    said, sound, line = [], b"", options.audio.with_name("line.wav")
    for text in TEXT * 4:
        speak("en-us", line, text)
        with wave.open(str(line), "rb") as file:
            form, frames = file.getparams(), file.readframes(file.getnframes())
        size = 60 * form.framerate * form.sampwidth
        if len(sound) + len(frames) > size:
            break
        said.append(text)
        sound += frames
    with wave.open(str(options.audio), "wb") as file:
        file.setparams(form)
        file.writeframes(sound.ljust(size, b"\0"))
    options.audio.with_suffix(".txt").write_text("\n".join(said), encoding="utf-8")
    return {}


def _import(options: argparse.Namespace) -> dict[str, Any]:
    import numpy  # noqa: F401

    begun = time.process_time()
    import engine.listen
    import engine.perform  # noqa: F401

    return {"seconds": time.process_time() - begun}


def _engine(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of each stage from sound to keys, the peak of memory, and the keys made."""
    import numpy as np

    from engine.cli import rigs_folder
    from engine.languages import load
    from engine.listen import listen
    from engine.mouth import Controls, shape_curves
    from engine.perform import perform
    from engine.progress import drain
    from engine.recognizer import Recognizer, decode
    from engine.rig import Grid, KeyInfo, load_profiles
    from engine.sound.measure import join, measure
    from engine.sound.source import FileSource

    language, source = load(options.language), FileSource(options.audio)
    stages: dict[str, Seconds] = {}
    stages[LOADING], ear = _least(Recognizer.load, repeats=1)
    stages["read and resample"], blocks = _least(lambda: list(source.blocks(16000)))
    stages["features, pitch, energy"], heard = _least(lambda: join(measure(iter(blocks))))
    bands = heard.bands.astype(np.float32)
    stages["network"], posteriors = _least(lambda: ear.posteriors(bands))
    stages["decode"], _ = _least(lambda: decode(posteriors, language, True))
    whole, take = _least(lambda: drain(listen(source, language=language, recognizer=ear)))
    stages["prosody, tracks, the rest"] = _without(whole, *list(stages.values())[1:])
    stages["mouth"], _ = _least(lambda: shape_curves(take, language, Controls()))
    profile = next(profile for profile in load_profiles(rigs_folder()) if profile.name == options.rig)
    keys = [KeyInfo(row.key, 0.0, 1.0, 0.0) for row in profile.rows]
    grid = Grid(FPS, 0.0, "frames", 1)
    whole, curves = _least(lambda: drain(perform(take, language, profile, keys, Controls(), grid)))
    stages["rig and keys"] = _without(whole, stages["mouth"])
    _save(curves, options.folder / CURVES)
    return {
        "stages": stages,
        "seconds": take.audio.duration,
        "phones": len(take.phones),
        "keys": sum(len(curve.times) for curve in curves),
        "curves": len(curves),
        "memory": _peak_memory(lambda: drain(listen(source, language=language))),
    }


def _swap(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds and sizes of a swap of voices."""
    from engine.languages import load
    from engine.listen import listen
    from engine.progress import drain
    from engine.sound.source import FileSource

    return bench_swap.measure(drain(listen(FileSource(options.audio), language=load(options.language))))


def _check(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of a check of a minute, and of the ledger."""
    return bench_check.measure(options.audio, options.language, options.rig, options.folder)


def _live(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds, delay and memory of listening live."""
    return bench_live.measure(options.audio, options.language)


def _allosaurus(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of the second ear."""
    return bench_allosaurus.measure(options.audio)


def _save(curves: Any, path: Path) -> None:
    """Keep the curves for the part that runs in Blender, times in seconds."""
    saved = [
        {
            "name": curve.name,
            "times": [float(time) for time in curve.times],
            "values": [float(value) for value in curve.values],
            "slopes": [float(slope) for slope in curve.slopes],
        }
        for curve in curves
    ]
    path.write_text(json.dumps(saved), encoding="utf-8")


def _blender(options: argparse.Namespace) -> dict[str, Any]:
    """Seconds to write the keys on a mesh in Blender, the way the button writes them."""
    from importlib import import_module

    import bpy

    load_extension().register()
    laying = import_module("lockstep.addon.keys.laying")
    saved = json.loads((options.folder / CURVES).read_text(encoding="utf-8"))
    names = [curve["name"] for curve in saved]
    fresh = iter([_performed(_face(bpy, names), saved) for _ in range(REPEATS)])  # what stands is not written again
    seconds, laid = _least(lambda: laying.lay_line(next(fresh), None, "bench"))
    return {"seconds": seconds, "keys": laid.written.keys}


def _performed(face: Any, saved: list[dict[str, Any]]) -> Any:
    """Give the line of these curves, as the add-on hands it to what writes it."""
    from importlib import import_module

    import numpy as np

    addon, engine = "lockstep.addon", "lockstep.engine"
    rig, strips = import_module(f"{engine}.rig"), import_module(f"{addon}.sound.strips")
    take, placed = import_module(f"{engine}.take"), import_module(f"{engine}.placing.placed")
    character = import_module(f"{addon}.character.scene").Character("bench", face, (face,))
    speaker = import_module(f"{addon}.character.speaker").Speaker(character, None, None, ())
    curves = {
        rig.KeyInfo(one["name"]): rig.KeyCurve(
            one["name"], *(np.array(one[part]) for part in ("times", "values", "slopes")), "BEZIER"
        )
        for one in saved
    }
    length = max(float(curve.times[-1]) for curve in curves.values())
    sound = strips.Placement(1.0, FPS, 0.0, length)
    heard = take.Take(take.Audio("bench.wav", "0" * 64, length, 16000), "en", "bench")
    score = import_module(f"{engine}.score.items").Score()
    performance = import_module(f"{addon}.keys.performed").Performance(
        curves, None, rig.Grid(FPS, 0.0, "frames", 1), ""
    )
    return performance.of(speaker, heard, placed.Placed(score), sound)


def _face(bpy: Any, names: list[str]) -> Any:
    """Give a small mesh that has a shape key for each of `names`."""
    mesh = bpy.data.meshes.new("face")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    face = bpy.data.objects.new("face", mesh)
    bpy.context.scene.collection.objects.link(face)
    for name in ("Basis", *names):
        face.shape_key_add(name=name).value = 0.0
    return face


def _peak_memory(work: Callable[[], object]) -> float:
    """Give the most memory this process has held, in MiB; where the system does not say, what `work` allocates."""
    try:
        import resource
    except ImportError:
        import tracemalloc

        tracemalloc.start()
        work()
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


def _print(options: argparse.Namespace, engine: dict[str, Any], imports: float, blender: dict[str, Any] | None) -> None:
    minutes = engine["seconds"] / 60.0
    print(f"\n{_machine()}; one core")
    spoken = (
        f"{engine['seconds']:.1f} s of sound, {engine['phones']} phones, {engine['keys']} keys on {engine['curves']}"
    )
    print(f"{options.audio.name}: {spoken} curves of '{options.rig}' at {FPS:g} fps\n")
    print(f"{'stage':28} {'processor':>10} {'clock':>10}   s for a minute of sound")
    rows = {name: seconds for name, seconds in engine["stages"].items() if name != LOADING}
    if blender is not None:
        rows["write keys in Blender"] = blender["seconds"]
    for name, seconds in rows.items():
        print(f"{name:28} {seconds[0] / minutes:10.3f} {seconds[1] / minutes:10.3f}")
    spent, passed = (sum(column) / minutes for column in zip(*rows.values(), strict=True))
    print(f"{'sound to keys':28} {spent:10.3f} {passed:10.3f}   {_against(spent, TOTAL)}")
    print(f"{LOADING + ', once':28} {engine['stages'][LOADING][0]:10.3f} {engine['stages'][LOADING][1]:10.3f}")
    print(f"{'import beyond NumPy':28} {imports:10.3f} {'':10}   {_against(imports, IMPORT)}")
    making = engine["stages"]["mouth"][0] + engine["stages"]["rig and keys"][0]
    print(f"{'keys made a second':28} {engine['keys'] / making:10.0f}")
    if blender is not None:
        print(f"{'keys written a second':28} {blender['keys'] / blender['seconds'][0]:10.0f}")
    print(f"{'peak memory, MiB':28} {engine['memory']:10.0f}")


def _against(found: float, target: float) -> str:
    return f"target {target:g} s: {'met' if found <= target else 'MISSED'}"


def _machine() -> str:
    """Give the processor's name, the number of its cores, the system and Python."""
    name = platform.processor() or platform.machine()
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        found = re.search(r"^model name\s*: (.+)$", listing.read_text(encoding="utf-8"), re.MULTILINE)
        name = found[1] if found else name
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


INSIDE: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "speak": _speak,
    "import": _import,
    "engine": _engine,
    "swap": _swap,
    "check": _check,
    "live": _live,
    "allosaurus": _allosaurus,
    "blender": _blender,
}

if __name__ == "__main__":
    sys.exit(main())
