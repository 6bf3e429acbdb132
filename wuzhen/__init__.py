"""Ask your documents questions and get answers quoted verbatim, with citations.

    from wuzhen import open_knowledge

    with open_knowledge("knowledge") as librarian:
        answer = librarian.answer("志願者有多少人")

The names in `__all__` are the public interface; everything else may change without notice.
Importing this package loads nothing else: each name is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wuzhen.bot.answer import Answer, Quote
    from wuzhen.bot.answering.librarian import Librarian
    from wuzhen.bot.library import open_knowledge
    from wuzhen.errors import WuzhenError

__all__ = ["Answer", "Librarian", "Quote", "WuzhenError", "__version__", "open_knowledge"]

__version__ = "0.2.0"

_MODULES = {
    "Answer": "wuzhen.bot.answer",
    "Librarian": "wuzhen.bot.answering.librarian",
    "Quote": "wuzhen.bot.answer",
    "WuzhenError": "wuzhen.errors",
    "open_knowledge": "wuzhen.bot.library",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
