"""The fictional county of the demo: its workbooks, or a database with it.

python -m demo OUT_DIR [--seed N]   writes the workbooks and prints each one's path
python -m demo --if-empty           builds the county into the configured database if nothing has been loaded yet
"""

import argparse
import sys
from pathlib import Path

from demo.build import build, is_empty
from demo.county import write_county
from settings import SettingsError, settings


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", metavar="OUT_DIR", type=Path, nargs="?")
    parser.add_argument("--if-empty", action="store_true")
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    if arguments.out is not None:
        for path in write_county(arguments.out, arguments.seed):
            print(path, flush=True)
    elif arguments.if_empty:
        try:
            url = settings().database.absolute_url
        except SettingsError as error:
            sys.exit(str(error))
        if is_empty(url):
            build(url, seed=arguments.seed)
    else:
        parser.error("OUT_DIR or --if-empty is needed")


if __name__ == "__main__":
    main()
