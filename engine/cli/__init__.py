"""The `lockstep` command outside Blender, a file a command.

Exit codes: 0 done, 1 not done (one sentence on standard error), 2 wrong usage.
"""

from .command import main
from .profiles import key_names, rigs_folder

__all__ = ["key_names", "main", "rigs_folder"]
