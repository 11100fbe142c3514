"""Ties a process to the one that started it: no `kill -9` of the supervisor or of a server's main process may leave a
child behind that holds a port or a carrier's connection."""

import os
import signal
import sys
import threading
import time

from recado.launch.postgres_cluster import die_with_parent

SUPERVISED = "RECADO_SUPERVISED"  # set for every process under `recado up`


def tie_to_parent() -> None:
    """Ends this process (by SIGTERM to itself, so in good order) when its parent ends. Only under a supervisor."""
    if not os.environ.get(SUPERVISED):
        return
    parent = os.getppid()
    if sys.platform == "linux":
        die_with_parent(signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the kernel knew of our wish
            os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    """For systems without that wish, and for a process that SIGTERM alone does not end in time."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)
