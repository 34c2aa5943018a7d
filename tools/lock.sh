#!/bin/sh
# Pin every requirement with its hashes; no lock file carries a download address.
set -eu
compile() { .venv/bin/uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url --python-version 3.11 "$@"; }
compile -o requirements/base.txt
compile --extra dev --extra bench -o requirements/dev.txt
