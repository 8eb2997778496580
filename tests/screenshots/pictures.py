"""The files: an SVG for each scene, and a PNG that says which SVG it was made from."""

import hashlib
import os
import re
import struct
import subprocess
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BRAILLE_RUN = re.compile(
    r'<text([^>]*?)x="([\d.]+)"([^>]*?) textLength="[\d.]+"([^>]*)>([\u2800-\u28ff]+)</text>'
)
_KEYWORD = b"SVG SHA-256\0"


def svg_path(name: str) -> Path:
    return FOLDER / f"{name}.svg"


def png_path(name: str) -> Path:
    return FOLDER / f"{name}.png"


def save(name: str, svg: str) -> None:
    """Write both files. Needs `rsvg-convert` and the font Fira Code."""
    FOLDER.mkdir(exist_ok=True)
    svg_path(name).write_text(svg)
    drawn = subprocess.run(
        ["rsvg-convert"],
        input=_for_rsvg(svg).encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    ).stdout
    png_path(name).write_bytes(_signed(drawn, svg))


def trouble(name: str, svg: str) -> str | None:
    """Why the stored pictures of a scene are not what it looks like now.

    PNGs are drawn differently by each machine's fonts, so that the SVG they were made from is compared.
    """
    if not svg_path(name).exists() or not png_path(name).exists():
        return f"screenshots/{name} is missing"
    if svg_path(name).read_text() != svg:
        return f"screenshots/{name}.svg shows something else"
    if _digest(svg) not in png_path(name).read_bytes():
        return f"screenshots/{name}.png was made from another SVG"
    return None


def words(svg: str) -> str:
    """The text of a picture, for saying what differs."""
    import html

    return html.unescape("\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))).replace("\xa0", " ")


def _for_rsvg(svg: str) -> str:
    """What rsvg-convert needs to put each letter into its cell.

    It does not know `textLength`, which makes a letter of Fira Code, 24/39 of the size wide, as wide as a
    cell, 12.2. Braille comes from another font, whose letters are wider.
    """
    svg = _BRAILLE_RUN.sub(_a_text_for_each_letter, svg)
    return svg.replace("font-size: 20px", f"font-size: {12.2 * 39 / 24}px")


def _a_text_for_each_letter(run: re.Match[str]) -> str:
    before, x, between, after, letters = run.groups()
    return "".join(
        f'<text{before}x="{float(x) + 12.2 * place:.1f}"{between}{after}>{letter}</text>'
        for place, letter in enumerate(letters)
    )


def _signed(png: bytes, svg: str) -> bytes:
    """The PNG with a text chunk after its header."""
    assert png.startswith(_SIGNATURE)
    header_end = len(_SIGNATURE) + 25
    body = b"tEXt" + _KEYWORD + _digest(svg)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:header_end] + chunk + png[header_end:]


def _digest(svg: str) -> bytes:
    return hashlib.sha256(svg.encode()).hexdigest().encode()
