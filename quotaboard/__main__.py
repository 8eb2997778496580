"""`python -m quotaboard`."""

import sys

from quotaboard.cli import main

sys.exit(main())
