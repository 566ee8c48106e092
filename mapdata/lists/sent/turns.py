"""`python -m mapdata.lists.sent.turns FOLDER TOKEN TASK`: a sent list waits for its turn, then it is worked on.

Nothing that takes memory is loaded before, so that those who wait cost little.
"""

import sys
import time
from pathlib import Path

from mapdata.lists.sent import workers
from mapdata.lists.sent.uploads import Upload

_BETWEEN_LOOKS = 0.2  # seconds


def wait(upload: Upload) -> None:
    while workers.waits_for(upload):
        time.sleep(_BETWEEN_LOOKS)


def main(arguments: list[str]) -> None:
    folder, token, _ = arguments
    wait(Upload(Path(folder) / "uploads", token))
    from mapdata.lists.sent import import_job

    import_job.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
