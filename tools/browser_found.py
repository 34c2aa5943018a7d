"""Exit 0 when a Chromium for browser tests is installed."""

import os
import shutil
import sys

if __name__ == "__main__":
    found = os.environ.get("PEAKEND_CHROMIUM") or shutil.which("chromium")
    sys.exit(0 if found else 1)
