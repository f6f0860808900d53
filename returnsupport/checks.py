"""System checks: what must be right before anything is served."""

from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

from organisations.sealing import keys


def keys_are_usable(app_configs, **kwargs) -> list[Error]:
    try:
        keys.master_key()
    except ImproperlyConfigured as problem:
        return [Error(str(problem), id="returnsupport.E001")]
    return []
