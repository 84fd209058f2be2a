"""What the processes of one run leave in the folder for temporary files goes with the run.

Who is killed, or ends without a word as a forked process does, takes nothing away: copies of
static files, sockets, a database, a browser's profile.
"""

import os
import shutil
import tempfile
from collections.abc import Callable


def gather() -> Callable[[], None]:
    """Give this process and all that it starts a folder of their own; return what removes it.

    The folders of tests stay where pytest keeps those of the last runs, for who looks for a fault.
    """
    before = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="eco110-tests-")
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", before)
    os.environ["TMPDIR"] = tempfile.tempdir = folder

    def remove() -> None:
        os.environ["TMPDIR"] = tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)

    return remove
