"""A microphone that is none: a PulseAudio of its own, whose silent sink's monitor is the input that programs find.

Linux only; needs PulseAudio (pulseaudio, pulseaudio-utils), and PortAudio reaches it by ALSA (libasound2-plugins).
Nothing of the user's is touched. What `paplay --device=lockstep FILE` plays in its environment is heard.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec")
SINK = "lockstep"
ASOUND = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"


class SoundServerError(Exception):
    """There is no sound server; the message is one sentence that says what to do."""


@contextmanager
def sound_server(folder: Path) -> Iterator[dict[str, str]]:
    """A sound server with a silent sink, whose monitor is the microphone; gives the environment that leads to it.

    `folder` is an empty one, for what they keep. Raises SoundServerError where the server does not start.
    """
    home, runtime = folder / "home", folder / "runtime"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    (home / ".asoundrc").write_text(ASOUND, encoding="utf-8")
    environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
    environment["PULSE_RUNTIME_PATH"] = str(runtime / "pulse")
    modules = ("module-native-protocol-unix", f"module-null-sink sink_name={SINK} rate=48000")
    asked = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=false", "--disable-shm=true"]
    for module in modules:
        asked += ["-L", module]
    server = subprocess.Popen(asked, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(environment, server)
        yield environment
    finally:
        server.terminate()
        server.wait()


def _wait_for(environment: Mapping[str, str], server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        asked = subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False)
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SoundServerError("PulseAudio does not start here; run 'pulseaudio -n -vvv' to see why.")
