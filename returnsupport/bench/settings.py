"""The real settings, and beside them what the floor needs. Never those of a server that people use."""

from pathlib import Path

from returnsupport.settings import *  # noqa: F403
from returnsupport.settings import TEMPLATES

# Templates of a project with nothing of ours: Django's own context, cached like ours.
TEMPLATES = [
    *TEMPLATES,
    {
        "NAME": "floor",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# What `startproject` gives.
FLOOR_MIDDLEWARE = [
    "returnsupport.bench.wsgi.FloorUrls",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "returnsupport.bench.floor.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
