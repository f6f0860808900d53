"""A file that somebody sends: recognised by its content, and a picture written anew without what the camera put in."""

import io

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from ..rules.files import ENDINGS, MAX_BYTES, MAX_PIXELS, CleanFile, FileType, recognised, whole_pdf

# How a picture of each type may hold its colours; other ways are turned into the last of the list.
MODES = {FileType.JPEG: ("L", "RGB"), FileType.PNG: ("1", "L", "LA", "I;16", "RGB", "RGBA")}
WRITTEN = {FileType.JPEG: {"quality": 90}, FileType.PNG: {}}


class FileField(forms.FileField):
    """A PDF, JPEG or PNG of at most 20 MB; cleaned it is a CleanFile."""

    default_error_messages = {
        "required": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
        "large": _("This file is larger than 20 MB. Make it smaller, or send it in parts."),
        "unknown": _("This is not a PDF, JPEG or PNG, whatever its name says. Save it as one of these and try again."),
        "pdf": _("This PDF is damaged, or holds something besides the PDF. Print it to a PDF and try again."),
        "picture": _("This picture is damaged and cannot be read. Save it again as JPEG or PNG and try again."),
        "pixels": _("This picture has more than 50 million pixels. Make it smaller and try again."),
    }

    def __init__(self, **kwargs) -> None:
        endings = ",".join(ending for several in ENDINGS.values() for ending in several)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": endings}))
        kwargs.setdefault("help_text", _("PDF, JPEG or PNG, at most 20 MB. Photos lose what the camera put into them."))
        super().__init__(**kwargs)

    def clean(self, data, initial=None) -> CleanFile | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > MAX_BYTES:
            raise self.refusal("large")
        content = file.read()
        type_ = recognised(content)
        if type_ is None:
            raise self.refusal("unknown")
        if type_ is FileType.PDF:
            if not whole_pdf(content):
                raise self.refusal("pdf")
        else:
            content = self.written_anew(content, type_)
        return CleanFile(name=file.name, type=type_, data=content)

    def written_anew(self, content: bytes, type_: FileType) -> bytes:
        """The picture alone: upright, and without place, time, camera, comments or anything behind its end."""
        try:
            with Image.open(io.BytesIO(content), formats=[type_.name]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise self.refusal("pixels")
                ImageOps.exif_transpose(opened, in_place=True)
                picture = opened if opened.mode in MODES[type_] else opened.convert(MODES[type_][-1])
                picture.load()
                picture.info = {}
                written = io.BytesIO()
                picture.save(written, type_.name, **WRITTEN[type_])
        except Image.DecompressionBombError:
            raise self.refusal("pixels") from None
        except ValidationError:
            raise
        except Exception as problem:
            # A decoder that meets a stranger's bytes raises anything; whatever it is, this is no picture.
            raise self.refusal("picture") from problem
        return written.getvalue()

    def refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)
