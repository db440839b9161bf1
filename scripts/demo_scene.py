"""The demo itself, inside the environment that demo.py makes: speak, build, sync as the button does, render, tell."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
OUT = CHECKOUT / "out"
SIZE_BUDGET, RENDER_BUDGET = 60.0, 100.0  # seconds: what the size is chosen for, and when frames begin to be held
AFTER = 0.25  # seconds of rest shown after the sound
COLUMNS, ROWS = 6, 3
ENGINES = {"workbench": "BLENDER_WORKBENCH", "eevee": "EEVEE", "cycles": "CYCLES"}
SAMPLES = {"workbench": 1, "eevee": 4, "cycles": 8}


class Stages:
    """What is being done, and how long each stage took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        print(f"{name} ...", flush=True)
        begun = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    """Make out/demo.mp4 and out/demo.png; gives the exit code."""
    asked = parser().parse_args(arguments)
    stages = Stages()
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lockstep-demo-", ignore_cleanup_errors=True) as folder:
        try:
            _show(asked, stages, Path(folder))
        except Failure as failure:
            print(f"\n{failure}", file=sys.stderr)
            return 1
    return 0


class Failure(Exception):
    """The demo cannot go on; the message is one sentence that says why and what to do."""


def parser() -> argparse.ArgumentParser:
    """The options, shared with demo.py."""
    made = argparse.ArgumentParser("demo.py", description="A sound goes in, a speaking face comes out.")
    made.add_argument("--audio", metavar="FILE", type=Path, help="a recording to speak instead of espeak-ng's line")
    made.add_argument("--text", metavar="STR", help="what the recording says, or a line for espeak-ng to say")
    made.add_argument("--language", metavar="CODE", default="en", help="its language (default: en)")
    made.add_argument("--rig", metavar="NAME", default="arkit", help="naming scheme of the head (default: arkit)")
    made.add_argument("--head", metavar="FILE.npz", type=Path, help="another head to show the line on: the ICT head")
    made.add_argument("--engine", choices=tuple(ENGINES), help="default: workbench where OpenGL works, else cycles")
    made.add_argument("--name", default="demo", help="name of the files in out/ (default: demo)")
    made.add_argument("--fps", type=float, default=24.0, help="frames a second (default: 24)")
    made.add_argument("--stills", action="store_true", help="only the contact sheet, no movie")
    return made


def _show(asked: argparse.Namespace, stages: Stages, folder: Path) -> None:
    sound, text = asked.audio or OUT / f"{asked.name}.wav", asked.text or ""
    if asked.audio is None:
        with stages("speaking the line"):
            text = _speak(asked, sound)
    with stages("building the head"):
        scene, face = _stage(asked)
    with stages("hearing and keying, as the button does"):
        take, report = _sync(asked, scene, face, sound, text)
    engine = asked.engine
    if engine is None:
        with stages("trying OpenGL"):
            import graphics

            engine = "workbench" if graphics.usable() else "cycles"
        print(f"  rendering with {engine}")
    with stages("rendering"):
        pictures = _render(asked, scene, engine, take, folder)
    with stages("writing movie and sheet"):
        _write(asked, take, sound, pictures)
    _tell(asked, take, report, stages)


def _speak(asked: argparse.Namespace, path: Path) -> str:
    """Let espeak-ng speak the line into a file; gives the line."""
    from demo_lines import LINES

    voice, line = LINES.get(asked.language, ("", ""))
    text = asked.text or line
    if not text or not voice:
        raise Failure(
            f"There is no line for '{asked.language}'; give one with --text and a language of {', '.join(LINES)}."
        )
    print(f"  {text}")
    program = [sys.executable, str(Path(__file__).with_name("speak.py")), voice, str(path), text]
    done = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        raise Failure(" ".join(done.stderr.split())[-300:] or "espeak-ng's library ended unexpectedly; give --audio.")
    return text


def _stage(asked: argparse.Namespace) -> tuple[Any, Any]:
    """A studio with the head in it: (scene, face)."""
    import bpy
    import render

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    fps = asked.fps
    scene.render.fps = max(1, round(fps + 0.49))
    scene.render.fps_base = scene.render.fps / fps
    render.light(scene)
    lens = render.camera(scene)
    render.aim(lens, 0.20, 0.54, -0.018)
    if asked.head is not None:
        from head.ict import build_ict

        return scene, build_ict(asked.head)["face"]
    from head.build import build_head

    try:
        return scene, build_head(asked.rig)["head"]
    except ValueError as error:
        raise Failure(str(error)) from error


def _sync(asked: argparse.Namespace, scene: Any, face: Any, sound: Path, text: str) -> tuple[Any, Any]:
    """The button's own work: the take that was heard, and the report."""
    from headless import load_extension

    load_extension().register()
    from lockstep.addon.lines import job, request
    from lockstep.engine.errors import LockstepError
    from lockstep.engine.progress import drain

    try:
        who = (scene.name, (face.name, None), sound.resolve())
        wanted = request.Request(*who, frame=1, language=asked.language, text=text)
        report = drain(job.sync(wanted))
    except LockstepError as error:
        raise Failure(str(error)) from error
    print(f"  {report.line}")
    return report.take, report


def _render(asked: argparse.Namespace, scene: Any, engine: str, take: Any, folder: Path) -> dict[int, Path]:
    """The pictures by frame: those of the sheet, and of the movie as many as the time allows."""
    import render

    samples = 16 if asked.head is not None else SAMPLES[engine]
    render.engine(scene, ENGINES[engine], samples)
    last = 1 + round((take.audio.duration + AFTER) * asked.fps)
    shown = {min(_frame(asked, phone), last) for phone in _chosen(take)} or set(range(1, last + 1, 1 + last // 12))
    count, budget = (len(shown), 0.0) if asked.stills else (last, RENDER_BUDGET)
    size = render.fit(scene, count, SIZE_BUDGET, folder)
    print(f"  {size} x {size} pixels, up to {count} frames")
    begun, pictures = time.perf_counter(), {}
    for pictures in render.frames(scene, shown, last, budget, folder):
        if len(pictures) % 12 == 0:
            print(f"  {len(pictures)} of {count}, {time.perf_counter() - begun:.0f} s", flush=True)
    if len(pictures) < count:
        print(f"  {len(pictures)} pictures for {count} frames: some are held")
    return pictures


def _frame(asked: argparse.Namespace, phone: Any) -> int:
    """The whole frame at the heart of a phone."""
    return 1 + round((phone.start + phone.end) / 2 * asked.fps)


def _chosen(take: Any) -> list[Any]:
    """Up to COLUMNS * ROWS phones, evenly from all."""
    phones, wanted = take.phones, COLUMNS * ROWS
    if len(phones) <= wanted:
        return list(phones)
    return [phones[round(i * (len(phones) - 1) / (wanted - 1))] for i in range(wanted)]


def _write(asked: argparse.Namespace, take: Any, sound: Path, pictures: dict[int, Path]) -> None:
    import bpy
    import contact_sheet
    import numpy as np
    import render

    numbers = sorted(pictures)
    middles = [(phone.start + phone.end) / 2 for phone in _chosen(take)]
    cells = [
        (pictures[min(_frame(asked, phone), numbers[-1])], phone.ipa, f"{middle:.2f} s")
        for phone, middle in zip(_chosen(take), middles, strict=True)
    ]
    if not cells:
        cells = [(pictures[number], "", "") for number in numbers[:: max(1, len(numbers) // 12)]]
    fonts = Path(bpy.utils.system_resource("DATAFILES", path="fonts"))
    contact_sheet.draw(
        OUT / f"{asked.name}.png", cells, COLUMNS, [fonts / "Inter.woff2", fonts / "DejaVuSansMono.woff2"]
    )
    if not asked.stills:
        last = 1 + round((take.audio.duration + AFTER) * asked.fps)
        held = np.searchsorted(numbers, np.arange(1, last + 1), side="right") - 1
        movie = [pictures[numbers[index]] for index in held]
        render.movie(movie, sound.resolve(), OUT / f"{asked.name}.mp4", asked.fps)


def _tell(asked: argparse.Namespace, take: Any, report: Any, stages: Stages) -> None:
    if take.words:
        print("\nwords, with their seconds:")
        print("  " + " ".join(f"{word.text or '...'} {word.start:.2f}" for word in take.words))
    print("\nphones, with their seconds:")
    print("  " + " ".join(f"{phone.ipa} {phone.start:.2f}" for phone in take.phones))
    print(f"keys: {report.keys} on {report.curves} shape keys of {', '.join(report.meshes)}")
    for note in report.notes:
        print(f"note: {note}")
    print("seconds:")
    for name, seconds in stages.seconds.items():
        inside = ", ".join(f"{stage} {spent:.2f}" for stage, spent in report.seconds.items())
        print(f"  {seconds:6.1f}  {name}{f' ({inside})' if name.startswith('hearing') else ''}")
    made = [f"out/{asked.name}.png", *([] if asked.stills else [f"out/{asked.name}.mp4"])]
    print(f"made: {', '.join(made)}")


def hush(log: Path) -> None:
    """Send what Blender's own code prints to `log`, so that the demo's lines can be read."""
    log.parent.mkdir(parents=True, exist_ok=True)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for number, name in ((1, "stdout"), (2, "stderr")):
        getattr(sys, name).flush()
        kept = os.fdopen(os.dup(number), "w", encoding="utf-8", errors="replace", buffering=1)
        os.dup2(target, number)
        setattr(sys, name, kept)
    os.close(target)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    LOG = CHECKOUT / ".cache" / "logs" / "demo.txt"
    hush(LOG)
    CODE = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(CODE)  # the module of Blender 4.5 may hang at exit after a render
