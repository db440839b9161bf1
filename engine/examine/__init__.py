"""Examining: a sound, and a face as it is seen, in; how they stand to each other, and what to do about it, out.

found = drain(examine(source, seen, binding, Asked(language)))
print("\\n".join(line.text for line in told(found)))
"""

from .examination import Asked, Examination, as_json
from .examining import examine
from .telling import Line, told

__all__ = ["Asked", "Examination", "Line", "as_json", "examine", "told"]
