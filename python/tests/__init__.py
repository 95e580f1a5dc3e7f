"""Tests of the Python package: ``python3 -m unittest discover`` in the folder ``python``."""
