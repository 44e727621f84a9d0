"""Uploads that are too large are thrown away while they come in, instead of filling the disk first."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class MostBytes(FileUploadHandler):
    """Stands before Django's own handlers. The request is marked, so that its form can say what was wrong.

    The whole of the request is read nevertheless: a browser shows no answer that comes before it has sent all.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.bytes_so_far = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.bytes_so_far += len(raw_data)
        if self.bytes_so_far > settings.ONIX_UPLOAD_MOST_BYTES:
            if self.request is not None:
                self.request.upload_too_large = True  # type: ignore[attr-defined]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
