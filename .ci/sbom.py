#!/usr/bin/env python3
"""What a binary is made of, as one CycloneDX document: the crates as cargo-cyclonedx lists them, and the packages of the
page, as its lock file has them.

    .ci/sbom.py CRATES.json web/package-lock.json >fieldhub.cdx.json

Of npm's packages those that only build and test the page are left out: `dependencies` of web/package.json are what it is
made of. npm's own `npm sbom --omit dev` loses packages that are a tool's peers as well, and dates and numbers each run.
Nothing here tells the machine or the hour, so that the same commit gives the same bytes.
"""

import base64
import json
import pathlib
import sys


def crates(path):
    text = pathlib.Path(path).read_text()
    # The place of the sources on this machine is in the reference of the crate itself.
    own = json.loads(text)["metadata"]["component"]["bom-ref"]
    return json.loads(text.replace(own, "fieldhub"))


def packages(path):
    lock = json.loads(pathlib.Path(path).read_text())["packages"]
    for place, package in sorted(lock.items()):
        if place and not package.get("dev") and not package.get("devOptional"):
            yield component(place.rpartition("node_modules/")[2], package)


def component(name, package):
    algorithm, _, digest = package["integrity"].partition("-")
    purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
    return {
        "type": "library", "bom-ref": purl, "name": name, "version": package["version"], "scope": "required",
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
        "licenses": [{"expression": package["license"]}], "purl": purl,
    }


def main():
    bom = crates(sys.argv[1])
    page = list(packages(sys.argv[2]))
    if not page:
        sys.exit(f"{sys.argv[2]} names no package that the page is made of")
    bom["components"] += page
    next(each for each in bom["dependencies"] if each["ref"] == "fieldhub")["dependsOn"] += [each["purl"] for each in page]
    bom["dependencies"] += [{"ref": each["purl"]} for each in page]
    json.dump(bom, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
