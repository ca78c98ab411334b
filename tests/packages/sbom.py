#!/usr/bin/env python3
"""Judges lists of what a binary is made of by CycloneDX's own schema: tests/packages/sbom.py FILE...

And by what must be in them: crates of the database and of TLS, and the page's framework.
"""

import json
import pathlib
import sys

import cyclonedx.schema
import jsonschema_rs

SCHEMAS = pathlib.Path(cyclonedx.schema.__file__).parent / "_res"


def schema(name):
    return json.loads((SCHEMAS / name).read_text())


def main():
    # Under the names that the schema calls them by: nothing is fetched.
    parts = ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]
    registry = jsonschema_rs.Registry([(f"http://cyclonedx.org/schema/{part}", schema(part)) for part in parts])
    judge = jsonschema_rs.Draft7Validator(schema("bom-1.5.SNAPSHOT.schema.json"), registry=registry)
    for path in sys.argv[1:]:
        bom = json.loads(pathlib.Path(path).read_text())
        for error in judge.iter_errors(bom):
            sys.exit(f"{path}: {error}")
        missing = {"redb", "rustls", "ring", "svelte"} - {each["name"] for each in bom["components"]}
        if missing:
            sys.exit(f"{path} leaves out {missing}")
        if "file:" in json.dumps([each["bom-ref"] for each in bom["components"]]):
            sys.exit(f"{path} tells where it was made")


main()
