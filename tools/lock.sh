#!/bin/sh
# Pin every requirement with its hashes; no lock file carries a download address.
set -eu
compile() {
    from=$1; shift
    .venv/bin/uv pip compile -q "$from" --generate-hashes --no-emit-index-url --python-version 3.11 "$@"
}
compile pyproject.toml -o requirements/base.txt
compile pyproject.toml --extra dev --extra bench -o requirements/dev.txt
# What comes on top for Spark, of the versions that tests have anyway.
compile pyproject.toml --extra spark -c requirements/dev.txt -o requirements/spark.txt
# A server for tests, in an environment of its own: it wants older versions of what Peakend uses.
compile requirements/store.in -o requirements/store.txt
