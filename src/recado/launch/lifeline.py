"""Ties a process to the one that started it: no `kill -9` of the supervisor or of a server's main process may leave a
child behind that holds a port or a carrier's connection."""

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from recado.launch.postgres_cluster import die_with_parent

SUPERVISED = "RECADO_SUPERVISED"  # set for every process under `recado up`


def tie_to_parent(first: Callable[[], object] = lambda: None) -> None:
    """Ends this process (by SIGTERM to itself, so in good order) when its parent ends. Only under a supervisor.
    `first` is called before: what would keep SIGTERM waiting is to be let go."""
    if not os.environ.get(SUPERVISED):
        return
    parent = os.getppid()
    is_told = sys.platform == "linux"
    if is_told:
        die_with_parent(signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the kernel knew of our wish
            os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent, first, is_told), name="lifeline", daemon=True).start()


def _watch(parent: int, first: Callable[[], object], is_told: bool) -> None:
    """For systems without that wish, and for a process that SIGTERM alone does not end in time. Never a second SIGTERM:
    granian 2.8 waits for ever in its handler of one, holding Python's lock, so that not even this thread would go on."""
    while os.getppid() == parent:
        time.sleep(0.5)
    first()
    if not is_told:
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)


YOUNG = 20_000  # objects made before the collector looks at the young ones; Python's 700 come at every tenth request


def settle_in() -> None:
    """Takes what the process has loaded out of the garbage collector's sight, which would walk it all again and again
    (a third of what a text by API cost), and lets it look less often. Once, when the process is about to serve."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
