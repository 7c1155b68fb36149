"""Group commit: calls gather while a run is busy, and one run serves all that have gathered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

QUIET = 0.3
LONGEST = 10.0


class GroupCommit(Generic[Item, Result]):
    """Runs `run` over batches of items, one batch at a time, in the order in which items came.

    A batch starts once no item has come for `quiet` seconds, or `longest` seconds after the first was seen. `run`
    answers with one result an item, in order; when it raises, every item of the batch fails with that error.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        quiet: float = QUIET,
        longest: float = LONGEST,
    ) -> None:
        self._run = run
        self._quiet = quiet
        self._longest = longest
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._came = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Wait until a run has served the item."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._came.set()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            await self._gather()
            batch, self._waiting = self._waiting, []
            await self._serve(batch)

    async def _gather(self) -> None:
        """Return when no item has come for the quiet time, or when the longest wait is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._longest
        while (left := end - loop.time()) > 0:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), min(self._quiet, left))
            except TimeoutError:
                return

    async def _serve(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must learn of it
            for _, future in batch:
                _fail(future, error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


def _fail(future: asyncio.Future[Result], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
