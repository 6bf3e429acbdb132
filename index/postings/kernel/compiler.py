"""Compile the kernel: `python index/postings/kernel/compiler.py`, or the build of the package.

Needs a C compiler (`cc`, or what `CC` names) and nothing of Python's own headers. The name of
what comes out holds the digest of the sources and the kind of machine, so that one made from
other sources, or elsewhere, is never loaded. Imports nothing but the standard library, for it
also runs where the package's dependencies are not installed.
"""

import hashlib
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = ("search.c", "lookup.c", "invert.c", "guard.c")
# Contracted multiplications and additions would round otherwise than NumPy's.
_FLAGS = ("-O3", "-std=c11", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno")
_COMPILE_S = 120


def library() -> Path:
    """Return where the kernel compiled from these sources for this kind of machine lies."""
    digest = hashlib.blake2b(digest_size=6)
    for name in ("part.h", *SOURCES):
        digest.update((HERE / name).read_bytes())
    return HERE / f"kernel-{digest.hexdigest()}-{sysconfig.get_platform()}.so"


def compile_kernel() -> Path | None:
    """Compile the kernel unless it is there; return where it lies, or None without a compiler."""
    target = library()
    if target.exists():
        return target
    compiler = shlex.split(os.environ.get("CC") or "cc")
    descriptor, made = tempfile.mkstemp(dir=HERE, suffix=".tmp")
    os.close(descriptor)
    try:
        command = [*compiler, *_FLAGS, *SOURCES, "-o", made]
        subprocess.run(command, cwd=HERE, check=True, capture_output=True, timeout=_COMPILE_S)
        Path(made).chmod(0o755)
        Path(made).replace(target)
    except (OSError, subprocess.SubprocessError):
        return None
    finally:
        Path(made).unlink(missing_ok=True)
    for old in HERE.glob(f"kernel-*-{sysconfig.get_platform()}.so"):
        if old != target:
            old.unlink(missing_ok=True)
    return target


if __name__ == "__main__":
    sys.exit(None if compile_kernel() else "no C compiler: searching goes by NumPy alone, slower")
