"""How the documentation is built: Sphinx reads the numpy docstrings and these Markdown pages."""

from importlib.metadata import version as version_of

project = "hkm_gis"
author = "hkm_gis"
copyright = "hkm_gis, BSD-3-Clause"  # noqa: A001 (Sphinx's name)
version = release = version_of("hkm-gis")
language = "id"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["_build", "**/.*"]
myst_heading_anchors = 3

autosummary_generate = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_validation_checks = {"SS03"}

html_theme = "furo"
html_title = "hkm_gis"
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5132", "color-brand-content": "#1f5132"}
}
# No page asks a network for anything: the documentation is read where there is none.
html_static_path: list[str] = []
