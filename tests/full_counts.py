"""`make test-long`: the tests that are long or repeated, at their full counts, with a dated result.

Writes docs/benchmarks/<date>-long.md: what ran how often, what failed, how long it took.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest

from tests.machine import ROOT, machine

ROUNDS = "50"


class Results:
    """Listens to pytest: outcomes and seconds by test function."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("[")[0]
        self.seconds[name] += report.duration
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[name][report.outcome] += 1

    def table(self) -> str:
        rows = [
            f"| {name} | {counts['passed']} | {counts['failed']} | {counts['skipped']} "
            f"| {self.seconds[name]:.0f} |"
            for name, counts in sorted(self.outcomes.items())
        ]
        head = "| test | passed | failed | skipped | seconds |\n|---|---|---|---|---|\n"
        return head + "\n".join(rows)


def main() -> int:
    os.environ.setdefault("KILL_ROUNDS", ROUNDS)
    results, today = Results(), datetime.now(UTC).date().isoformat()
    before = machine()
    code = pytest.main(["-m", "long or rounds", "--timeout", "7200"], plugins=[results])
    path = ROOT / "docs" / "benchmarks" / f"{today}-long.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"# Tests at their full counts, {today}\n\n{before}\n\n"
        f"KILL_ROUNDS={os.environ['KILL_ROUNDS']}\n\n{results.table()}\n"
    )
    sys.stderr.write(f"Written to {path.relative_to(ROOT)}\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
