"""Sentences that are made where nobody knows in which language they will be read.

    say("%(n)s文字までにしてください", n=200)

is the Japanese sentence, a str as any other, and knows of what it was made: whoever shows it can say it otherwise.
What is put together of it (with +, f"…", join) is a plain text again, so a sentence is made whole.
"""

from collections.abc import Mapping
from typing import Any


class Sentence(str):
    """`message`: the sentence with %(name)s where its values come."""

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        """Itself: an exception's text is what was said."""
        return self


def say(message: str, /, **values: Any) -> Sentence:
    """The sentence in Japanese."""
    sentence = Sentence(message % values if values else message)
    sentence.message, sentence.values = message, values
    return sentence
