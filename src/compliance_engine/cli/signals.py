"""How signals end the program: at once, though a query is running, and without leaving files behind."""

import os
import signal
import threading
from collections.abc import Collection

from compliance_engine.leftovers import remove_held

_ending = threading.Event()


def tidy_at_the_end() -> None:
    """From now on a hang-up, an interrupt or a request to end removes unfinished files before it ends the process.

    Python runs its own handlers between two of its instructions, which a query can keep from coming for half a minute.
    So the signals are kept from every thread but one that waits for them. Call this before there are other threads.
    A signal that somebody ignores or handles already is left alone.
    """
    if not hasattr(signal, "pthread_sigmask"):  # systems without it end the process themselves
        return
    usual = (signal.SIG_DFL, signal.default_int_handler)
    numbers = [n for n in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) in usual]
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    threading.Thread(target=_wait, args=(numbers,), name="signals", daemon=True).start()


def wait_if_ending() -> None:
    """Never come back if a signal is ending the process: what fails meanwhile fails because files are gone."""
    if _ending.is_set():
        threading.Event().wait()


def _wait(numbers: Collection[signal.Signals]) -> None:
    number = signal.sigwait(numbers)
    _ending.set()
    remove_held()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    signal.pthread_kill(threading.get_ident(), number)
    os._exit(128 + number)  # the first process of a container is not ended by signals
