"""The decoder's process: holds the decoders ready and forks one limited child for each photo.

One message with two descriptors (the answer's socket, the photo) comes in per photo. The child
writes its answer as frames and ends; this process adds how it ended. It is started by `boot.py`,
single-threaded, so forking is safe, and ends when its parent does.
"""

import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from app.media.decoding import decode, warm_up
from app.media.rules import Caps, PhotoKind
from app.media.wire import COPY, END, FACTS, READY, WALL_SECONDS, frame

MB: Final = 1024 * 1024
ADDRESS_SPACE: Final = 512 * MB
CPU_SECONDS: Final = 10
NICE: Final = 5

Decode = Callable[[BinaryIO, PhotoKind, Caps], tuple[dict[str, Any], list[bytes]]]


def main(decoder: Decode = decode) -> None:
    """Serve the control socket whose descriptor is the last argument."""
    with socket.socket(fileno=int(sys.argv[-1])) as control:
        _be_modest()
        warm_up()
        gc.collect()
        gc.freeze()  # forked children then share these pages
        with _wakeups() as wakeup:
            control.send(READY)
            _serve(control, wakeup, decoder)


def _be_modest() -> None:
    """Work behind the pages and quietly, and be the first to go when memory is short."""
    warnings.simplefilter("ignore")  # Pillow's, of every broken block of metadata
    # Ctrl-C and a service manager's stop reach the whole group: photos on their way are finished,
    # and the closed control socket ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")


@contextmanager
def _wakeups() -> Iterator[int]:
    """Let the end of a child wake the selector."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    yield reading


def _serve(control: socket.socket, wakeup: int, decoder: Decode) -> None:
    answers: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if wakeup in ready:
                os.read(wakeup, 4096)
                _reap(answers)
            if control.fileno() in ready:
                message, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
                if not message:
                    return
                _start(message, descriptors, answers, decoder)


def _start(
    message: bytes, descriptors: list[int], answers: dict[int, socket.socket], decoder: Decode
) -> None:
    answer, photo = socket.socket(fileno=descriptors[0]), descriptors[1]
    child = os.fork()
    if child == 0:
        _work(answer, photo, json.loads(message), decoder)
    os.close(photo)
    answers[child] = answer


def _reap(answers: dict[int, socket.socket]) -> None:
    """Tell of each ended child how it ended, and close its answer."""
    while answers:
        try:
            child, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        end = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "peak_kb": usage.ru_maxrss,
            "cpu_s": usage.ru_utime + usage.ru_stime,
        }
        with answers.pop(child) as answer, suppress(OSError):
            answer.settimeout(1)
            answer.sendall(frame(END, json.dumps(end).encode()))


def _work(answer: socket.socket, photo: int, request: dict[str, Any], decoder: Decode) -> None:
    """Be the child: limit oneself, decode, answer, end. Never returns."""
    try:
        gc.disable()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with os.fdopen(photo, "rb") as file:
            _limit()
            facts, copies = decoder(file, PhotoKind(request["kind"]), Caps(**request["caps"]))
            frames = [frame(FACTS, json.dumps(facts).encode())]
            frames += [frame(COPY, copy) for copy in copies]
            answer.sendall(b"".join(frames))
    except BaseException:  # noqa: BLE001 - the parent learns of it by the missing answer
        os._exit(1)
    os._exit(0)


def _limit() -> None:
    """Take from this child all it does not need.

    No new descriptor means no file, no socket and no program: the dynamic loader cannot open a
    library either. Memory is bounded as address space; MALLOC_ARENA_MAX=1 in the environment
    keeps threads from reserving it for nothing (a 48 MP HEIC then fits in 290 MB).
    """
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
