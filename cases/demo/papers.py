"""Small invented papers for the documents of the demo."""

import io
import random

from PIL import Image, ImageDraw

from organisations.rules.files import CleanFile, FileType


def letter(line: str, name: str) -> CleanFile:
    """A PDF of one page with one line of plain letters."""
    text = f"BT /F1 16 Tf 60 760 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(pdf),
    )  # fmt: skip
    return CleanFile(name=name, type=FileType.PDF, data=pdf + end)


def picture(name: str, *, rng: random.Random) -> CleanFile:
    """A PNG that shows nobody: a sun over a hill."""
    image = Image.new("RGB", (320, 200), "#dfe9ec")
    draw = ImageDraw.Draw(image)
    across = rng.randrange(60, 260)
    draw.ellipse((across - 28, 32, across + 28, 88), fill="#e6bd6a")
    draw.ellipse((-80, 120, 400, 360), fill="#2b6a3f")
    written = io.BytesIO()
    image.save(written, "PNG")
    return CleanFile(name=name, type=FileType.PNG, data=written.getvalue())
