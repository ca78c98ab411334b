"""The CI pipeline: stages that run side by side, each when those that it needs are done. `.ci/run` calls it.

A stage prints what it has to say when it ends; while it runs that is in target/ci/STAGE.log. The first that fails ends all
others, and its name is the last line. At the end: minutes, CPU minutes and what was counted, for each.

Tests that watch the clock (`quiet`) run one at a time. Compilers beside them are `nice`: they take what the tests leave, and
`static`, for which others wait, before the rest of them.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

LOGS = pathlib.Path("target/ci")
# One more than there are cores: browsers wait more than they compute, and the last step of a build has use for one core alone.
MOST = (os.cpu_count() or 2) + 1


@dataclass
class Stage:
    name: str
    command: str
    after: tuple = ()
    # Its tests watch the clock: one such stage at a time.
    quiet: bool = False
    nice: int = 0
    # What to count in the log, and how it is called. A group that is a number is added up, else each match is one.
    counts: tuple = ()


# What is given away is built by `make dist`, whole, in its hour. Here the program of a Pi is, that of a router is built to be
# tried, and the package for this machine holds the program that the tests run.
QUICK = "QUICK=armv7-unknown-linux-musleabihf TESTED=x86_64-unknown-linux-musl"

# In the order in which they begin, where there is a choice. BUILD=true: `build` has built it, and clippy may have cargo's lock.
STAGES = [
    Stage("tools-test", "make tools-test"),
    Stage("programs", "make programs static-setup"),
    Stage("page", "make web"),
    Stage("packages", "make test-packages"),
    Stage("build", "make test-build", after=("page",)),
    Stage("static", f"make static {QUICK}", after=("page", "programs"), nice=3, counts=((r" bytes; .*static", "binaries"),)),
    Stage("test-rust", "make test-rust", after=("build", "programs", "packages"), quiet=True,
          counts=((r"(\d+) tests run: \d+ passed", "tests"), (r"^test result: ok\. (\d+) passed", "tests"))),
    Stage("test-browser", "make test-browser BUILD=true", after=("build", "programs"), quiet=True, counts=((r"^ +(\d+) passed", "tests"),)),
    Stage("lint-rust", "make lint-rust", after=("build",), nice=19, counts=((r"^cargo (?:fmt|clippy) ", "checks"),)),
    Stage("lint-web", "make lint-web", after=("page",), nice=19, counts=((r"^> fieldhub-web\S* (?:types|check|lint)$", "checks"),)),
    Stage("test-web", "make test-web", after=("page",), nice=19, counts=((r"^(?:#|ℹ) pass (\d+)", "tests"),)),
    Stage("tools", "make dist-tools", nice=19),
    Stage("fuzz-build", "make fuzz-build", after=("lint-rust",), nice=19),
    Stage("test-api", "make test-api BUILD=true", after=("build", "packages"), counts=((r"^== the API, as ", "rounds"),)),
    Stage("smoke-arm", f"make smoke-arm {QUICK}", after=("static",), counts=((r"acknowledged marks are there", "machines"),)),
    Stage("test-dist", f"make test-dist BUILD=true {QUICK}", after=("static", "tools", "build", "packages", "programs"), nice=10,
          counts=((r"\.(?:deb|gz|json)$", "files"), (r"^== packages are whole", "installed"))),
    Stage("fuzz-quick", "make fuzz-quick", after=("fuzz-build",), counts=((r"^fuzz: \w+: .*DONE", "targets"),)),
    Stage("test-pictures", "make test-pictures BUILD=true", after=("build", "programs"), counts=((r"^ +(\d+) passed", "tests"),)),
]


class Running:
    def __init__(self, stage):
        self.stage, self.log, self.began = stage, LOGS / f"{stage.name}.log", time.monotonic()
        command = ["nice", "-n", str(stage.nice), "bash", "-c", stage.command]
        # A group of its own, to end all of it; no session of its own: `nice` would mean nothing beside the others.
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0)
        print(f"== {stage.name}: {stage.command}", flush=True)

    def ended(self, status, usage):
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.minutes = (time.monotonic() - self.began) / 60
        self.cpu = (usage.ru_utime + usage.ru_stime) / 60
        said = self.log.read_text(errors="replace")
        print(f"\n==== {self.stage.name} ====\n{said}", end="" if said.endswith("\n") else "\n")
        self.counted = [f"{count(pattern, said)} {what}" for pattern, what in self.stage.counts if count(pattern, said)]
        print(f"== {self.stage.name}: {self.minutes:.1f} min, {self.cpu:.1f} CPU min{''.join(', ' + each for each in self.counted)}\n", flush=True)
        return self.process.returncode == 0

    def end(self, how):
        try:
            os.killpg(self.process.pid, how)
        except ProcessLookupError:
            pass


def count(pattern, text):
    return sum(int(found) if found.isdigit() else 1 for found in re.findall(pattern, text, re.MULTILINE))


def end_all(running):
    """Those that do not end when asked to are killed."""
    for each in running.values():
        each.end(signal.SIGTERM)
    until = time.monotonic() + 10
    while running and time.monotonic() < until:
        try:
            pid, *_ = os.wait3(os.WNOHANG)
        except ChildProcessError:
            break
        if pid in running:
            running.pop(pid).end(signal.SIGKILL)
        elif pid == 0:
            time.sleep(0.1)
    for each in running.values():
        each.end(signal.SIGKILL)


def pipeline(stages):
    """Runs all; gives those that have ended, and the one that failed."""
    waiting, running, done = list(stages), {}, []
    try:
        while waiting or running:
            for stage in list(waiting):
                now = [each.stage for each in running.values()]
                ready = not {each.name for each in waiting + now} & set(stage.after)
                if ready and not (stage.quiet and any(each.quiet for each in now)) and len(now) < MOST:
                    waiting.remove(stage)
                    each = Running(stage)
                    running[each.process.pid] = each
            pid, status, usage = os.wait3(0)
            if pid not in running:
                continue
            each = running.pop(pid)
            good = each.ended(status, usage)
            done.append(each)
            if not good:
                return done, each
        return done, None
    finally:
        end_all(running)


def whole():
    """Everything that `make lint` and `make test` do is a stage: what is added there is not forgotten here."""
    for target in re.findall(r"^(?:lint|test): (.*)$", pathlib.Path("Makefile").read_text(), re.MULTILINE):
        if missing := set(target.split()) - {stage.name for stage in STAGES}:
            sys.exit(f".ci/stages.py lacks {', '.join(sorted(missing))}")


def with_needed(chosen):
    """These stages and those that they need."""
    known = {stage.name: stage for stage in STAGES}
    if unknown := set(chosen) - set(known):
        sys.exit(f"there is no stage {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    needed = set()
    while chosen:
        needed |= set(chosen)
        chosen = {before for name in chosen for before in known[name].after} - needed
    return [stage for stage in STAGES if stage.name in needed]


def main(*chosen):
    whole()
    LOGS.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    done, failed = pipeline(with_needed(chosen) if chosen else STAGES)
    print(f"{'stage':<14}{'minutes':>8}{'CPU':>7}  counted")
    for each in done:
        print(f"{each.stage.name:<14}{each.minutes:>8.1f}{each.cpu:>7.1f}  {', '.join(each.counted)}")
    minutes = (time.monotonic() - began) / 60
    print(f"{'all':<14}{minutes:>8.1f}{sum(each.cpu for each in done):>7.1f}")
    if failed:
        sys.exit(f"CI stopped after {minutes:.1f} minutes: {failed.stage.name} failed; what it said is above, under ==== {failed.stage.name} ====")
    print("== every stage passed")


main(*sys.argv[1:])
