"""How the login library meets our users."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts are given."""

    def is_open_for_signup(self, request) -> bool:
        return False
