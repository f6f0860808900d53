"""One server for both: addresses under /floor/ go to a bare Django, all others to the application as it is served."""

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "returnsupport.bench.settings")


class FloorUrls:
    """The addresses of the floor, which our own urls do not know."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = "returnsupport.bench.urls"  # type: ignore[attr-defined]  # asked by Django's handler
        return self.get_response(request)


ours = get_wsgi_application()
with override_settings(MIDDLEWARE=settings.FLOOR_MIDDLEWARE):
    floor = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable) -> Any:
    handler = floor if environ["PATH_INFO"].startswith("/floor/") else ours
    return handler(environ, start_response)
