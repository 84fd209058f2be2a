"""What the processes of one run leave in the folder for temporary files goes with the run.

Who is killed, or ends without a word as a forked process does, takes nothing away: copies of
static files, sockets, a database, a browser's profile.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30  # bytes; three processes were seen to use 0.3 GB of it at a time


def place() -> str:
    """Return where temporary files go: into memory, where it has room and lets programs run.

    A database's files are made and dropped there in a third of the time. A container often has
    64 MB of such memory, and another system none: then it is the folder that everybody uses.
    """
    before = tempfile.gettempdir()
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return before
    found = os.statvfs(MEMORY)
    fits = found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
    return str(MEMORY) if fits else before


def gather() -> Callable[[], None]:
    """Give this process and all that it starts a folder of their own; return what removes it.

    A failed test's folder stays where pytest keeps those of the last runs, for who looks for a
    fault.
    """
    before, chosen = tempfile.gettempdir(), place()
    folder = tempfile.mkdtemp(prefix="eco110-tests-", dir=chosen)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", chosen)
    os.environ["TMPDIR"] = tempfile.tempdir = folder

    def remove() -> None:
        os.environ["TMPDIR"] = tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)

    return remove
