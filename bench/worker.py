"""One engine, one job, one process: `python -m bench.worker ENGINE JOB`; prints what it took."""

from __future__ import annotations

import gc
import json
import sys
import time
from importlib import import_module
from pathlib import Path

import duckdb

from bench.spec import Job

FINGERPRINT = """
SELECT (SELECT count(*) FROM rows), (SELECT sum(amount) FROM rows),
       (SELECT sum(hash(subject::BIGINT, town::BIGINT, rule::INT, month::INT, amount::BIGINT,
                        reason::INT) % 1000003) FROM rows),
       (SELECT count(DISTINCT (subject, rule, month)) FROM rows),
       (SELECT sum(subjects) FROM totals), (SELECT sum(amount) FROM totals),
       (SELECT sum(hash(town::BIGINT, rule::INT, month::INT, subjects::BIGINT, amount::BIGINT)
                   % 1000003) FROM totals)
"""


def main(engine: str, text: str) -> None:
    job = Job(**json.loads(text))
    module = import_module(f"bench.{engine}")
    prepared = [module.prepare(job)] if hasattr(module, "prepare") else []
    gc.collect()
    gc.freeze()  # what was made at import is nobody's work
    start_mb = peak_mb()
    before = time.process_time()
    result = module.run(job, *prepared)
    cpu = time.process_time() - before
    most_mb = peak_mb()
    rows, totals = (
        module.answer(job, result)
        if hasattr(module, "answer")
        else (f"FROM read_parquet('{job.rows}')", f"FROM read_parquet('{job.totals}')")
    )
    query = f"WITH rows AS ({rows}), totals AS ({totals}) {FINGERPRINT}"
    fingerprint = duckdb.execute(query).fetchone()
    print(
        json.dumps(
            {
                "cpu": cpu,
                "start_mb": start_mb,
                "peak_mb": most_mb,
                "fingerprint": [int(value) for value in fingerprint or ()],
            }
        )
    )


def peak_mb() -> float:
    """The most memory this process has held; getrusage would tell its parent's too."""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
