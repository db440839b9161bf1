"""Let `lockstep listen` hear a microphone that is none: a recording is played, and what comes of it is measured.

Slow, Linux only, and not part of scripts/test.py:

    python3 scripts/live/virtual_microphone.py AUDIO.wav [--language CODE] [--seconds 20]

It needs PulseAudio (pulseaudio, pulseaudio-utils), ALSA's way to it (libasound2-plugins) and PortAudio
(libportaudio2), all of which Debian and Ubuntu have, and a Python with sounddevice, soundfile and NumPy. A sound server
of its own is started and ended again, nothing of the user's is touched. AUDIO is played into a sink that nobody hears;
the sink's monitor is the microphone. A second listener (`parec`) tells when each sample was there: from then on the
delay is counted until the line that speaks of it is read.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

import numpy as np  # noqa: E402
from sound_server import PROGRAMS, SINK, sound_server  # noqa: E402

from engine.languages import CHANNELS  # noqa: E402
from engine.live.moment import HOP  # noqa: E402
from engine.sound.source import FileSource  # noqa: E402

RATE = 16000
WITNESS = ("parec", f"--device={SINK}.monitor", "--raw", "--format=s16le", "--channels=1", f"--rate={RATE}")
WARMING = 3.0  # seconds: a monitor needs some to wake up
SHOWN = ("jaw", "pucker", "seal")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Let 'lockstep listen' hear a played recording, and measure it.")
    parser.add_argument("audio", type=Path, metavar="AUDIO.wav")
    parser.add_argument("--language", default="und", metavar="CODE")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args(arguments)
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        print(f"{', '.join(missing)} not found; apt-get install pulseaudio pulseaudio-utils libasound2-plugins.")
        return 1
    with tempfile.TemporaryDirectory() as folder, sound_server(Path(folder)) as environment:
        lines, heard = _hear(options, environment, Path(folder))
        fed = _fed(options, environment)
        _tell(lines, heard, fed, options)
    return 0


def _hear(
    options: argparse.Namespace, environment: dict[str, str], folder: Path
) -> tuple[list[tuple[float, dict[str, Any]]], list[tuple[float, bytes]]]:
    """What the listener said and what the witness got, each with the time when it was there."""
    listen = [sys.executable, "-m", "engine", "listen", "--stdout", "--language", options.language]
    listener = _start([*listen, "--record", str(folder / "recordings")], environment, CHECKOUT)
    witness = _start([*WITNESS, "--latency-msec=5"], environment)
    begun = time.monotonic()
    player: subprocess.Popen[bytes] | None = None
    arrived: dict[str, list[tuple[float, bytes]]] = {"listener": [], "witness": []}
    with selectors.DefaultSelector() as selector:
        for name, process in (("listener", listener), ("witness", witness)):
            assert process.stdout is not None
            selector.register(process.stdout, selectors.EVENT_READ, name)
        while (passed := time.monotonic() - begun) < WARMING + options.seconds:
            if player is None and passed > WARMING:
                player = _start(["paplay", f"--device={SINK}", str(options.audio.resolve())], environment)
            for key, _events in selector.select(0.1):
                arrived[key.data].append((time.monotonic(), os.read(key.fd, 65536)))
    listener.send_signal(signal.SIGINT)
    rest, _ = listener.communicate()
    arrived["listener"].append((time.monotonic(), rest))
    for process in filter(None, (witness, player)):
        process.terminate()
        process.communicate()
    return _lines(arrived["listener"]), arrived["witness"]


def _start(command: Sequence[str], environment: dict[str, str], folder: Path | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, bufsize=0)


def _lines(arrived: Sequence[tuple[float, bytes]]) -> list[tuple[float, dict[str, Any]]]:
    """Each line, and when its end was there."""
    rest, lines = b"", []
    for when, data in arrived:
        *whole, rest = (rest + data).split(b"\n")
        lines += [(when, json.loads(line)) for line in whole]
    return lines


def _fed(options: argparse.Namespace, environment: dict[str, str]) -> np.ndarray:
    """The mouth of the same recording where it is fed as a file, [moments, channels]."""
    listen = [sys.executable, "-m", "engine", "listen", str(options.audio.resolve()), "--stdout", "--speed", "0"]
    done = subprocess.run(
        [*listen, "--language", options.language], env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return np.array([one["values"] for one in told if one["say"] == "moment"])


def _tell(
    lines: list[tuple[float, dict[str, Any]]],
    heard: list[tuple[float, bytes]],
    fed: np.ndarray,
    options: argparse.Namespace,
) -> None:
    begin, end = lines[0][1], lines[-1][1]
    moments = [(when, one) for when, one in lines if one["say"] == "moment"]
    recorded = _samples(Path(end["recording"]))
    witnessed = np.frombuffer(b"".join(data for _when, data in heard), "<i2") / 32768.0
    played = _samples(options.audio)
    # Sample k of the witness was there at base + k / RATE: the chunk that came soonest says so.
    counts = np.cumsum([len(data) // 2 for _when, data in heard])
    base = min(when - count / RATE for (when, _data), count in zip(heard, counts, strict=True))
    offset, likeness = _shift(recorded, witnessed)
    start = base - offset / RATE
    delays = 1000.0 * np.array([when - start - one["time"] for when, one in moments[:-20]])
    print(f"Heard '{begin['sound']}' for {end['duration']:.1f} s in {len(moments)} moments: {end['reason']}")
    print(f"The recording is what a second listener heard (r = {likeness:.4f}).")
    quantiles = ", ".join(f"{share} % within {np.percentile(delays, share):.0f} ms" for share in (50, 95, 100))
    print(f"From a sound to the line that speaks of it: {quantiles}; 'begin' says {1000.0 * begin['delay']:.0f} ms.")
    shift, likeness = _shift(recorded, played)
    rows = -round(shift / RATE / HOP)  # the row of the recording where the file began
    mouth = np.array([one["values"] for _when, one in moments])[rows : rows + len(fed)]
    count = min(len(mouth), len(fed))
    print(f"The file begins {-shift / RATE:.2f} s after the recording (r = {likeness:.4f}); its mouth beside that of")
    print("the same file when it is fed: " + ", ".join(_likeness(mouth[:count], fed[:count], name) for name in SHOWN))


def _likeness(mouth: np.ndarray, fed: np.ndarray, name: str) -> str:
    channel = CHANNELS.index(name)
    pair = mouth[:, channel], fed[:, channel]
    return f"{name} r = {np.corrcoef(*pair)[0, 1]:.3f}" if all(one.std() > 0.0 for one in pair) else f"{name} at rest"


def _samples(path: Path) -> np.ndarray:
    return np.concatenate(list(FileSource(path).blocks(RATE)))


def _shift(sound: np.ndarray, other: np.ndarray) -> tuple[int, float]:
    """By how many samples `sound` must be moved to lie on `other`, and how alike they are then (Pearson)."""
    size = 1 << (len(sound) + len(other)).bit_length()
    across = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(sound, size)), size)
    shift = int(np.argmax(across))
    shift -= size if shift > size // 2 else 0
    first, second = sound[max(0, -shift) :], other[max(0, shift) :]
    count = min(len(first), len(second))
    return shift, float(np.corrcoef(first[:count], second[:count])[0, 1])


if __name__ == "__main__":
    raise SystemExit(main())
