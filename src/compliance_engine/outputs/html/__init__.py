"""`html`: pages for people. A page needs nothing but itself: no network, no library, no script to be read.

Numbers are those of all results. Listed one by one are the first of each kind, so that the page stays a page.
"""

from compliance_engine.outputs.html.report import render

__all__ = ["render"]
