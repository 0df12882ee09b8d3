"""What a process that commands are forked from has loaded: every module of the command line."""

import importlib

from zhaohu.cli import app

for _name in dict.fromkeys(app._GROUPS.values()):
    importlib.import_module(f"zhaohu.cli.{_name}")
