"""Checks the driver traces of many machines with checker-cli on Apache Spark."""

__version__ = "0.1.0"
