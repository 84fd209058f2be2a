"""A child process that is known to be ready, whose output is read, and that never outlives us."""

import multiprocessing
import shutil
import subprocess
from collections import deque
from collections.abc import Iterable, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path
from signal import SIGINT
from threading import Event, Thread

READY_WITHIN = 60  # seconds; a loaded machine of two cores needs a few


def hatchery() -> ForkServerContext:
    """Return a context whose processes begin with the product imported, and with nothing else."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.infra.hatched"])
    return context


def ending_with_me(command: Sequence[str]) -> list[str]:
    """Let the kernel end the process when its starter is killed (Linux; elsewhere `stop` must)."""
    return ["setpriv", "--pdeathsig", "INT", *command] if shutil.which("setpriv") else [*command]


class Process:
    """Starts `command` and returns once a line of its output holds `ready`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready: str,
        cwd: Path,
        env: dict[str, str] | None = None,
        pass_fds: Iterable[int] = (),
    ) -> None:
        self.lines: deque[str] = deque(maxlen=400)
        self._spoke = Event()
        self.popen = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            pass_fds=tuple(pass_fds),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = Thread(target=self._read, args=(ready,), daemon=True)
        self._reader.start()
        self._spoke.wait(READY_WITHIN)
        if not any(ready in line for line in self.lines):
            self.stop()
            raise RuntimeError(f"{command[0]} did not start:\n{self.output}")

    def _read(self, ready: str) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.lines.append(line.rstrip())
            if ready in line:
                self._spoke.set()
        self._spoke.set()

    @property
    def output(self) -> str:
        """Return the last lines that the process wrote."""
        return "\n".join(self.lines)

    def stop(self) -> None:
        """Ask the process to end, then make it."""
        if self.popen.poll() is None:
            self.popen.send_signal(SIGINT)
        try:
            self.popen.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join(timeout=10)
        assert self.popen.stdout is not None
        self.popen.stdout.close()

    def kill(self) -> None:
        """End the process at once, as a power cut would (its children may live on)."""
        self.popen.kill()
        self.popen.wait()
