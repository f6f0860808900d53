"""What is sent stays in memory: a temporary file of the web server would lie open on the disk."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

from organisations.rules.files import MAX_BYTES


class InMemory(FileUploadHandler):
    """Keeps the files of one request up to the limit; of what is larger only the size, so that the form can say so."""

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.left = MAX_BYTES
        self.file = io.BytesIO()

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left >= 0:
            self.file.write(raw_data)
        else:
            self.file = io.BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size if self.left >= 0 else max(file_size, MAX_BYTES + 1),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
