"""Compiles the kernel of `index.postings` while the package is built, where there is a compiler."""

import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = "index/postings/kernel"


class KernelHook(BuildHookInterface[Any]):
    """Puts the kernel into a wheel of its platform; without a compiler the wheel is for any."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile, before the files are gathered."""
        compiler = runpy.run_path(str(Path(self.root, KERNEL, "compiler.py")))
        if compiler["compile_kernel"]():
            build_data["artifacts"].append(f"{KERNEL}/kernel-*.so")
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{platform}"
