"""The engine's errors: one base, one class for each kind of trouble.

Every message is one sentence that says what was found and what to do, fit to be shown to an artist as it is.

- LockstepError
    - AudioError: a sound that cannot be read, or holds nothing to hear
    - TakeError: a take file that is broken, or newer than this program
    - ScoreError: acting that is broken, or newer than this program
    - TranscriptError: a text that cannot be read aloud
    - LanguageError: a language that is not there, or a table that is wrong
    - RigError: a rig profile that is wrong, or a face that fits none
    - OutputError: a file that cannot be written
    - UsageError: an option that makes no sense
"""


class LockstepError(Exception):
    """Base of all errors that are meant for the user's eyes."""


class AudioError(LockstepError):
    """The sound cannot be read, or there is nothing in it to hear."""


class TakeError(LockstepError):
    """A take is broken, or written by a newer version."""


class ScoreError(LockstepError):
    """The acting of a line (its score) is broken, or written by a newer version."""


class TranscriptError(LockstepError):
    """A transcript that cannot be read aloud, or nothing here that could read it."""


class LanguageError(LockstepError):
    """A language is not there, or its table is wrong."""


class RigError(LockstepError):
    """A rig profile is wrong, or no profile fits the face."""


class OutputError(LockstepError):
    """A file cannot be written where it was asked for."""


class UsageError(LockstepError):
    """An option or a value that makes no sense."""
