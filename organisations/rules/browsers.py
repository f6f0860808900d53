"""A browser in words, so that the long line it sends about itself is never kept."""

# In the order in which they must be asked: the mark of a later one also stands in the lines of those before it.
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrom": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS X": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def in_words(user_agent: str) -> str:
    """ "Firefox, Windows"; empty where nothing is known. What is in words already stays."""
    if user_agent in SPOKEN:
        return user_agent
    return joined(first_of(BROWSERS, user_agent), first_of(SYSTEMS, user_agent))


def first_of(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")


def joined(browser: str, system: str) -> str:
    return ", ".join(name for name in (browser, system) if name)


SPOKEN = {joined(browser, system) for browser in ("", *BROWSERS.values()) for system in ("", *SYSTEMS.values())}
