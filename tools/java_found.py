"""Exit with 0 if there is a Java that Spark can use, 17 or newer."""

import re
import shutil
import subprocess
import sys


def java_found() -> bool:
    """Whether `java` runs here and is new enough."""
    if not (java := shutil.which("java")):
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return bool(version) and int(version[1]) >= 17


if __name__ == "__main__":
    sys.exit(0 if java_found() else 1)
