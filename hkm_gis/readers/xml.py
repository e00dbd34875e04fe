"""XML without DTD, entities or bottomless nesting → elements that go by their local names."""

from __future__ import annotations

from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from hkm_gis.files import Limits, Refusal, allowing, has_guessed_letters, text_of

__all__ = ["parse_xml"]


def parse_xml(content: bytes, limits: Limits) -> Element:
    """Return the root element; namespaces are dropped, for the field writes several for one thing.

    expat itself, in the way of defusedxml: a document type is refused where it begins, so no
    entity can be declared, whatever the version of expat. Depth is counted on the way in.

    Raises
    ------
    Refusal
        The text is cut short, damaged, has a document type, or is nested too deeply.
    """
    try:
        return _parse(content, limits)
    except expat.ExpatError as problem:
        if problem.code == _INVALID_TOKEN and has_guessed_letters(content):
            return parse_xml((text_of(content) or "").encode(), limits)
        raise _refusal(problem) from None
    except (LookupError, ValueError) as problem:
        raise Refusal("xml_damaged", line=1, problem=str(problem)[:80]) from None


_INVALID_TOKEN = 4  # XML_ERROR_INVALID_TOKEN
_CUT_SHORT = {3, 5, 20}  # no element found, unclosed token, unclosed CDATA section


def _parse(content: bytes, limits: Limits) -> Element:
    builder = TreeBuilder()
    local_names: dict[str, str] = {}
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.xml_depth:
            allow = allowing(xml_depth=4 * limits.xml_depth)
            raise Refusal("xml_too_deep", limit=limits.xml_depth, allow=allow)
        name = local_names.get(tag)
        if name is None:
            name = local_names[tag] = tag.rpartition(":")[2]
        builder.start(name, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    if limits.xml_entities == 0:
        parser.StartDoctypeDeclHandler = _refuse_document_type
    else:
        _count_entities(parser, builder, limits)
    parser.Parse(content, True)
    return builder.close()


def _refuse_document_type(*_declaration: Any) -> NoReturn:
    raise Refusal("xml_document_type", allow=allowing(xml_entities=10))


def _count_entities(parser: expat.XMLParserType, builder: TreeBuilder, limits: Limits) -> None:
    """Let a document that the user trusts declare so many entities, and unfold as an archive may.

    Entities that lie in other files are never opened, whatever the limit.
    """
    left = {"entities": limits.xml_entities, "letters": limits.archive_bytes}

    def declare(*declaration: Any) -> None:
        left["entities"] -= 1
        if left["entities"] < 0 or declaration[4] is not None:  # the address of another file
            raise Refusal(
                "xml_document_type", allow=allowing(xml_entities=limits.xml_entities + 10)
            )

    def data(text: str) -> None:
        left["letters"] -= len(text)
        if left["letters"] < 0:
            raise Refusal("xml_unfolds", limit_mb=round(limits.archive_mb))
        builder.data(text)

    parser.EntityDeclHandler = declare
    parser.CharacterDataHandler = data


def _refusal(problem: expat.ExpatError) -> Refusal:
    if problem.code in _CUT_SHORT:
        return Refusal("file_cut_short", line=problem.lineno)
    return Refusal(
        "xml_damaged", line=problem.lineno, problem=expat.errors.messages.get(problem.code, "?")
    )
