#!/usr/bin/env python3
"""Holds a running hub to its own OpenAPI document: no answer that it does not describe, and no crash.

    make test-api                            installs what this needs, and runs it
    tests/conformance/run.py PROGRAM [WHO]   as lead, anonymous, administrator or open; all without WHO

Each round has a hub of its own in a directory of its own, with one audit that has some marks, and the
same seed each time. What a round asks is in schemathesis.toml, what it must know of the hub in hooks.py.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
# All of it comes from one address, and most is to be told something else than that it is too much.
ENVIRONMENT = {"FIELDHUB_LIMITS_JOINS_PER_MINUTE": "1000000", "FIELDHUB_LIMITS_RATES": "1000000"}
# What /trust gives is there with HTTPS alone, and what it says without is to be seen too.
HTTPS = {"crew": ["--tls", "auto", "--tls-listen", "127.0.0.1:0"], "open": ["--tls", "off"]}
# A JPEG of eight by eight grey pixels, so that a thumbnail can be made of it.
PHOTO = (HERE / "photo.jpg").read_bytes()
SCHEMATHESIS = pathlib.Path(sys.executable).with_name("schemathesis")


class Hub:
    """The real program on a port that was free."""

    def __init__(self, program, directory, access):
        self.program, self.directory = program, directory
        log = open(directory / "log", "wb")
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--access", access, "--data-dir", directory, *HTTPS[access]],
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=log, text=True)
        said = iter(self.process.stdout.readline, "")
        line = next((line for line in said if line.startswith("fieldhub is listening on ")), None)
        assert line, "it did not say where it listens"
        self.url = line.split()[-1].rstrip("/")
        # What else it prints, the QR code, must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def command(self, *words):
        """A command of the administrator; what it printed as JSON."""
        done = subprocess.run([self.program, *words, "--json", "--data-dir", self.directory],
                              env={}, check=True, capture_output=True, text=True)
        return json.loads(done.stdout or "null")

    def call(self, path, body, session=None):
        request = urllib.request.Request(self.url + path, data=json.dumps(body).encode())
        if session:
            request.add_header("Authorization", f"Bearer {session}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def join(self, code, name):
        words = {"code": self.command("crew", code)["code"], "name": name, "device_id": f"dev_{name}"}
        return self.call("/api/v1/join", words)

    def stop(self):
        self.process.terminate()
        assert self.process.wait() == 0, "it did not stop well"


@contextlib.contextmanager
def running(program, access):
    """A hub with an audit and what a crew does to it."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fieldhub-api-"))
    hub = Hub(program, directory, access)
    try:
        hub.command("audit", "import", str(FIXTURES / "jalibat-tablet-export.json"), "--token", "jalibat")
        yield hub
        hub.stop()
    finally:
        hub.process.kill()
        hub.process.wait()
        shutil.rmtree(directory)


def mark(hub, session):
    for module, status in [("M001", "dead"), ("M050", "ok"), ("S3-12", "inequality"), ("M001", "ok")]:
        body = {"status": status, "comment": "=1+1" if module == "M050" else "seen", "technicianId": "tech_1", "technicianName": "Léa"}
        hub.call(f"/api/audit/jalibat/module/{module}", body, session)


def photograph(hub, session):
    """A photo of M001: its picture, and then the operation that names it."""
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    headers = {"Content-Type": "application/partial-upload", "Upload-Offset": "0", "Upload-Complete": "?1"}
    if session:
        headers["Authorization"] = f"Bearer {session}"
    picture = urllib.request.Request(f"{hub.url}/api/v1/audits/jalibat/photos/{sha256}", PHOTO, headers, method="PATCH")
    urllib.request.urlopen(picture).close()
    variant = {"class": "thumb", "sha256": sha256, "bytes": len(PHOTO), "type": "image/jpeg"}
    photo = {"id": "019a0000-0000-7000-8000-000000000001", "kind": "photo", "at": {"module_id": "M001"}, "variants": [variant],
             "technician_id": "tech_1", "technician_name": "Léa", "device_id": "dev_1", "marked_at_ms": 1_764_000_000_000}
    done = hub.call("/api/v1/audits/jalibat/ops", {"ops": [photo]}, session)
    assert done["results"][0].get("seq"), done


def read_workbook(hub):
    """The report's workbook, as another program reads it: the API's figures, types of cells, and formulas that are ours alone."""
    from openpyxl import load_workbook

    def get(path):
        with urllib.request.urlopen(f"{hub.url}/api/v1/audits/jalibat{path}") as answer:
            return answer.read()

    audit, report = json.loads(get("")), json.loads(get("/reports/draft?format=json"))
    assert report["figures"]["by_status"] == audit["by_status"], report["figures"]
    book = hub.directory / "report.xlsx"
    book.write_bytes(get("/reports/draft?format=xlsx&lang=en"))
    formulas, values = load_workbook(book), load_workbook(book, data_only=True)
    assert values.sheetnames == ["Summary", "Strings", "Modules", "Findings", "Claims", "History", "Photos"], values.sheetnames
    beside = {row[0]: row[1] for row in values["Summary"].iter_rows(values_only=True) if row[0]}
    figures = report["figures"]
    for name, figure in [("Total", "modules"), ("Examined", "examined"), ("With a defect", "defects"), ("Photos", "photos")]:
        assert beside[name] == figures[figure], (name, beside[name], figures)
    for sheet in formulas:
        if sheet.title not in ("Summary", "Strings"):
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), sheet.title
    modules = formulas["Modules"]
    assert modules.freeze_panes == "A2" and modules.auto_filter.ref and modules.max_row == audit["module_count"] + 1
    comments = [row for row in modules.iter_rows(min_row=2) if row[12].value]
    assert all(row[12].data_type == "s" for row in comments) and any(row[12].value.startswith("=") for row in comments)
    assert all(row[14].is_date for row in comments), "a time is a time"


@contextlib.contextmanager
def relay(path):
    """A port on this machine that leads to the administrator's socket."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(come_from, go_to):
        with contextlib.suppress(OSError):
            while data := come_from.recv(65536):
                go_to.sendall(data)
        with contextlib.suppress(OSError):
            go_to.shutdown(socket.SHUT_WR)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                client = listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(path))
                for ends in [(client, server), (server, client)]:
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    with listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def judge(hub, url, lead=None, member=None, examples=None):
    """Whether schemathesis found nothing wrong at `url`, and what was answered well."""
    reached = hub.directory / "reached"
    reached.touch()
    (hub.directory / "photo.jpg").write_bytes(PHOTO)
    hub.command("backup", str(hub.directory / "backup"))
    hub.command("bundle", "export", str(hub.directory / "bundle"))
    environment = dict(os.environ, FIELDHUB_URL=url, FIELDHUB_FIXTURES=str(FIXTURES),
                       FIELDHUB_BACKUP=str(hub.directory / "backup"), FIELDHUB_BUNDLE=str(hub.directory / "bundle"),
                       FIELDHUB_PHOTO=str(hub.directory / "photo.jpg"), FIELDHUB_REACHED=str(reached), SCHEMATHESIS_HOOKS=str(HERE / "hooks.py"))
    words = [SCHEMATHESIS, "--config-file", HERE / "schemathesis.toml", "run", f"{url}/api/openapi.json"]
    if lead:
        environment |= {"FIELDHUB_SESSION": lead["token"], "FIELDHUB_SELF": lead["technician_id"]}
        words += ["--header", f"Authorization: Bearer {lead['token']}"]
    if member:
        environment["FIELDHUB_MEMBER"] = member
    if examples:
        words += ["--max-examples", str(examples)]
    # In the hub's directory: schemathesis leaves things behind.
    good = subprocess.run(words, env=environment, cwd=hub.directory).returncode == 0
    if hub.process.poll() is not None:
        print(f"the hub has ended with {hub.process.returncode}", file=sys.stderr)
        good = False
    if not good:
        print((hub.directory / "log").read_text(errors="replace")[-4_000:], file=sys.stderr)
    return good, set(reached.read_text().splitlines())


def as_lead(program):
    with running(program, "crew") as hub:
        lead = hub.join("lead-code", "lead")
        member = hub.join("code", "member")["technician_id"]
        mark(hub, lead["token"])
        photograph(hub, lead["token"])
        return judge(hub, hub.url, lead, member)


def anonymous(program):
    with running(program, "crew") as hub:
        return judge(hub, hub.url, examples=5)


def administrator(program):
    """Over the Unix socket: what ends all sessions is reached too."""
    with running(program, "crew") as hub, relay(hub.directory / "fieldhub.sock") as url:
        member = hub.join("code", "member")["technician_id"]
        return judge(hub, url, member=member, examples=10)


def open_to_all(program):
    with running(program, "open") as hub:
        mark(hub, None)
        photograph(hub, None)
        read_workbook(hub)
        return judge(hub, hub.url, examples=10)


def operations(program):
    """All that the document describes."""
    with running(program, "open") as hub, urllib.request.urlopen(f"{hub.url}/api/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    # Each round begins by reading the document itself.
    del paths["/api/openapi.json"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item}


ROUNDS = {"lead": as_lead, "anonymous": anonymous, "administrator": administrator, "open": open_to_all}


def main(program, *chosen):
    failed, reached = [], set()
    for who in chosen or ROUNDS:
        print(f"== the API, as {who}", flush=True)
        good, well = ROUNDS[who](str(pathlib.Path(program).resolve()))
        reached |= well
        if not good:
            failed.append(who)
    if failed:
        sys.exit(f"the API is not as it describes itself, as {', '.join(failed)}: see above")
    # Refusals alone would prove little.
    if missed := sorted(operations(program) - reached) if not chosen else []:
        sys.exit(f"no request was good enough for {', '.join(missed)}: see hooks.py")


if __name__ == "__main__":
    main(*sys.argv[1:])
