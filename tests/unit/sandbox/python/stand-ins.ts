/**
 * Tiny modules with the part of the real libraries' API that the kernel uses. The real ones come from a network
 * that tests have not; `npm run check:live` takes them.
 */
export const STAND_INS: Record<string, string> = {
  "matplotlib/__init__.py": `rcParams = {"font.sans-serif": ["Bitstream Vera Sans", "DejaVu Sans", "Arial"]}
`,
  "matplotlib/font_manager.py": `import os
class FontProperties:
    def __init__(self, family=None, fname=None): self._family, self._file = family or ["sans-serif"], fname
    def get_family(self): return self._family
    def get_name(self): return os.path.splitext(os.path.basename(self._file))[0]
class FontManager:
    def __init__(self): self.added = []
    def addfont(self, path):
        if os.path.getsize(path) == 0: raise RuntimeError("cannot open the font")
        self.added.append(path)
fontManager = FontManager()
`,
  "matplotlib/figure.py": `import matplotlib.font_manager
class Figure:
    def __init__(self, number): self.number, self.axes, self.dpi, self.saved = number, [], 100, []
    def __repr__(self): return f"<Figure size 640x480 with {len(self.axes)} Axes>"
    def get_facecolor(self): return "white"
    def get_edgecolor(self): return "white"
    def savefig(self, file, format=None, dpi=None, bbox_inches=None, facecolor=None, edgecolor=None):
        if self.axes == ["bad"]: raise ValueError("cannot draw")
        file.write(f"{format} {self.number} {dpi} {bbox_inches}".encode())
    def show(self, warn=True): raise AttributeError("no window")
`,
  "matplotlib/pyplot.py": `from matplotlib.figure import Figure
_figures = {}
def figure(number=None):
    number = number or max(_figures, default=0) + 1
    return _figures.setdefault(number, Figure(number))
def plot(label="line"):
    figure(max(_figures, default=0) or 1).axes.append(label)
def get_fignums(): return sorted(_figures)
def close(what):
    if what == "all": _figures.clear()
def show(): raise RuntimeError("the window's own show")
`,
  "PIL/__init__.py": "",
  "PIL/ImageShow.py": `_viewers = []
class Viewer:
    def show(self, image, **options): return 0
def register(viewer, order=1):
    _viewers.insert(0, viewer) if order == 0 else _viewers.append(viewer)
def show(image, title=None, **options):
    return any(viewer.show(image, title=title, **options) for viewer in _viewers)
`,
  "PIL/Image.py": `class Image:
    def __repr__(self): return "<PIL image>"
    def _repr_png_(self): return b"PNG of PIL"
    def show(self, title=None):
        from . import ImageShow
        ImageShow.show(self, title=title)
`,
  "cv2.py": `class _Data:
    def tobytes(self): return b"PNG of cv2"
def imencode(kind, array):
    assert kind == ".png"
    return array is not None, _Data()
def imshow(name, array): raise RuntimeError("no window system")
def waitKey(delay=0): raise RuntimeError("no window system")
def destroyAllWindows(): raise RuntimeError("no window system")
`,
};
