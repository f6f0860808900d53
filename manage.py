#!/usr/bin/env python
"""The command line. Without DATABASE_URL it works on this checkout's own local database, which it starts."""

import sys

from returnsupport import local


def main() -> None:
    try:
        local.prepare(sys.argv[1:])
    except local.NotReady as problem:
        sys.exit(str(problem))

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        # A key that cannot be read, a variable that is not set: the sentence is for whoever sets up.
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
