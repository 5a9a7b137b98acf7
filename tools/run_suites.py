# SPDX-License-Identifier: Apache-2.0
"""Run published suites against the engine, and keep what they reached.

    python tools/run_suites.py suite [--update] [--draft NAME] [--list VERDICT]
    python tools/run_suites.py maskbench [--update] [--cases N] [--data FILE] [--names NAME ...]

`suite` is the JSON-Schema-Test-Suite: a table of verdicts, then what is better or worse than the
recorded outcomes, which `--update` writes anew. `maskbench` judges the cases of MaskBench, all
by default; `--update` writes the outcomes of the sample that the tests run. The exit status is 1 if
something is worse than recorded or, for MaskBench, if a verdict is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]

from conformance.json_schema import maskbench, ratchet, suite  # noqa: E402
from conformance.json_schema.outcomes import judge_all, table  # noqa: E402
from harness.cases import load_cases  # noqa: E402
from harness.vocabularies import shared_folder  # noqa: E402


def run_suite(options: argparse.Namespace) -> int:
    """Run the JSON-Schema-Test-Suite; give the exit status."""
    loaded = suite.load_suite(shared_folder())
    found = {
        draft: judge_all(loaded.groups[draft], loaded.documents)
        for draft in suite.DRAFTS
        if options.draft in {None, draft}
    }
    print(table(found, loaded.groups))
    num_worse = 0
    for draft, outcomes in found.items():
        if options.update:
            ratchet.save(draft, outcomes)
        worse, better = ratchet.compare(ratchet.load(draft), outcomes)
        num_worse += len(worse)
        print("\n".join([f"worse   {draft} {line}" for line in worse]), end="\n" * bool(worse))
        print("\n".join([f"better  {draft} {line}" for line in better]), end="\n" * bool(better))
        for name, outcome in outcomes.items():
            if options.list in {outcome.any_order, outcome.schema_order}:
                print(f"{draft} {outcome.any_order} {outcome.schema_order} {outcome.reason} {name}")
    return 1 if num_worse else 0


def run_maskbench(options: argparse.Namespace) -> int:
    """Judge MaskBench cases; give the exit status."""
    cases = load_cases(options.data, options.cases, maskbench.SEED)
    if options.names:
        cases = [case for case in cases if case.name in options.names]
    start = time.monotonic()
    results = maskbench.judge_all(cases)
    seconds = time.monotonic() - start
    wrong = maskbench.wrong_cases(results)
    print(maskbench.table(results))
    print(maskbench.reasons(results))
    print(f"wrong, with the indices of instances:\n{wrong or 'none'}")
    print(f"{seconds:.1f} s")
    if options.update:
        sample = load_cases(options.data, maskbench.SAMPLE, maskbench.SEED)
        maskbench.save(maskbench.judge_all(sample))
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    of_suite = commands.add_parser("suite")
    of_suite.add_argument("--update", action="store_true", help="record what was reached")
    of_suite.add_argument("--draft", choices=suite.DRAFTS, help="default: all")
    of_suite.add_argument("--list", metavar="VERDICT", help="list the groups with this verdict")
    of_suite.set_defaults(run=run_suite)
    of_maskbench = commands.add_parser("maskbench")
    of_maskbench.add_argument("--update", action="store_true", help="record the tests' sample")
    of_maskbench.add_argument("--cases", type=int, default=0, help="size of a sample; 0: all")
    of_maskbench.add_argument("--data", type=Path, help="folder or .tar.xz of cases")
    of_maskbench.add_argument("--names", nargs="*", help="these cases only")
    of_maskbench.set_defaults(run=run_maskbench)
    options = parser.parse_args()
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
