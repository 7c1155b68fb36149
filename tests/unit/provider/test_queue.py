from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from twinstack.provider.queue import GroupCommit


class Recorder:
    """Doubles numbers, a batch at a time; a batch with a 13 fails."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.busy = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()

    async def run(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        self.busy.set()
        await self.free.wait()
        if 13 in numbers:
            raise ValueError("13 brings bad luck")
        return [2 * number for number in numbers]


def test_what_comes_together_is_served_together() -> None:
    async def story() -> None:
        recorder = Recorder()
        queue = GroupCommit(recorder.run, quiet=0.01)
        assert await asyncio.gather(*map(queue.submit, range(5))) == [0, 2, 4, 6, 8]
        assert recorder.batches == [[0, 1, 2, 3, 4]]

    asyncio.run(story())


def test_what_comes_during_a_run_is_the_next_batch() -> None:
    async def story() -> None:
        recorder = Recorder()
        recorder.free.clear()
        queue = GroupCommit(recorder.run, quiet=0.01)
        first = asyncio.create_task(queue.submit(1))
        await recorder.busy.wait()
        later = [asyncio.create_task(queue.submit(number)) for number in (2, 3)]
        await asyncio.sleep(0)
        recorder.free.set()
        assert await asyncio.gather(first, *later) == [2, 4, 6]
        assert recorder.batches == [[1], [2, 3]]

    asyncio.run(story())


def test_a_steady_stream_does_not_wait_for_ever() -> None:
    async def story() -> None:
        recorder = Recorder()
        queue = GroupCommit(recorder.run, quiet=0.05, longest=0.1)
        calls = []
        while not recorder.batches:
            calls.append(asyncio.create_task(queue.submit(len(calls))))
            await asyncio.sleep(0.01)
        await asyncio.gather(*calls)
        assert len(recorder.batches[0]) > 2

    asyncio.run(asyncio.wait_for(story(), 5))


def test_an_error_of_the_run_reaches_all_of_its_batch_and_nobody_else() -> None:
    async def story() -> None:
        recorder = Recorder()
        queue = GroupCommit(recorder.run, quiet=0.01)
        unlucky = await asyncio.gather(queue.submit(1), queue.submit(13), return_exceptions=True)
        assert [str(error) for error in unlucky] == ["13 brings bad luck"] * 2
        assert await queue.submit(4) == 8

    asyncio.run(story())


def test_a_caller_that_gave_up_does_not_hurt_the_others() -> None:
    async def story() -> None:
        queue = GroupCommit(Recorder().run, quiet=0.05)
        gone = asyncio.create_task(queue.submit(1))
        stays = asyncio.create_task(queue.submit(2))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == 4
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(story())
