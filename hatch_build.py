"""Compiles the kernel of `index.postings` for a wheel, and completes the editable package.

With `WUZHEN_WHEEL=pure` in the environment of the build, the wheel is for any platform and holds no
kernel; an index accepts the other one after `auditwheel repair`.
"""

import os
import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = "index/postings/kernel"
PARTS = ("bot", "index")


class PackageHook(BuildHookInterface[Any]):
    """Puts the kernel into a wheel of its platform; without a compiler the wheel is for any."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered; `version` is `editable` or `standard`."""
        if version == "editable":
            link_parts(Path(self.root))
        elif os.environ.get("WUZHEN_WHEEL") == "pure":
            return
        compiler = runpy.run_path(str(Path(self.root, KERNEL, "compiler.py")))
        if compiler["compile_kernel"]():
            build_data["artifacts"].append(f"{KERNEL}/kernel-*.so")
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{platform}"


def link_parts(root: Path) -> None:
    """Link `wuzhen/bot` and `wuzhen/index` where missing: a source archive has no links."""
    for part in PARTS:
        link = root / "wuzhen" / part
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(Path("..", part), target_is_directory=True)
