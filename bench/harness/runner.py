# SPDX-License-Identifier: Apache-2.0
"""The parent of the workers: asks, waits, notes crashes and limits, and lets engines alternate.

Only one worker is busy at a time. Engines take turns in blocks of requests, so that what the
machine does in the meantime hits all of them alike.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

BENCH = Path(__file__).resolve().parents[1]
START_LIMIT_S = 300.0
WALL_FACTOR = 5.0  # wall-clock limit over CPU limit: other load is no reason to end a worker
WALL_EXTRA_S = 30.0
READ_BYTES = 1 << 20
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Settings:
    """What all workers of a run share."""

    vocabulary: str
    limit_s: float  # CPU seconds of one request
    memory_gb: float = 0.0  # 0: no limit
    requests_per_process: int = 0  # 0: a worker lives as long as it can
    block: int = 20  # requests before the next engine's turn
    log: Path | None = None  # what the workers print


@dataclass(slots=True)
class Reply:
    """What came back for one request.

    `status` is "done"; "error": the task raised; "timeout" or "crash": the process ended, in
    `phase`.
    """

    status: str = ""
    phase: str = ""
    error: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    growth_kb: int = 0
    peak_kb: int = 0

    @property
    def alive(self) -> bool:
        return self.status in ("done", "error")


class Worker:
    """One process with one engine."""

    def __init__(self, engine: str, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.served = 0
        self._buffer = b""
        read_fd, write_fd = os.pipe()
        paths = [str(BENCH), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | dict.fromkeys(ONE_THREAD, "1")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        command = [sys.executable, "-m", "harness.worker", "--engine", engine]
        command += ["--vocabulary", settings.vocabulary, "--fd", str(write_fd)]
        command += ["--memory-gb", str(settings.memory_gb)]
        log: IO[bytes] | int = settings.log.open("ab") if settings.log else subprocess.DEVNULL
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=(write_fd,),
            env=environment,
        )
        if not isinstance(log, int):
            log.close()
        os.close(write_fd)
        self._read_fd = read_fd
        self.ready = self._receive(time.monotonic() + START_LIMIT_S)
        if not self.ready:
            self.close(kill=True)
            raise RuntimeError(f"the worker of {engine} did not start; --log FILE shows why")

    def _receive(self, deadline: float) -> dict[str, Any] | None:
        """Read one line; None at the deadline, or when the process has ended."""
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._read_fd], [], [], left)[0]:
                return None
            data = os.read(self._read_fd, READ_BYTES)
            if not data:
                return None
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def ask(self, request: Mapping[str, Any]) -> Reply:
        """Have a request done. After "timeout" and "crash" the worker is gone."""
        limit = request.get("limit_s", self.settings.limit_s)
        deadline = time.monotonic() + limit * WALL_FACTOR + WALL_EXTRA_S
        assert self._process.stdin is not None
        line = json.dumps({"limit_s": limit, **request}) + "\n"
        with contextlib.suppress(BrokenPipeError):  # it ended before; reading will tell
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        reply = Reply()
        while message := self._receive(deadline):
            kind = message.pop("kind")
            if kind == "phase":
                reply.phase = message["phase"]
            elif kind == "record":
                reply.records.append(message["record"])
            else:
                reply.status = "error" if "error" in message else "done"
                for name, value in message.items():
                    setattr(reply, name, value)
                return reply
        late = time.monotonic() >= deadline
        code = self.close(kill=late)
        reply.status = "timeout" if late or code == -signal.SIGPROF else "crash"
        reply.error = f"{reply.status} in {reply.phase}" + (
            "" if reply.status == "timeout" else f", exit status {code}"
        )
        return reply

    def close(self, *, kill: bool = False) -> int:
        """End the process and give its exit status."""
        if kill:
            self._process.kill()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        code = self._process.wait()
        if self._read_fd >= 0:
            os.close(self._read_fd)
            self._read_fd = -1
        return code


class Lineup:
    """The engines of a run, each with a worker that is replaced when it ends."""

    def __init__(self, engines: Sequence[str], settings: Settings) -> None:
        self.engines = list(engines)
        self.settings = settings
        self.ready: dict[str, dict[str, Any]] = {}
        self.restarts = dict.fromkeys(engines, 0)
        self._workers: dict[str, Worker] = {}

    def __enter__(self) -> Lineup:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers.values():
            worker.close()

    def _worker(self, engine: str) -> Worker:
        worker = self._workers.get(engine)
        if worker is None:
            worker = self._workers[engine] = Worker(engine, self.settings)
            self.ready.setdefault(engine, worker.ready or {})
        return worker

    def ask(self, engine: str, request: Mapping[str, Any]) -> Reply:
        """Have one request done by an engine, by a new worker if the last one has done enough."""
        most = self.settings.requests_per_process
        if most and engine in self._workers and self._workers[engine].served >= most:
            self.retire(engine)
        reply = self.ask_apart(engine, request)
        if engine in self._workers:
            self._workers[engine].served += 1
        return reply

    def ask_apart(self, engine: str, request: Mapping[str, Any]) -> Reply:
        """Have a request done that does not count towards `requests_per_process`."""
        reply = self._worker(engine).ask(request)
        if not reply.alive:
            del self._workers[engine]
            self.restarts[engine] += 1
        return reply

    def retire(self, engine: str) -> None:
        """End an engine's worker, so that its next request has a fresh process."""
        if engine in self._workers:
            self._workers.pop(engine).close()

    def take_turns(
        self, requests: Sequence[Mapping[str, Any]], after_block: Sequence[Mapping[str, Any]] = ()
    ) -> Iterator[tuple[str, int, Reply]]:
        """Yield (engine, index of the request, reply), block by block.

        Args:
            requests: done by every engine.
            after_block: requests that every engine does after each of its blocks; the replies of
                the first have index -1, of the second -2, and so on.
        """
        for start in range(0, len(requests), self.settings.block):
            indices = range(start, min(start + self.settings.block, len(requests)))
            for engine in self.engines:
                for index in indices:
                    yield engine, index, self.ask(engine, requests[index])
                for number, request in enumerate(after_block):
                    yield engine, -1 - number, self.ask_apart(engine, request)
