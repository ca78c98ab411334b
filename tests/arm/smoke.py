#!/usr/bin/env python3
"""The program as it will run on a Pi: served, marked, killed, and asked again.

    tests/arm/smoke.py qemu-aarch64-static target/static/aarch64-unknown-linux-musl/release/fieldhub
    tests/arm/smoke.py target/debug/fieldhub

Everything is a command to run, the program last. A hub of its own in a directory of its own, on ports that were free.
"""

import json
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid

PROGRAM = sys.argv[1:]
AUDIT = "smoke"
WRITERS = 4
KILLS = 3
# An emulated start takes seconds, where a Pi takes a tenth of one.
PATIENCE = 120


class Hub:
    def __init__(self, directory, *more, on="127.0.0.1"):
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "--listen", f"{on}:0", "--tls", "auto", "--tls-listen", f"{on}:0",
             "--access", "open", "--data-dir", directory, *more],
            env={}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines, self.ended, self.printed = [], False, threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()
        self.http = self.wait_for(r"listening on (http://[\d.]+:\d+)")
        self.https = self.wait_for(r"HTTPS is at (https://[\d.]+:\d+)")

    def read(self):
        for line in self.process.stdout:
            with self.printed:
                self.lines.append(line)
                self.printed.notify_all()
        with self.printed:
            self.ended = True
            self.printed.notify_all()

    def wait_for(self, pattern):
        """The first thing printed that looks so."""
        def found():
            return next((m for m in map(re.compile(pattern).search, self.lines) if m), None)
        with self.printed:
            if not self.printed.wait_for(lambda: found() or self.ended, PATIENCE) or not found():
                sys.exit(f"nothing like {pattern} was printed:\n{''.join(self.lines)}")
            return found()[1]

    def call(self, path, body=None, origin=None, trusted=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request((origin or self.http) + path, data=data, headers={"content-type": "application/json"})
        # Never by the proxy that this machine may have for the internet.
        by = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted))
        with by.open(request, timeout=PATIENCE) as answer:
            return answer.read()

    def json(self, path, body=None, **where):
        return json.loads(self.call(path, body, **where))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """In an orderly way, and in time."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0, "it did not stop well"


def mark(module, status):
    return {"id": uuid7(), "kind": "mark", "module_id": module, "status": status, "technician_id": "tech_smoke",
            "device_id": "dev_smoke", "marked_at_ms": int(time.time() * 1000)}


def uuid7():
    ms = int(time.time() * 1000)
    return str(uuid.UUID(int=ms << 80 | 7 << 76 | 2 << 62 | uuid.uuid4().int & (1 << 62) - 1))


class Acknowledged:
    """The ids of marks that the hub has acknowledged, from all writers."""

    def __init__(self):
        self.ids, self.more = [], threading.Condition()

    def add(self, id):
        with self.more:
            self.ids.append(id)
            self.more.notify_all()

    def wait_for_more(self, count):
        with self.more:
            enough = len(self.ids) + count
            assert self.more.wait_for(lambda: len(self.ids) >= enough, PATIENCE), f"{len(self.ids)} marks, then no more"


def write_until_killed(hub, writer, acknowledged):
    number = 0
    while True:
        number += 1
        op = mark(f"M{(writer * 61 + number) % 242 + 1:03}", ("ok", "dead", "microcracks")[number % 3])
        try:
            answer = hub.json(f"/api/v1/audits/{AUDIT}/ops", {"ops": [op]})
        except urllib.error.HTTPError:
            raise
        except OSError:
            return
        assert answer["results"][0]["outcome"] != "refused", answer
        acknowledged.add(op["id"])


def in_the_log(hub):
    ids, after = [], 0
    while True:
        page = hub.json(f"/api/v1/audits/{AUDIT}/ops?after={after}&limit=1000")
        ids += [op["id"] for op in page["ops"]]
        if page["next"] == page["head"]:
            return ids
        after = page["next"]


def main():
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        # Multicast options are refused under qemu: a hub that cannot announce itself says so and serves all the same.
        hub = Hub(directory, on="0.0.0.0")
        announced = hub.wait_for(r"(found on the network as \S+|WARN .*(?:mDNS|multicast).*)")
        hub.json("/api/v1/audits", {"token": AUDIT, "name": "Smoke", "strings": "26,24x9"})
        hub.stop()
        print(f"serves and stops when told; mDNS: {announced}")

        hub = Hub(directory, "--no-mdns")
        sent = {"status": "dead", "comment": "verre cassé", "technicianId": "tech_a1b2c3d4", "technicianName": "Léa"}
        assert hub.json(f"/api/audit/{AUDIT}/module/M001", sent)["success"]
        told = hub.json(f"/api/audit/{AUDIT}/updates?since=0")["updates"]
        assert [(row["module_id"], row["status"], row["comment"]) for row in told] == [("M001", "dead", "verre cassé")], told
        print("a v3.3 mark is read back")

        trusted = ssl.create_default_context(cadata=hub.call("/trust/fieldhub-ca.pem").decode())
        about = hub.json("/api/v1/hub", origin=hub.https, trusted=trusted)
        assert about["hub_id"] == hub.json("/api/v1/hub")["hub_id"]
        assert b"<html" in hub.call("/", origin=hub.https, trusted=trusted)
        try:
            hub.call("/", origin=hub.https, trusted=ssl.create_default_context())
            sys.exit("a certificate of its own was trusted without its CA")
        except urllib.error.URLError:
            pass
        print("HTTPS by its own CA")

        acknowledged = Acknowledged()
        for _ in range(KILLS):
            writers = [threading.Thread(target=write_until_killed, args=(hub, n, acknowledged)) for n in range(WRITERS)]
            for writer in writers:
                writer.start()
            acknowledged.wait_for_more(100)
            hub.kill()
            for writer in writers:
                writer.join()
            hub = Hub(directory, "--no-mdns")
            there = in_the_log(hub)
            assert len(there) == len(set(there)), "an operation is there twice"
            lost = set(acknowledged.ids) - set(there)
            assert not lost, f"{len(lost)} of {len(acknowledged.ids)} acknowledged marks are lost"
        hub.stop()
        print(f"{len(acknowledged.ids)} acknowledged marks are there after {KILLS} times kill -9")


main()
