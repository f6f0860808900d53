"""One browser of one person, and how long it waits."""

import http.client
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Unexpected(Exception):
    """An answer that is none of the measurement: its status and its address."""


class Client:
    """Keeps its connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.cookies: dict[str, str] = {}

    def ask(self, address: str, form: dict[str, str] | None = None, *, status: int = 200) -> float:
        """Milliseconds until the whole answer was there. Raises Unexpected."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", address, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        waited = (time.perf_counter() - begun) * 1000
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        # What was said ("Saved.") a person reads on the page that follows, which is not asked here; it would pile up.
        self.cookies.pop("messages", None)
        if answer.status != status:
            raise Unexpected(f"{answer.status} instead of {status}: {address.partition('?')[0]}")
        return waited

    def sign_in(self, email: str, password: str) -> None:
        """Raises Unexpected."""
        self.ask("/login/")
        self.ask("/login/", {"login": email, "password": password}, status=302)
