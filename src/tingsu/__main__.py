"""``python -m tingsu``: the command line, once the launcher has prepared the environment."""

import sys

from tingsu.ops.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
