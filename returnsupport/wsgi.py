import os

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "returnsupport.settings")
application = get_wsgi_application()
# A server runs no checks by itself: it does not start with unusable keys or with text about people unsealed.
call_command("check")

from returnsupport.checks import keys_fit_the_data  # noqa: E402 - the applications are there only now

if problem := keys_fit_the_data():
    raise ImproperlyConfigured(problem)
