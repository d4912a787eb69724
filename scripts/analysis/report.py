"""Writes a report of histories into a folder: `python -m analysis.report -o FOLDER HISTORY...`.

index.html holds everything; report.pdf the same on pages; N-NAME.csv what is behind a figure of the N-th history, and
compare-NAME.csv of all of them. The folder appears whole or not at all; an earlier report gives way to the new one.
Exit code 2 and one line for what the user can mend.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from .comparison import comparison
from .history import HistoryError, plain, read
from .pages import write_html, write_pdf
from .sections import Section, sections

MARK = "<!-- exogene report -->"
OURS = {".html", ".pdf", ".csv"}


class OutputError(Exception):
    """Why a folder cannot become a report, in one line."""


def is_report(folder: Path) -> bool:
    """Whether the folder is an earlier report and holds nothing else."""
    index = folder / "index.html"
    return (
        index.is_file()
        and MARK in index.read_text(errors="replace")[:200]
        and all(entry.is_file() and entry.suffix in OURS for entry in folder.iterdir())
    )


def write(paths: list[Path], folder: Path) -> None:
    """Writes the report of these histories. HistoryError, OutputError, or OSError when the disk refuses."""
    folder = folder.resolve()
    if folder.exists() and not (folder.is_dir() and (is_report(folder) or not any(folder.iterdir()))):
        raise OutputError(f"{folder}: exists and is not an earlier report; name a folder that is to be made")
    histories = [read(path) for path in paths]
    names = [plain(path.name) for path in paths]
    parts: dict[str, tuple[str, list[Section]]] = {}
    if len(histories) > 1:
        parts["compare"] = ("Comparison", list(comparison(histories)))
    for number, (name, history) in enumerate(zip(names, histories), 1):
        parts[str(number)] = (name if len(names) == 1 else f"{number}. {name}", list(sections(history)))
    title = f"{histories[0].experiment['name']}: report of {names[0] if len(names) == 1 else f'{len(names)} histories'}"

    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        fresh.mkdir(parents=True)
        files = {}
        for name, (_, part) in parts.items():
            for section in part:
                if section.data is not None:
                    files[id(section)] = f"{name}-{section.name}.csv"
                    section.data.to_csv(fresh / files[id(section)], index=False, lineterminator="\n")
        write_html(fresh / "index.html", title, parts, files)
        write_pdf(fresh / "report.pdf", title, parts)
        if is_report(folder):
            folder.rename(old)
        fresh.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="report", description=__doc__.splitlines()[0])
    parser.add_argument("histories", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    try:
        write(options.histories, options.output)
    except (HistoryError, OutputError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        where, why = error.filename or options.output, error.strerror or error
        print(f"{where}: {why}; name a folder that can be made", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
