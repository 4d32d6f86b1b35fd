"""Luodi 落地: from a notice to the people it is for, and back to the sentence."""

__version__ = "0.1.0"
