"""`lockstep analyze`: hear a sound and write its take."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import targets
from .terminal import remark, shown

if TYPE_CHECKING:
    from ..ears import Ear
    from ..take import Correction, Take

SUFFIX = ".take.json"
MOST_NAMED = 8  # doubtful stretches named in a line


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("audio", metavar="AUDIO", type=Path, help="wav, flac, ogg or mp3, 0.1 s to an hour")
    parser.add_argument("-o", "--output", metavar="OUT.take.json", type=Path, help=f"default: AUDIO's name + {SUFFIX}")
    add_words(parser)
    parser.add_argument(
        "--correct",
        metavar="START-END=SAID",
        action="append",
        default=[],
        help="what is said between two seconds, as 1.20-1.45=/bæt/ or 1.20-1.45=bat; may be given several times",
    )
    parser.add_argument("--pass", dest="quality", choices=("quick", "refined"), default="refined")
    _add_ears(parser)
    parser.set_defaults(run=_run)


def _add_ears(parser: argparse.ArgumentParser) -> None:
    """Who listens, and phones for and from other programs."""
    from ..ears import NAMES

    ear = parser.add_mutually_exclusive_group()
    ear.add_argument(
        "--phones",
        metavar="FILE",
        type=Path,
        help="timed phones from elsewhere in place of listening: a TextGrid, CTM, Rhubarb's JSON or TSV, viseme events "
        "of Azure or Polly, another take",
    )
    ear.add_argument(
        "--recognizer",
        metavar="NAME",
        default=NAMES[0],
        help=f"who listens: {', '.join(NAMES)}, or module:Class for one of your own; default: {NAMES[0]}",
    )
    parser.add_argument(
        "--allosaurus-model",
        metavar="FOLDER",
        type=Path,
        help="the folder of Allosaurus' model, such as uni2005, for --recognizer allosaurus; default: its package's",
    )
    parser.add_argument(
        "--inventory",
        metavar="CODE",
        default="",
        help="the list of Allosaurus' model whose sounds it listens for (ISO 639-3, such as kat), for --recognizer "
        "allosaurus; default: that of --language",
    )
    parser.add_argument(
        "--save-phones",
        metavar="FILE",
        type=Path,
        help="write the phones for other programs as well, in the form that the name ends with: .TextGrid, .ctm, "
        ".rhubarb.json or .tsv (Rhubarb), .azure.json, .polly.json or .marks (Polly), .take.json",
    )


def add_words(parser: argparse.ArgumentParser, of: str = "", text_of: str = "") -> None:
    """The language and the text of a sound; `of` and `text_of` say of which."""
    parser.add_argument(
        "--language",
        metavar="CODE",
        default="auto",
        help=f"see 'lockstep languages'{of}; default: auto, which finds it",
    )
    text = parser.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="STR", help=f"what is said{text_of}: it makes the reading exact")
    text.add_argument("--text-file", metavar="F", type=Path, help=f"a UTF-8 file with what is said{text_of}")


def hear(
    audio: Path,
    language: str,
    text: str | None,
    refined: bool,
    corrections: Sequence[Correction] = (),
    ear: Ear | None = None,
) -> Take:
    """The take of a sound, remarks on standard error; `ear` listens, else our own. Raises what `listen` raises."""
    from ..languages import load
    from ..listen import listen
    from ..sound.source import FileSource

    spoken = None if language == "auto" else load(language)
    source = FileSource(audio)
    return shown(
        listen(
            source,
            language=spoken,
            refined=refined,
            transcript=text,
            corrections=corrections,
            recognizer=ear,
            remark=remark,
        )
    )


def text_of(options: argparse.Namespace) -> str | None:
    """What is said, where the options tell it. Raises what `read_text` raises."""
    from ..files import read_text

    text: str | None = options.text
    return text if options.text_file is None else read_text(options.text_file)


def summary(take: Take) -> str:
    """One line on a take: how much was heard, in which language, where it is doubtful, and phrases that fell back."""
    from ..doubt import doubtful
    from ..fallback import stages

    found = "" if take.identified is None else f", found, {take.identified:.0%} sure"
    line = f"{len(take.phones)} phones in {take.audio.duration:.2f} s ({take.language}{found})"
    places = [f"{stretch.start:.2f}-{stretch.end:.2f}" for stretch in doubtful(take.phones)]
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    doubt = f"; doubtful: {', '.join(places[:MOST_NAMED])} s{more}" if places else ""
    fallen = stages(take.phrases)
    return f"{line}{doubt}{f'; {fallen}' if fallen else ''}."


def _ear(options: argparse.Namespace) -> Ear:
    """Who listens. Raises what `ear_named` and `open_ear` raise."""
    from ..ears import ear_named
    from ..ears.allosaurus import open_ear
    from ..ears.files import FileEar
    from ..errors import UsageError

    if options.recognizer == "allosaurus":
        return open_ear(options.allosaurus_model, remark=remark, inventory=options.inventory)
    if options.allosaurus_model is not None or options.inventory:
        raise UsageError("Something of Allosaurus' was given for another ear; add --recognizer allosaurus.")
    return ear_named(options.recognizer, remark) if options.phones is None else FileEar(options.phones, remark)


def _run(options: argparse.Namespace) -> None:
    from ..correction import parse
    from ..ears.files import check_ending, write_phones
    from ..languages import load
    from ..take import write_take

    if options.language != "auto":
        load(options.language)
    text = text_of(options)
    corrections = tuple(map(parse, options.correct))
    output = options.output or options.audio.with_name(options.audio.name + SUFFIX)
    more = [] if options.save_phones is None else [options.save_phones]
    for path in more:
        check_ending(path)
    targets.check_all([output, *more], options.audio, *([] if options.phones is None else [options.phones]))
    take = hear(options.audio, options.language, text, options.quality == "refined", corrections, _ear(options))
    write_take(take, output)
    for path in more:
        write_phones(take, path)
    print(f"{output}: {summary(take)}")
