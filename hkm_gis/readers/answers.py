"""What a form calls its questions → what people call them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["without_prefixes"]


def without_prefixes(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return answers by the bare name of their question; a group's name stays where two clash.

    Examples
    --------
    >>> without_prefixes([("lahan/nama", "Budi"), ("kk/no", "1"), ("lahan/no", "2")])
    {'nama': 'Budi', 'kk/no': '1', 'lahan/no': '2'}
    """
    bare = [name.rpartition("/")[2] for name, _ in pairs]
    is_odk_central = any(name.lower() in ("key", "meta-instanceid") for name in bare)
    if is_odk_central:
        bare = [name.rpartition("-")[2] or name for name in bare]
    said: dict[str, str] = {}
    for (name, value), short in zip(pairs, bare, strict=True):
        key = short if short and bare.count(short) == 1 else name
        count = 1
        while key in said:  # a heading that stands twice keeps both answers
            count += 1
            key = f"{name}_{count}"
        said[key] = value
    return said
