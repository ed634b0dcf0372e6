"""matplotlib: figures appear under the cell as PNG, without show(); CJK text has a font."""

import base64
import io
import os
import sys
from typing import Any

from . import display
from .modules import after_import, guarded

#: Names of the added fonts.
_fallbacks: list[str] = []
#: Figures this cell has shown by itself, as `fig` or display(fig).
_shown: list[Any] = []


def after_cell() -> None:
    """Show and close the figures that are still open."""
    if "matplotlib.pyplot" in sys.modules:
        guarded(_show_all, "figures could not be shown")
    _shown.clear()


def _show_all() -> None:
    plt = sys.modules["matplotlib.pyplot"]
    try:
        for number in plt.get_fignums():
            figure = plt.figure(number)
            if not any(figure is one for one in _shown) and (figure.axes or _has_content(figure)):
                guarded(lambda: _publish(figure), "a figure could not be drawn")
    finally:
        plt.close("all")


def _has_content(figure: Any) -> bool:
    return any(getattr(figure, name, None) for name in ("lines", "texts", "images", "patches", "subfigs"))


def _publish(figure: Any) -> None:
    display.publish_display_data({"image/png": png_of(figure), "text/plain": repr(figure)})


def png_of(figure: Any) -> str:
    file = io.BytesIO()
    colours = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
    figure.savefig(file, format="png", dpi=figure.dpi, bbox_inches="tight", **colours)
    return base64.b64encode(file.getvalue()).decode("ascii")


@after_import("matplotlib.font_manager")
def fit_fonts(font_manager: Any) -> None:
    """Text in scripts that DejaVu Sans does not have takes its glyphs from the fonts of OKCVM_FONTS_DIR.

    Glyphs fall back along the families of a text, not along rcParams["font.sans-serif"], of which only the first
    installed one is used. So every text's families get ours at their end, whatever a person or a style asks for.
    """
    folder = os.environ.get("OKCVM_FONTS_DIR", "")
    if not os.path.isdir(folder):
        return
    for name in sorted(os.listdir(folder)):
        if name.lower().endswith((".ttf", ".otf", ".ttc")):
            path = os.path.join(folder, name)
            guarded(lambda: _add_font(font_manager, path), f"the font {name} could not be added")
    rc = sys.modules["matplotlib"].rcParams
    rc["font.sans-serif"] = _with_fallbacks(list(rc["font.sans-serif"]))
    properties = font_manager.FontProperties
    own_family = properties.get_family

    def get_family(self: Any) -> list[str]:
        families = own_family(self)
        return _with_fallbacks([families] if isinstance(families, str) else list(families))

    get_family.__doc__ = own_family.__doc__
    properties.get_family = get_family


def _add_font(font_manager: Any, path: str) -> None:
    font_manager.fontManager.addfont(path)
    name = font_manager.FontProperties(fname=path).get_name()
    if name not in _fallbacks:
        _fallbacks.append(name)


def _with_fallbacks(families: list[str]) -> list[str]:
    """Ours come last, after DejaVu Sans, whose Latin letters go with it."""
    if not _fallbacks:
        return families
    added = [family for family in ("DejaVu Sans", *_fallbacks) if family not in families]
    at = families.index("DejaVu Sans") + 1 if "DejaVu Sans" in families else len(families)
    return [*families[:at], *added, *families[at:]]


@after_import("matplotlib.figure")
def fit_figure(module: Any) -> None:
    figure = module.Figure

    def show(self: Any, warn: bool = True) -> None:
        _show_one(self)

    def bundle(self: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        text = {"text/plain": repr(self)}
        if not self.axes and not _has_content(self):
            return text
        _shown.append(self)
        return {"image/png": png_of(self), **text}

    figure.show, figure._repr_mimebundle_ = show, bundle


def _show_one(figure: Any) -> None:
    guarded(lambda: _publish(figure), "a figure could not be drawn")
    _shown.append(figure)


@after_import("matplotlib.pyplot")
def fit_pyplot(plt: Any) -> None:
    def show(*args: Any, **kwargs: Any) -> None:
        """Show the open figures here, then close them."""
        guarded(_show_all, "figures could not be shown")

    plt.show = show
