"""``python -m rome`` is ``rome``."""

import sys

from rome.cli.main import main

sys.exit(main())
