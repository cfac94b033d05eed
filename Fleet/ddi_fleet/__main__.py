"""``python -m ddi_fleet``, and what ``spark-submit`` is given."""

import sys

from ddi_fleet.cli import main

sys.exit(main())
