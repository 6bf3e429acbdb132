"""Word lists that hold for any collection, each widened by a file of its name in the knowledge."""

from importlib.resources import files
from pathlib import Path

BOILERPLATE = "boilerplate.txt"
SYNONYMS = "synonyms.txt"
GLOSSARY = "glossary.txt"
NAMES = (BOILERPLATE, SYNONYMS, GLOSSARY)


def entries(name: str, knowledge: Path | None = None) -> list[str]:
    """Return the lines of a word list, the program's own first, without comments and blanks."""
    texts = [files(__name__).joinpath(name).read_text(encoding="utf-8")]
    if knowledge is not None and (own := knowledge / name).is_file():
        texts.append(own.read_text(encoding="utf-8", errors="replace"))
    lines = (line.split("#", 1)[0].strip() for text in texts for line in text.splitlines())
    return [line for line in lines if line]
