"""The pictures show what the board looks like now; `python -m tests.screenshots` makes them anew."""

import pytest

from tests.screenshots import pictures
from tests.screenshots.scenes import SCENES, Scene
from tests.screenshots.taking import take

EVERY_TIME = {"tools-gated-140x45", "fleet-40x12", "switch-100x36", "first-run-100x32"}
"""Pictures of different screens; the long run compares them all."""


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(scene, id=scene.name, marks=[] if scene.name in EVERY_TIME else [pytest.mark.soak])
        for scene in SCENES
    ],
)
async def test_a_stored_picture_shows_what_the_board_shows(scene: Scene) -> None:
    assert pictures.trouble(scene.name, await take(scene)) is None


def test_no_picture_is_left_from_a_scene_that_is_gone() -> None:
    stored = {path.name for path in pictures.FOLDER.iterdir() if path.suffix in {".png", ".svg"}}
    assert stored == {f"{scene.name}{ending}" for scene in SCENES for ending in (".png", ".svg")}
