"""Blender's module ends with the process: what keeps a hold on it would let every script wait forever at its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:]
from headless import load_extension
extension = load_extension()
extension.register()
extension.unregister()
print("registered and gone")
"""


def test_a_script_that_registers_the_extension_and_takes_it_back_ends():
    paths = [str(ROOT / "scripts")]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *paths], cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "registered and gone" in done.stdout
