"""A cursor over an address: looks at the folded text, cuts out of the readable one."""

import re
from dataclasses import dataclass, field

from geocode.normalise import fold


@dataclass
class Scanner:
    """`text` is the tidy address; `folded` is as long, for patterns; `at` is how far we have read."""

    text: str
    at: int = 0
    folded: str = field(init=False)

    def __post_init__(self) -> None:
        self.folded = fold(self.text)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read over what the pattern finds right here; stay where we are when it finds nothing."""
        match = pattern.match(self.folded, self.at)
        if match:
            self.at = match.end()
        return match

    def sees(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self.folded, self.at) is not None

    @property
    def rest(self) -> str:
        """What has not been read, without the spaces and commas before it."""
        return self.text[self.at :].lstrip(" ,、。").rstrip(" ")
