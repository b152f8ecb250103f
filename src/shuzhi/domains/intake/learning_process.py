"""Learning in a process of its own, behind all other work of the machine: neither worker nor page waits for it."""

import shutil
import subprocess
import sys

_GENTLY = ("-n", "15")
_started: dict[str, "subprocess.Popen[bytes]"] = {}


def start(target: str) -> bool:
    """Begin to learn, unless what this process began before still goes on. What becomes of it stands in the log."""
    before = _started.get(target)
    if before is not None and before.poll() is None:
        return False
    nice = shutil.which("nice")
    command = [sys.executable, "-m", "shuzhi", "text", "learn", target]
    _started[target] = subprocess.Popen([nice, *_GENTLY, *command] if nice else command)
    return True
