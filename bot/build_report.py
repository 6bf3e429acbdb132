"""What is told of a build: what it did, what it changed, and what it left out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wuzhen.index.building.build import Built

Say = Callable[[str], None]


def report(built: "Built", tell: Say) -> None:
    """Tell what a build did, and what it left out."""
    for warning in built.warnings:
        tell(f"warning: {warning}")
    if built.unchanged:
        tell(f"nothing has changed: {counted(built.documents, 'document')}")
    else:
        passages = counted(built.passages, "passage")
        documents = counted(built.documents, "document")
        tell(f"built {passages} from {documents}{_since(built)}")


def counted(number: int, thing: str) -> str:
    """Return a number of things in words: `1 document`, `2 documents`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _since(built: "Built") -> str:
    """Return what a build changed in the index that was there, if there was one."""
    if not built.kept:
        return ""
    counts = {"added": built.added, "changed": built.changed, "removed": built.removed}
    said = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return f" ({said or 'no document changed'}; {counted(built.kept, 'passage')} kept)"
