"""What Chromium shows, frame by frame, and the moment from which it looks as it does in the end.

The one probe of "visible" for every page: frames come from the browser's own screencast, which asks nothing of the
page's scripts, and each carries the time at which it was shown.
"""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import CDPSession, Page

#: A frame looks as in the end if at most this share of the area's pixels differ.
ALIKE = 0.001

#: Share of pixels in the box (CSS pixels of a 1:1 screencast) that differ from the final picture's, frame by frame.
_COMPARE = """async ([frames, final, box]) => {
  const pixels = async (data) => {
    const bytes = await (await fetch(`data:image/png;base64,${data}`)).blob();
    const canvas = new OffscreenCanvas(box.width, box.height);
    const context = canvas.getContext("2d", {willReadFrequently: true});
    context.drawImage(await createImageBitmap(bytes), -box.x, -box.y);
    return context.getImageData(0, 0, box.width, box.height).data;
  };
  const last = await pixels(final);
  const shares = [];
  for (const frame of frames) {
    const those = await pixels(frame);
    let differing = 0;
    for (let i = 0; i < last.length; i += 4) {
      if (Math.abs(those[i] - last[i]) > 24 || Math.abs(those[i + 1] - last[i + 1]) > 24
          || Math.abs(those[i + 2] - last[i + 2]) > 24) differing += 1;
    }
    shares.push(differing / (last.length / 4));
  }
  return shares;
}"""


class Film:
    """A page's frames from `start` on, with seconds since the epoch."""

    def __init__(self, session: CDPSession):
        self._session = session
        self.frames: list[tuple[float, str]] = []
        self.final = ""
        self._rolling = True
        session.on("Page.screencastFrame", self._take)

    def start(self) -> None:
        self._session.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})

    def stop(self) -> None:
        """Call when the page is at rest: how it looks now is its final look."""
        self._session.send("Page.stopScreencast")
        self._rolling = False  # What comes after shows the taking of the picture.
        self.final = self._session.send("Page.captureScreenshot", {"format": "png"})["data"]

    def _take(self, event: dict[str, Any]) -> None:
        if not self._rolling:
            return
        self._session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
        self.frames.append((event["metadata"]["timestamp"], event["data"]))

    def finished(self, box: Mapping[str, Any], darkroom: Page) -> float:
        """Seconds since the epoch at which the box took its last look. Compared in another page, `darkroom`.

        Raises RuntimeError if the box was not seen being drawn, or its final look was not filmed.
        """
        whole = {name: round(value) for name, value in box.items()}
        pictures = [data for _, data in self.frames]
        shares: list[float] = darkroom.evaluate(_COMPARE, [pictures, self.final, whole])
        others = [number for number, share in enumerate(shares) if share > ALIKE]
        if not others or others[-1] + 1 == len(shares):
            raise RuntimeError(f"The map was not filmed being drawn; of its pixels differed {shares}")
        return self.frames[others[-1] + 1][0]
