"""What the cache table calls its entries."""

from django.utils.crypto import salted_hmac


def unreadable(key: str, key_prefix: str, version: int) -> str:
    """The keyed hash of a cache key: found again by whoever has the key's words and our secret, and read by nobody."""
    return salted_hmac("returnsupport.cache", f"{key_prefix}:{version}:{key}", algorithm="sha256").hexdigest()
