"""Draw and verify the demo's pictures beside the timeline, so that it seldom waits for one.

The drawing runs in a process of its own: what serves the county carries no decoder of pictures.
"""

import json
import struct
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from app.media import service as media
from app.media.service import Prepared

PAINTER = Path(__file__).with_name("pictures.py")
LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Which picture: the same seed is the same place, `clean` after the work."""

    medium: str
    seed: int
    clean: bool = False


class Darkroom:
    """One thread that draws and prepares what was ordered, in order; each scene once."""

    def __init__(self) -> None:
        self._scenes: dict[Scene, Future[Prepared]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._painter = subprocess.Popen(
            [sys.executable, str(PAINTER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._thread.shutdown(cancel_futures=True)
        self._painter.communicate()

    def order(self, scene: Scene) -> Future[Prepared]:
        """Have a scene made ready soon."""
        if scene not in self._scenes:
            self._scenes[scene] = self._thread.submit(self._develop, scene)
        return self._scenes[scene]

    def take(self, scene: Scene) -> Prepared:
        """Return a scene, ready to be recorded in any draft."""
        return self.order(scene).result()

    def _develop(self, scene: Scene) -> Prepared:
        prepared = media.prepare(self._paint(scene))
        # its copies are in the store already; hundreds of them need not be held in memory too
        return replace(prepared, seen=replace(prepared.seen, copies={}))

    def _paint(self, scene: Scene) -> bytes:
        told, drawn = self._painter.stdin, self._painter.stdout
        assert told is not None
        assert drawn is not None
        told.write(json.dumps([scene.medium, scene.seed, scene.clean]).encode() + b"\n")
        told.flush()
        return drawn.read(*LENGTH.unpack(drawn.read(LENGTH.size)))
