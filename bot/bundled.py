"""The documents that come with the package, for whoever has no folder of their own.

They serve where no folder is named and there is none of the usual name. The working folder is then
anybody's, so what is made of them lies in the user's cache folder and not there.
"""

from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from wuzhen.bot.settings import Settings

FOLDER = Path(__file__).with_name("knowledge")
"""Where an installed package has them; a checkout has its own folder instead."""


def or_bundled(settings: Settings, tell: Callable[[str], None]) -> Settings:
    """Return settings that name a knowledge folder which there is, if any does.

    `tell` is given a line for the user when that is not the usual one.
    """
    named = "wuzhen_knowledge" in settings.model_fields_set
    if named or settings.wuzhen_knowledge.exists() or not FOLDER.is_dir():
        return settings
    tell(
        f"no folder {settings.wuzhen_knowledge} here: using the documents that come with the "
        "program; name your own with --knowledge"
    )
    changes = {"wuzhen_knowledge": FOLDER}
    if "wuzhen_index" not in settings.model_fields_set:
        changes["wuzhen_index"] = user_cache_path("wuzhen", appauthor=False) / "index"
    return settings.model_copy(update=changes)
