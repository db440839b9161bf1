"""The project's book of checks: one SQLite file, one row a check, kept over time and compared across shots.

    ledger = Ledger(path)
    kept = ledger.add(entry_of(examination, shot="sc010/sh020", time=stamp()))  # its version is counted there
    failing = ledger.entries(Filters(verdicts=("fail",), latest=True))
    page = report(tuple(ledger.entries()), "My project")

`entry.py` holds a row as a value, `schema.py` its columns.
"""

from .entry import Entry
from .filters import Filters
from .html import report, write_report
from .ledger import Ledger
from .making import entry_of, motion_of, stamp
from .shot import shot_page

__all__ = ["Entry", "Filters", "Ledger", "entry_of", "motion_of", "report", "shot_page", "stamp", "write_report"]
