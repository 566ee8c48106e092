"""How often something is tried: in `make test` as often as shows a fault that is there, in `make test-full` more."""

#: Whether all is run that takes long; set before any test is gathered.
full = False


def of(usual: int, most: int) -> int:
    return most if full else usual
