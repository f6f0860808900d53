"""Message catalogues without gettext: find, merge, compile, check.

python -m returnsupport.messages extract|compile|check
"""

import io
import sys
from pathlib import Path

import polib
from babel.messages.extract import extract as babel_extract

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "nl" / "LC_MESSAGES" / "django.po"
SOURCES = ("returnsupport", "organisations", "cases", "templates")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "gettext_noop": None,
    "N_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def found() -> dict[tuple[str | None, str], polib.POEntry]:
    """Every message in the sources as {(context, msgid): entry}, in the order of files and lines."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    entries: dict[tuple[str | None, str], polib.POEntry] = {}
    for path in sorted(
        p for source in SOURCES for p in (ROOT / source).rglob("*") if p.suffix in {".py", ".html", ".txt"}
    ):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is left of a template is no Python block: its indentation means nothing.
            text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
        place = str(path.relative_to(ROOT))
        for _line, message, _comments, context in babel_extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            one, many = message if isinstance(message, tuple) else (message, None)
            if not one:
                continue
            entry = entries.setdefault((context, one), polib.POEntry(msgid=one, msgctxt=context))
            if many:
                entry.msgid_plural = many
                entry.msgstr_plural = entry.msgstr_plural or {0: "", 1: ""}
            if (place, "") not in entry.occurrences:
                entry.occurrences.append((place, ""))
            if "%(" in one or (many and "%(" in many):
                entry.flags = ["python-format"]
    return entries


def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), wrapwidth=110) if CATALOGUE.exists() else new_catalogue()


def new_catalogue() -> polib.POFile:
    po = polib.POFile(wrapwidth=110)
    po.metadata = {
        "Project-Id-Version": "returnsupport",
        "Language": "nl",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return po


def extract() -> None:
    """Bring the Dutch catalogue up to the sources: new messages empty, vanished ones gone."""
    old = {(entry.msgctxt, entry.msgid): entry for entry in catalogue()}
    po = new_catalogue()
    for key, entry in found().items():
        before = old.get(key)
        if before is not None and bool(before.msgid_plural) == bool(entry.msgid_plural):
            entry.msgstr, entry.msgstr_plural = before.msgstr, before.msgstr_plural
        po.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(CATALOGUE))


def compile_catalogues() -> None:
    for path in (ROOT / "locale").rglob("*.po"):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def problems() -> list[str]:
    """What stands between the catalogue and the sources; empty when every message has its Dutch."""
    po = {(entry.msgctxt, entry.msgid): entry for entry in catalogue()}
    lines = []
    for key in found():
        entry = po.get(key)
        if entry is None:
            lines.append(f"not in the catalogue: {key[1]!r}")
        elif not entry.translated():
            lines.append(f"without Dutch or fuzzy: {key[1]!r}")
    lines += [f"no longer used: {key[1]!r}" for key in po.keys() - found().keys()]
    return lines


if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "extract":
        extract()
    elif command == "compile":
        compile_catalogues()
    elif command == "check":
        found_problems = problems()
        sys.stderr.write("".join(f"{line}\n" for line in found_problems))
        sys.exit(bool(found_problems))
    else:
        sys.exit(__doc__)
