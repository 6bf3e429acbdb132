"""The confidence from which a collection's questions are answered, as its operator has set it.

It lies beside the index, so that it outlives builds: `<index>.threshold`, a number.
"""

from pathlib import Path

from wuzhen.bot.errors import InputError


def read(index: Path) -> float | None:
    """Return the threshold, or None where none was set; raises `InputError`."""
    file = _file(index)
    try:
        value = float(file.read_text("ascii"))
        if not 0 < value <= 1:
            raise ValueError(value)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file} holds no number above 0 and up to 1: remove it, or run: wuzhen calibrate FILE"
        ) from error
    return value


def write(index: Path, value: float) -> None:
    """Set the threshold."""
    file = _file(index)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{value}\n", encoding="ascii")


def forget(index: Path) -> None:
    """Go back to the threshold that comes with the program."""
    _file(index).unlink(missing_ok=True)


def _file(index: Path) -> Path:
    return index.with_name(f"{index.name}.threshold")
