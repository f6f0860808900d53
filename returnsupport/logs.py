"""Log lines that cannot carry case content."""

import logging
import traceback
from typing import Any

from gunicorn.glogging import Logger


def template(record: logging.LogRecord) -> str:
    """What a log call says without its arguments, which may be content, and without what was put into the words before."""
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.name.startswith("django.security."):
        return "refused"  # its words are those of the exception, with what was sent; the logger's name tells the kind
    return str(record.msg).partition(" from ip=")[0]  # "Invalid request from ip=...: ", of gunicorn, with what was sent


class BareFormatter(logging.Formatter):
    """Time, level, logger and message template; of an exception its type, constraint and frames, never its message.

    A driver's message holds row values, so neither it nor the arguments of a log call are written.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {template(record)}"
        status = getattr(record, "status_code", None)
        if status:
            line += f" [{status}]"
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def formatException(self, ei) -> str:
        lines = []
        error = ei[1]
        while error is not None:
            constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
            lines.append(
                f"{type(error).__module__}.{type(error).__name__}" + (f" ({constraint})" if constraint else "")
            )
            for frame in traceback.extract_tb(error.__traceback__):
                lines.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


class BareServerLog(Logger):
    """The server's own log, as bare as ours: no address of a page, no message of an exception."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(BareFormatter())
