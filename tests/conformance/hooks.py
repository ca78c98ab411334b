"""What schemathesis cannot know of this hub. Loaded by schemathesis; run.py sets the environment."""

import hashlib
import itertools
import json
import os
import pathlib
import urllib.request

import schemathesis

BASE = os.environ["FIELDHUB_URL"]
SESSION = os.environ.get("FIELDHUB_SESSION")
MEMBER = os.environ.get("FIELDHUB_MEMBER", "tech_member")
FIXTURES = pathlib.Path(os.environ["FIELDHUB_FIXTURES"])
BACKUP = pathlib.Path(os.environ["FIELDHUB_BACKUP"])
BUNDLE = pathlib.Path(os.environ["FIELDHUB_BUNDLE"])
PHOTO = pathlib.Path(os.environ["FIELDHUB_PHOTO"]).read_bytes()
# Where to note what was answered well.
REACHED = pathlib.Path(os.environ["FIELDHUB_REACHED"])


def page():
    """The bundle's one page, which is the log of its one audit: what lies between nine bytes and the trailer."""
    bundle = BUNDLE.read_bytes()
    return bundle[10:10 + 5 + int.from_bytes(bundle[11:15], "little") + 4]


# Of these, no schema can say what a good one is like. Every other request has one.
FILES = {
    ("POST", "/api/v1/restore", "application/octet-stream"): BACKUP.read_bytes(),
    ("POST", "/api/v1/bundle", "application/vnd.fieldhub.bundle"): BUNDLE.read_bytes(),
    ("POST", "/api/v1/peer/{token}/ops", "application/vnd.fieldhub.page"): page(),
    ("POST", "/api/v1/audits", "text/csv"): (FIXTURES / "jalibat-observed.csv").read_bytes(),
    ("POST", "/api/v1/audits/{token}/serials", "text/csv"): b"module,serial\nM001,JKM-1\n",
    ("PUT", "/api/v1/company/logo", "image/jpeg"): PHOTO,
}
BODIES = {
    ("POST", "/api/v1/upstream/try"): {"url": "http://127.0.0.1:9"},
    ("POST", "/api/v1/audits/{token}/reports"): {"lang": "fr", "utc_offset": 120},
    ("POST", "/api/v1/audits/{token}/photos/proposal"): {"by": "name", "pictures": [{"name": "DCIM/M001.jpg", "bytes": 1}]},
    ("PUT", "/api/v1/backups/told"): {"run": "one", "state": "done", "file": "fieldhub.backup", "bytes": 1, "audits": 1},
}
every_other = itertools.cycle([True, False])


@schemathesis.serializer("application/vnd.fieldhub.page", "application/vnd.fieldhub.bundle", "application/partial-upload", "image/jpeg")
def as_it_is(ctx, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.hook
def before_call(ctx, case, kwargs):
    path = case.path_parameters or {}
    # Whoever asks would send themselves away, and hear nothing but 401 from then on.
    if path.get("technician_id") in ("tech_member", os.environ.get("FIELDHUB_SELF")):
        path["technician_id"] = MEMBER
    file = FILES.get((case.method.upper(), case.path, case.media_type))
    if file is not None and next(every_other):
        case.body = file
        if "token" in path:
            path["token"] = "jalibat"
    body = BODIES.get((case.method.upper(), case.path))
    if body is not None and next(every_other):
        case.body = body
    # The photo that run.py has put there, sent once more.
    if case.path.startswith("/api/v1/audits/{token}/photos/{sha256}") and next(every_other):
        path |= {"token": "jalibat", "sha256": hashlib.sha256(PHOTO).hexdigest()}
        if case.method.upper() == "PATCH":
            case.headers.update({"Upload-Offset": "0", "Upload-Complete": "?1"})
            case.body = PHOTO
    if case.path == "/api/v1/audits/{token}/reports/{number}" and next(every_other):
        path |= {"token": "jalibat", "number": "draft"}
        case.query = {}
    # Of the audits that are there, most of the time, as the addresses of other requests are.
    if case.path == "/api/v1/live" and next(every_other):
        case.query = {"audit": ["jalibat"]}
    # A restore begins another log, and what is noted is of the log that there is.
    if case.path == "/api/v1/bundle/exported" and isinstance(case.body, dict) and next(every_other):
        with urllib.request.urlopen(f"{BASE}/api/v1/hub") as hub:
            case.body = {"log_id": json.load(hub)["log_id"], "audits": [{"token": "jalibat", "seq": 1}]}


@schemathesis.hook
def after_call(ctx, case, response):
    if response.status_code < 300:
        with REACHED.open("a") as file:
            print(case.operation.label, file=file)
    # An audit that was removed is made again, so that what comes after meets one.
    if case.method.upper() == "DELETE" and response.status_code == 204:
        audit = (FIXTURES / "jalibat-tablet-export.json").read_bytes()
        request = urllib.request.Request(f"{BASE}/api/v1/audits?token=jalibat", data=audit)
        if SESSION:
            request.add_header("Authorization", f"Bearer {SESSION}")
        urllib.request.urlopen(request).close()
