"""`quotaboard shape import`: what an agent's captured request carries, as a shape in the config."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from quotaboard.cli import diagnostics, output
from quotaboard.cli.diagnostics import ExitCode
from quotaboard.config.captured_shape import shape_of
from quotaboard.config.digest import config_digest
from quotaboard.config.loading import load_config
from quotaboard.config.place import config_place
from quotaboard.config.rules import name_trouble
from quotaboard.config.values import BUILT_IN_SHAPES
from quotaboard.domain.lane import Shape

MOST = 64 << 20
_ODD = re.compile(r"[^A-Za-z0-9_-]+")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("import",), metavar="import", help="make a shape of a request")
    parser.add_argument(
        "file",
        metavar="FILE",
        help="the captured request as JSON, such as Hermes' request_dump_*.json; - for stdin",
    )
    parser.add_argument("--name", help="what the shape is called (default: after the file)")
    parser.add_argument("--dry-run", action="store_true", help="print the shape, and write nothing")


def run(args: Namespace) -> ExitCode:
    place = config_place(args.config)
    before = config_digest(place.path)
    config = load_config(place.path, must_exist=place.must_exist)
    if isinstance(config, list):
        return diagnostics.config_problems(config)
    name = args.name or _ODD.sub("-", Path(args.file).stem).strip("-") or "captured"
    trouble = name_trouble(name)
    if name in BUILT_IN_SHAPES or name in config.own_shapes:
        trouble = "is taken. Choose another one."
    if trouble:
        diagnostics.error(f"--name: {name if 'secret' not in trouble else 'it'} {trouble}")
        return ExitCode.USAGE
    shape = _read(args.file, name)
    if isinstance(shape, str):
        diagnostics.error(shape)
        return ExitCode.FAILED
    for line in _told(shape):
        output.line(line)
    if args.dry_run:
        return ExitCode.OK
    return _write(place.path, before, shape, readonly=args.readonly)


def _read(file: str, name: str) -> Shape | str:
    try:
        if file == "-":
            text = sys.stdin.read(MOST)
        else:
            with Path(file).open(encoding="utf-8") as opened:
                text = opened.read(MOST)
        return shape_of(json.loads(text), name)
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}."
    except (ValueError, RecursionError):
        return f"{file} is not JSON: save the request as its tool wrote it."


def _told(shape: Shape) -> list[str]:
    lines = [f"[shapes.{shape.name}]", f"system_length = {shape.system_length}", f"tools = {shape.tools}"]
    lines.append(f"tool_bytes = {shape.tool_bytes}")
    lines += [f'headers = {{ {key} = "{value}" }}' for key, value in shape.headers.items()]
    tokens = (shape.system_length + shape.tool_bytes) // 4
    return [*lines, f"# one look of this shape costs about {tokens} tokens of input"]


def _write(path: Path, before: str | None, shape: Shape, *, readonly: bool) -> ExitCode:
    from quotaboard.config.writing import save_config, with_shape  # tomlkit, 30 ms

    if readonly:
        diagnostics.error(f"{path} was not written, because of --readonly.")
        return ExitCode.REFUSED
    if config_digest(path) != before:
        diagnostics.error(f"{path} was edited meanwhile and was not written. Try again.")
        return ExitCode.REFUSED
    text = path.read_text(encoding="utf-8") if before is not None else ""
    if problem := save_config(path, with_shape(text, shape)):
        diagnostics.error(str(problem))
        return ExitCode.FAILED
    diagnostics.note(
        f'Wrote [shapes.{shape.name}] to {path}. Name it in a credential: shapes = ["{shape.name}"].'
    )
    return ExitCode.OK
