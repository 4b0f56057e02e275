"""What the black-box tests share: a server handle, a client, stream readers and leak checks."""

import sys
from pathlib import Path

# leakcheck, which is a tool of its own: for programs that are not started by pytest.
TOOLS = str(Path(__file__).resolve().parents[2] / "tools")
if TOOLS not in sys.path:
    sys.path.append(TOOLS)
