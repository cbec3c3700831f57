"""Runs a command on given processor cores; it ends when the process that started it does, however that ends.

`python -m benchmarks.leash 0,1 command …`. Elsewhere than on Linux the command runs as it is.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    cores, command = sys.argv[1], sys.argv[2:]
    if sys.platform == "linux":
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
