"""Sphinx: MyST pages, some of them executed, and a reference made from `wilks.__all__`."""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from types import FunctionType, ModuleType

from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.pycode import ModuleAnalyzer

import wilks

# Executed pages call `wilks` as a command, also where its environment is not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# They run with no settings of whoever builds them, but with ours.
_settings = TemporaryDirectory()
os.environ["IPYTHONDIR"] = _settings.name
_startup = Path(_settings.name, "profile_default", "startup")
_startup.mkdir(parents=True)
copy(Path(__file__).with_name("startup.py"), _startup)

project = "wilks"
author = "The wilks developers"
copyright = f"2026, {author}"
version = release = wilks.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "examples"]
html_theme = "furo"
html_title = f"wilks {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_output_stderr = "remove"  # TensorFlow's greetings; an error still fails the build

REFERENCE = re.compile(r"^<!-- (reference|gallery): (.+?) -->$", flags=re.MULTILINE)


def home(name: str) -> str:
    """Return the module that defines a public name; that of an alias is where it is documented."""
    value = getattr(wilks, name)
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, type | FunctionType):
        return value.__module__
    modules = (module for module in sorted(sys.modules) if module.startswith("wilks."))
    documented = (m for m in modules if ("", name) in ModuleAnalyzer.for_module(m).find_attr_docs())
    return next(documented)


def public_names() -> dict[str, list[str]]:
    """Return the names of `wilks.__all__` by the part of wilks that defines them."""
    names = defaultdict(list)
    for name in wilks.__all__:
        if name != "__version__":
            names[home(name).split(".")[1]].append(name)
    return dict(names)


def reference(name: str) -> str:
    """Return the autodoc directive of a public name."""
    value = getattr(wilks, name)
    if isinstance(value, ModuleType):
        lines = [f".. autofunction:: wilks.{name}.{function}" for function in value.__all__]
    elif isinstance(value, type):
        lines = [f".. autoclass:: wilks.{name}", "   :members:", "   :show-inheritance:"]
    elif isinstance(value, FunctionType):
        lines = [f".. autofunction:: wilks.{name}"]
    else:
        lines = [f".. autodata:: {home(name)}.{name}", "   :no-value:"]
    return "\n".join(["```{eval-rst}", *lines, "```", ""])


def gallery(name: str) -> str:
    """Return the heading of a distribution, its picture and its docstring; the page says how `picture` draws."""
    cell = ["```{code-cell}", ":tags: [remove-input]", "", f"picture(wilks.{name})", "```"]
    docstring = ["```{eval-rst}", f".. autoclass:: wilks.{name}", "```"]
    return "\n".join([f"## {name}", "", *cell, "", *docstring, ""])


def fill_reference(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace `<!-- reference: data space -->` by what these modules define of the public names."""
    names, makers = public_names(), {"reference": reference, "gallery": gallery}

    def directives(marker: re.Match[str]) -> str:
        make, modules = makers[marker[1]], marker[2].split()
        return "\n".join(make(name) for module in modules for name in names.get(module, []))

    source[0] = REFERENCE.sub(directives, source[0])


def check_reference(app: Sphinx) -> None:
    """Fail where a public name would stand on no page."""
    pages = (Path(app.srcdir) / "reference").glob("*.md")
    shown = {
        module
        for page in pages
        for _, modules in REFERENCE.findall(page.read_text(encoding="utf-8"))
        for module in modules.split()
    }
    missing = sorted(set(public_names()) - shown)
    if missing:
        raise ConfigError(f"no page of docs/reference shows the public names of {missing}")


def setup(app: Sphinx) -> None:
    """Connect the reference to the build."""
    app.connect("builder-inited", check_reference)
    app.connect("source-read", fill_reference)
