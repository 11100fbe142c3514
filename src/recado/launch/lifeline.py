"""Ties a process to the one that started it: no `kill -9` of the supervisor or of a server's main process may leave a
child behind that holds a port or a carrier's connection."""

import gc
import os
import signal
import sys
import threading
import time

from recado.launch.postgres_cluster import die_with_parent

SUPERVISED = "RECADO_SUPERVISED"  # set for every process under `recado up`


def tie_to_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ends this process, by this signal to itself, when its parent ends. Only under a supervisor. SIGTERM is good order;
    SIGKILL is for a process whose handler of SIGTERM may wait for ever."""
    if not os.environ.get(SUPERVISED):
        return
    parent = os.getppid()
    is_told = sys.platform == "linux"
    if is_told:
        die_with_parent(how)
        if os.getppid() != parent:  # it ended before the kernel knew of our wish
            os.kill(os.getpid(), how)
    threading.Thread(target=_watch, args=(parent, how, is_told), name="lifeline", daemon=True).start()


def _watch(parent: int, how: signal.Signals, is_told: bool) -> None:
    """For systems without that wish, and for a process that the signal alone does not end in time."""
    while os.getppid() == parent:
        time.sleep(0.5)
    if not is_told:
        os.kill(os.getpid(), how)
    time.sleep(10)
    os._exit(1)


YOUNG = 20_000  # objects made before the collector looks at the young ones; Python's 700 come at every tenth request


def settle_in() -> None:
    """Takes what the process has loaded out of the garbage collector's sight, which would walk it all again and again
    (a third of what a text by API cost), and lets it look less often. Once, when the process is about to serve."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
