"""Finds the Chromium that the browser tests drive, installing it where that is ours to do.

python -m returnsupport.browser
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ABSENT = "The browser tests need Chromium: install it (Debian: apt install chromium), or set CHROMIUM to its path."


def find() -> str | None:
    """The path of a Chromium that starts, or None."""
    for candidate in (os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES)):
        if candidate and Path(candidate).exists() and starts(candidate):
            return candidate
    return None


def starts(path: str) -> bool:
    # Ubuntu's package is a stub that asks for a snap: only a browser that tells its version counts.
    said = subprocess.run([path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return said.returncode == 0 and "Chrom" in said.stdout


def install() -> None:
    print("Installing Chromium for the browser tests …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"],
    ):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            print("\n".join(done.stdout.splitlines()[-5:]), file=sys.stderr)
            return


def main() -> int:
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if find() is None:
        print(ABSENT, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
