"""What a file is, its content says; a picture is written anew, and what is larger than allowed never reaches the disk."""

import io
import struct
import tempfile
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from organisations.forms.uploads import FileField
from organisations.rules.files import FileType, safe_name
from tests.cast import PDF

CANARY = b"KANARIE-52.3702N"
JPEG_HEAD, PNG_HEAD = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def cleaned(data: bytes, name: str = "scan.pdf"):
    return FileField().clean(SimpleUploadedFile(name, data, content_type="image/png"))


def refused(data: bytes, name: str = "scan.pdf") -> str:
    with pytest.raises(ValidationError) as refusal:
        cleaned(data, name)
    return refusal.value.error_list[0].code


def written(image: Image.Image, kind: str, **how) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def plain(mode: str = "RGB", size=(40, 20)) -> Image.Image:
    return Image.new(mode, size, 1 if mode in {"1", "P", "L", "I;16"} else None)


@pytest.mark.parametrize(
    ("data", "name", "type_"),
    [
        (PDF, "brief.pdf", FileType.PDF),
        (PDF, "brief.exe", FileType.PDF),
        (written(plain(), "JPEG"), "photo.png", FileType.JPEG),
        (written(plain(), "PNG"), "photo", FileType.PNG),
    ],
)
def test_the_content_says_what_it_is_and_the_name_does_not(data, name, type_):
    file = cleaned(data, name)
    assert (file.type, file.name) == (type_, name)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"MZ\x90\x00\x03" + bytes(200), "factuur.pdf", "unknown"),
        (HTML, "photo.png", "unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.png", "unknown"),
        (b"GIF89a" + bytes(40), "photo.jpg", "unknown"),
        (b"PK\x03\x04" + bytes(40), "brief.pdf", "unknown"),
        # a PDF that begins as something else, which readers of PDF forgive
        (HTML + PDF, "brief.pdf", "unknown"),
        (b"\n" + PDF, "brief.pdf", "unknown"),
        # a PDF that ends as something else
        (PDF + HTML, "brief.pdf", "pdf"),
        (b"%PDF-1.4\nhalf", "brief.pdf", "pdf"),
        # pictures that only begin as one
        (JPEG_HEAD + HTML, "photo.jpg", "picture"),
        (PNG_HEAD + HTML, "photo.png", "picture"),
        (written(plain(size=(400, 400)), "JPEG")[:-200], "photo.jpg", "picture"),
        (b"", "brief.pdf", "empty"),
    ],
)
def test_what_is_not_a_whole_pdf_jpeg_or_png_is_refused(data, name, why):
    assert refused(data, name) == why


def test_a_pdf_that_is_an_archive_too_is_refused():
    archive = io.BytesIO(PDF)
    archive.seek(0, io.SEEK_END)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("run.js", "alert(1)")
        file.comment = b"\n%%EOF\n"
    data = archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(data)) and data.startswith(b"%PDF-")
    assert refused(data) == "pdf"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hides_behind_a_picture_is_gone(kind):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("run.js", "alert(1)")
    data = written(plain(), kind) + HTML + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(data))
    anew = cleaned(data).data
    assert not zipfile.is_zipfile(io.BytesIO(anew))
    assert b"<script" not in anew


def with_everything_a_camera_knows(kind: str) -> bytes:
    """Place, time, camera, an earlier picture, comments and profiles, in every way the format has."""
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()  # the maker of the camera
    exif[0x0132] = "2026:05:12 10:00:00"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 12.7)  # GPS latitude
    exif.get_ifd(0x8825)[29] = CANARY.decode()
    how = {"exif": exif, "icc_profile": b"profile " + CANARY}
    if kind == "JPEG":
        return written(plain(), kind, **how, comment=CANARY, xmp=b"<x:xmpmeta>" + CANARY)
    info = PngInfo()
    info.add_text("Comment", CANARY.decode())
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>" + CANARY.decode())
    info.add_text("Secret", CANARY.decode(), zip=True)
    return written(plain(), kind, **how, pnginfo=info, dpi=(300, 300))


def unpacked(png: bytes) -> bytes:
    """A PNG with what is packed in its chunks laid open as well."""
    at, found = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        found += kind + content
        for packed in (content.split(b"\0\0", 1)[-1], content):
            try:
                found += zlib.decompress(packed)
            except zlib.error:
                continue
        at += length + 12
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_loses_place_time_camera_comments_and_profiles(kind):
    data = with_everything_a_camera_knows(kind)
    before = Image.open(io.BytesIO(data))
    assert dict(before.getexif().get_ifd(0x8825)) != {}
    assert CANARY in data
    anew = cleaned(data).data
    after = Image.open(io.BytesIO(anew))
    assert (after.format, after.size, dict(after.getexif())) == (kind, (40, 20), {})
    assert CANARY not in (unpacked(anew) if kind == "PNG" else anew)
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = plain(size=(40, 20))
    sideways.paste((255, 0, 0), (0, 0, 20, 20))
    anew = Image.open(io.BytesIO(cleaned(written(sideways, "PNG", exif=exif)).data))
    assert anew.size == (20, 40)
    assert (anew.getpixel((10, 5)), anew.getpixel((10, 35))) == ((255, 0, 0), (0, 0, 0))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG")],
)
def test_colours_of_every_kind_are_read(mode, kind):
    anew = Image.open(io.BytesIO(cleaned(written(plain(mode), kind)).data))
    assert (anew.format, anew.size) == (kind, (40, 20))


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that would unpack to an enormous picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(7_200, 7_200), (10_000, 10_000), (60_000, 60_000)])
def test_a_picture_that_would_unpack_to_too_much_is_refused_unread(size, monkeypatch):
    monkeypatch.setattr(Image.Image, "save", None)
    assert refused(png_that_claims(*size), "bom.png") == "pixels"


def test_a_text_that_unpacks_to_too_much_is_refused():
    info = PngInfo()
    info.add_text("Bomb", "x" * 80_000_000, zip=True)
    assert refused(written(plain(), "PNG", pnginfo=info), "bom.png") == "picture"


# --- the name under which it is handed out ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "type_", "safe"),
    [
        ("Brief van Selam.pdf", FileType.PDF, "Brief van Selam.pdf"),
        ("foto.JPG", FileType.JPEG, "foto.JPG"),
        ("foto.jpeg", FileType.JPEG, "foto.jpeg"),
        ("factuur.exe", FileType.PDF, "factuur.exe.pdf"),
        ("factuur.pdf", FileType.PNG, "factuur.pdf.png"),
        ('a"; filename="b.exe', FileType.PDF, "a ; filename= b.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", FileType.PDF, "aSet-Cookie  x=1.pdf"),
        ("..\\..//.pdf", FileType.PDF, "document.pdf"),
        ("CON:*?<>|.png", FileType.PNG, "CON.png"),
        ("\u202egnp.exe", FileType.PNG, "gnp.exe.png"),
        ("سلام.pdf", FileType.PDF, "سلام.pdf"),
        ("", FileType.PDF, "document.pdf"),
        ("x" * 300 + ".pdf", FileType.PDF, "x" * 150 + ".pdf"),
    ],
)
def test_a_name_is_safe_on_a_disk_and_in_a_header(name, type_, safe):
    assert safe_name(name, type_) == safe


# --- while it is sent ---------------------------------------------------------------------------------------


@pytest.fixture
def no_temporary_files(monkeypatch):
    """Nothing that is sent may lie open in a temporary file, however large."""

    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file was made")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr(temp, "NamedTemporaryFile", refuse)


def sent(**fields):
    return RequestFactory().post("/", fields)


def test_a_large_file_stays_in_memory(no_temporary_files):
    request = sent(kind="photo", file=SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(12_000_000)))
    assert request.FILES["file"].size == 12_000_005
    assert len(request.FILES["file"].read()) == 12_000_005
    assert request.POST["kind"] == "photo"


def test_of_a_file_that_is_too_large_only_its_size_is_kept(no_temporary_files):
    request = sent(file=SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(21_000_000)), remark="Getypt")
    assert (request.FILES["file"].size, request.FILES["file"].read()) == (21_000_005, b"")
    assert request.POST["remark"] == "Getypt"
    with pytest.raises(ValidationError, match="larger than 20 MB"):
        FileField().clean(request.FILES["file"])


def test_many_files_share_the_limit_of_one(no_temporary_files):
    request = sent(**{f"file{number}": SimpleUploadedFile("a.pdf", bytes(9_000_000)) for number in range(4)})
    assert [len(file.read()) for file in request.FILES.values()] == [9_000_000, 9_000_000, 0, 0]
