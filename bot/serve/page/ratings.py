"""Ratings given on the page: counted always, kept only where the operator has named a file."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

LONGEST_REASON = 500


def keep(file: Path, question: str, history: Sequence[str], rating: str, reason: str) -> None:
    """Append a rating to a file of JSON Lines, which only its owner can read; raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rating": rating,
        "question": question,
        "history": list(history),
        "reason": reason[:LONGEST_REASON],
    }
    line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    # One write of a file opened to append: lines of several processes do not mix.
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
