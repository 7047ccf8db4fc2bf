"""Processes that work on parts of a question: on this machine, or those of a Dask scheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

# How long a scheduler may take to answer, and to have a worker.
PATIENCE_S = 20.0
PRELOADED = ("tinhso.infrastructure.solvers.national", "tinhso.infrastructure.solvers.warmed")


class Workers:
    """Processes of Dask distributed: a cluster on this machine, or the one whose scheduler is at `address`.

    Those elsewhere need the same version of this package. Raises ImportError where `distributed` is not installed and
    OSError where no scheduler answers, where it has no worker, or where workers are lost on the way.
    """

    def __init__(self, count: int = 0, address: str = "", *, patience_s: float | None = None) -> None:
        from distributed import Client

        patience_s = PATIENCE_S if patience_s is None else patience_s
        self.cluster: Any = None
        self.client: Any = None
        # What these tell of joining and leaving is no news; what goes wrong reaches the caller as an exception.
        for name in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if address:
            asyncio.run(_reach(address, patience_s))
        try:
            if not address:
                self.cluster = _local(count)
            self.client = Client(address or self.cluster, timeout=patience_s, set_as_default=False)
            self.client.wait_for_workers(1, timeout=patience_s)
        except TimeoutError as error:
            self.close()
            raise OSError(f"no worker has joined within {patience_s:g} s") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Ends the processes started here."""
        for held in (self.client, self.cluster):
            if held is not None:
                held.close()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(self, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """The results in the order of the items; the largest are begun first, so that none is left to the end alone."""
        from distributed import KilledWorker
        from distributed.client import CancelledError

        order = sorted(range(len(items)), key=lambda index: -len(items[index].edges))
        futures = self.client.map(function, [items[index] for index in order], pure=False)
        try:
            found = self.client.gather(futures)
        except (KilledWorker, CancelledError) as error:
            raise OSError(f"workers were lost: {error}") from error
        return [result for _, result in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]


async def _reach(address: str, patience_s: float) -> None:
    """Raises OSError unless a scheduler speaks at an address; a client waits without end for one that only listens."""
    from distributed.comm import connect
    from distributed.security import Security

    try:
        async with asyncio.timeout(patience_s):
            comm = await connect(address, timeout=patience_s, **Security().get_connection_args("client"))
            await comm.close()
    except TimeoutError as error:
        raise OSError(f"no answer from {address} within {patience_s:g} s") from error
    except ValueError as error:
        raise OSError(f"{address}: {error}") from error


def _local(count: int) -> Any:
    """A cluster on this machine, its workers forked from one process that has imported what they need."""
    import dask
    from distributed import LocalCluster
    from distributed.utils import get_mp_context

    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        # Called first, because distributed sets a list of its own the first time.
        get_mp_context().set_forkserver_preload(["distributed", *PRELOADED])
        return LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1",
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"}, silence_logs=logging.CRITICAL,
        )  # fmt: skip
