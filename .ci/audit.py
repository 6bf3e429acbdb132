"""Look every locked package up among known weaknesses, and say in one line what came of it.

    python .ci/audit.py

Exit status: 0 none is known, 1 some are and are listed, 3 it could not be asked about all packages.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
FOUND = 1
NOT_ASKED = 3
PATIENCE_S = 120


def main() -> int:
    """Ask, and print what was found."""
    packages = ask()
    for one in packages:
        for known in one.get("vulns", ()):
            mended = ", ".join(known["fix_versions"]) or "no version"
            print(f"{one['name']} {one['version']}: {known['id']}, mended in {mended}")
    found = [one for one in packages if one.get("vulns")]
    # A service that answers nothing about a package has not said that it is sound.
    asked = [one for one in packages if "vulns" in one]
    if found:
        print(f"audit: {len(found)} of {len(packages)} packages have known weaknesses; update them")
        return FOUND
    if not asked or len(asked) < len(packages):
        many = f"{len(packages) - len(asked)} of {len(packages)}" if packages else "any of the"
        print(
            f"audit: could not ask about {many} packages; run it again where the service for "
            "vulnerabilities that pip-audit asks can be reached"
        )
        return NOT_ASKED
    print(f"audit: no known weakness in {len(packages)} packages")
    return 0


def ask() -> list[dict[str, Any]]:
    """Return what pip-audit tells of each package; nothing where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip"]
    options = ["--require-hashes", "--progress-spinner=off", "--format=json"]
    try:
        ran = subprocess.run(
            [*command, *options], capture_output=True, timeout=PATIENCE_S, check=False
        )
        packages: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return packages


if __name__ == "__main__":
    sys.exit(main())
