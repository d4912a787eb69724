"""Reports as HTML and PDF. Both are the same for the same sections: they hold no time."""

import base64
import io
import re
import textwrap
from pathlib import Path

import jinja2
import pandas as pd
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from .sections import Section

# What stands to the right in a table: numbers, shares, ranges.
NUMBER = re.compile(r"-|[\d.,]+( %)?( to [\d.,]+( %)?)?")
# A page of text: A4, wide, in letters of 8 points.
LINES = 58
COLUMNS = 150
WIDEST_CELL = 60


def write_html(path: Path, title: str, parts: dict[str, tuple[str, list[Section]]], files: dict[int, str]) -> None:
    """`parts` are titles and sections by name, `files` the CSV files by identity of their sections."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    shown = [
        {
            "name": name,
            "title": heading,
            "sections": [
                {
                    "title": section.title,
                    "note": section.note,
                    "image": _svg(section.figure) if section.figure else "",
                    "table": _cells(section.table) if section.table is not None else None,
                    "text": section.text,
                    "csv": files.get(id(section), ""),
                }
                for section in sections
            ],
        }
        for name, (heading, sections) in parts.items()
    ]
    path.write_text(environment.get_template("report.html").render(title=title, parts=shown))


def _svg(figure: Figure) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return base64.b64encode(file.getvalue()).decode()


def _kinds(table: pd.DataFrame) -> list[str]:
    """Whether the columns hold mostly numbers, which stand to the right, or texts."""
    numbers = [sum(bool(NUMBER.fullmatch(cell)) for cell in table[name]) for name in table]
    return ["number" if count > len(table) / 2 else "text" for count in numbers]


def _cells(table: pd.DataFrame) -> dict:
    kinds = _kinds(table)
    rows = [list(table.columns), *table.itertuples(index=False)]
    head, *body = [[{"kind": kind, "text": text} for kind, text in zip(kinds, row)] for row in rows]
    return {"head": head, "rows": body}


def write_pdf(path: Path, title: str, parts: dict[str, tuple[str, list[Section]]]) -> None:
    metadata = {"CreationDate": None, "Title": title}
    with PdfPages(path, metadata=metadata) as pdf:
        for heading, sections in parts.values():
            for section in sections:
                if section.figure:
                    pdf.savefig(section.figure)
                if section.table is None and not section.text:
                    continue
                lines = [heading, section.title, "", *textwrap.wrap(section.note, 110), ""]
                if section.table is not None:
                    lines += [*_lines(section.table), ""]
                for line in section.text.splitlines():
                    lines += textwrap.wrap(line, COLUMNS, subsequent_indent="      ") or [""]
                for first in range(0, len(lines), LINES):
                    pdf.savefig(_page(lines[first : first + LINES]))


def _lines(table: pd.DataFrame) -> list[str]:
    """A table in letters of one width; a cell that is too long goes on below."""
    rows = [list(table.columns), *table.itertuples(index=False)]
    wrapped = [[textwrap.wrap(cell, WIDEST_CELL) or [""] for cell in row] for row in rows]
    widths = [max(len(line) for row in wrapped for line in row[i]) for i in range(len(table.columns))]
    left = [kind == "text" for kind in _kinds(table)]
    lines = []
    for row in wrapped:
        for number in range(max(map(len, row))):
            cells = [cell[number] if number < len(cell) else "" for cell in row]
            aligned = [f"{text:<{w}}" if is_left else f"{text:>{w}}" for text, w, is_left in zip(cells, widths, left)]
            lines.append("  ".join(aligned).rstrip())
    return lines


def _page(lines: list[str]) -> Figure:
    figure = Figure(figsize=(11.69, 8.27))
    size = 8 * min(1, COLUMNS / max(map(len, [*lines, " "])))
    figure.text(0.05, 0.95, "\n".join(lines), family="monospace", size=size, va="top", linespacing=1.3)
    return figure
