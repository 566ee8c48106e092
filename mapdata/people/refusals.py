"""What accounts refuse; the texts are for the person who asked."""

from mapdata.errors import RegistryError


class AccountRefused(RegistryError):
    """A value that an account may not have; `field` is the form's field it belongs to ("" for none)."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field, self.message = field, message


class SignInRefused(RegistryError):
    """Not signed in; the text says why, and says of a wrong name what it says of a wrong password."""


class Throttled(RegistryError):
    """Too many failures; `seconds` are left to wait."""

    def __init__(self, seconds: int):
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class LinkUnusable(RegistryError):
    """A one-time link that was used, replaced, has run out or never was: all answer alike."""
