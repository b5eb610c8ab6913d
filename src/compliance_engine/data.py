"""Where the shipped rule library and the policy template are: inside the wheel, else in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def rules_folder() -> Path:
    """The folder of the shipped rule library, one sub-folder a jurisdiction."""
    return _shipped("rules")


def policy_template_folder() -> Path:
    """The policy folder that a new organisation starts from."""
    return _shipped("policies/template")


def _shipped(name: str) -> Path:
    # A wheel carries the folders as package data; an editable install has them two levels above the package.
    for root in (_PACKAGE / "_data", _PACKAGE.parents[1]):
        if (root / name).is_dir():
            return root / name
    msg = f"this installation has no {name} folder; install the package again"
    raise FileNotFoundError(msg)
