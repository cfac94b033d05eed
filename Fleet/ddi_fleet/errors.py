"""What is told to the person at the command line."""


class FleetError(Exception):
    """Something that the user can mend: the message says what is wrong and what to do."""
