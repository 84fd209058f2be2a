"""Starts the decoder's process without the service: only this feature's package is importable.

The package `app` wires database, keys and web pages; a process that opens strangers' files must
hold none of them. Hence a bare stand-in for it, before anything is imported.
"""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

if __name__ == "__main__":
    bare = ModuleType("app")
    bare.__path__ = [str(Path(__file__).resolve().parent.parent)]
    sys.modules["app"] = bare
    import_module("app.media.zygote").main()
