import type { CellCase } from "./match.ts";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** How values look: pretty-printing, MIME bundles, IPython.display. */
export const DISPLAY_CELLS: CellCase[] = [
  {
    name: "long containers are one item a line, short ones one line",
    cells: [
      { code: "list(range(10))", outputs: [{ result: "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]" }] },
      {
        code: "['x' * 30] * 3",
        outputs: [{ result: `['${"x".repeat(30)}',\n '${"x".repeat(30)}',\n '${"x".repeat(30)}']` }],
      },
      {
        code: "{'b': ['x' * 40, 'y' * 40], 'a': 1}",
        outputs: [{ result: `{'b': ['${"x".repeat(40)}',\n  '${"y".repeat(40)}'],\n 'a': 1}` }],
      },
    ],
  },
  {
    name: "dicts keep their order, sets are sorted",
    cells: [
      { code: "{'z': 1, 'a': {3, 1, 2}}", outputs: [{ result: "{'z': 1, 'a': {1, 2, 3}}" }] },
      {
        code: "set(), frozenset([2, 1]), {1, 'a'}",
        outputs: [{ result: "(set(), frozenset({1, 2}), {1, 'a'})" }],
      },
    ],
  },
  {
    name: "tuples, cycles and the thousandth item",
    cells: [
      { code: "(1,), (), [()]", outputs: [{ result: "((1,), (), [()])" }] },
      { code: "a = [1]\na.append(a)\na", outputs: [{ result: "[1, [...]]" }] },
      { code: "list(range(1500))", outputs: [{ result: /\n 999,\n \.\.\.\]$/ }] },
    ],
  },
  {
    name: "classes, functions and instances",
    cells: [
      { code: "class A: pass\nA", outputs: [{ result: "__main__.A" }] },
      { code: "int, [str, A]", outputs: [{ result: "(int, [str, __main__.A])" }] },
      { code: "def f(x, y=1): pass\nf", outputs: [{ result: "<function __main__.f(x, y=1)>" }] },
      { code: "len", outputs: [{ result: "<function len(obj, /)>" }] },
      { code: "A()", outputs: [{ result: /^<__main__\.A at 0x[0-9a-f]+>$/ }] },
    ],
  },
  {
    name: "collections",
    cells: [
      {
        code: "from collections import *\nCounter('aab')",
        outputs: [{ result: "Counter({'a': 2, 'b': 1})" }],
      },
      { code: "defaultdict(list, a=[1])", outputs: [{ result: "defaultdict(list, {'a': [1]})" }] },
      {
        code: "OrderedDict(a=1), deque([1, 2], 5), OrderedDict()",
        outputs: [{ result: "(OrderedDict([('a', 1)]), deque([1, 2], maxlen=5), OrderedDict())" }],
      },
      { code: "namedtuple('P', 'x y')(1, 2)", outputs: [{ result: "P(x=1, y=2)" }] },
    ],
  },
  {
    name: "exceptions, namespaces, patterns, paths, times",
    cells: [
      { code: "ValueError('a', 1)", outputs: [{ result: "ValueError('a', 1)" }] },
      {
        code: "import types, re, pathlib, datetime\ntypes.SimpleNamespace(a=1)",
        outputs: [{ result: "namespace(a=1)" }],
      },
      {
        code: "re.compile(r'\\d+', re.I)",
        outputs: [{ result: "re.compile(r'\\d+', re.IGNORECASE|re.UNICODE)" }],
      },
      {
        code: "pathlib.PurePosixPath('a/b'), datetime.date(2024, 1, 2)",
        outputs: [{ result: "(PurePosixPath('a/b'), datetime.date(2024, 1, 2))" }],
      },
    ],
  },
  {
    name: "a _repr_pretty_ of one's own",
    cells: [
      {
        code: "class T:\n    def _repr_pretty_(self, p, cycle):\n        with p.group(2, 'T(', ')'):\n            p.pretty([1])\n            p.text(',')\n            p.breakable()\n            p.pretty('b')\nT()",
        outputs: [{ result: "T([1], 'b')" }],
      },
    ],
  },
  {
    name: "a repr of several lines inside a list",
    cells: [
      {
        code: "class M:\n    def __repr__(self): return 'M(1,\\n  2)'\n[M(), M()]",
        outputs: [{ result: "[M(1,\n   2),\n M(1,\n   2)]" }],
      },
    ],
  },
  {
    name: "every kind of MIME method",
    cells: [
      {
        code: `class Rich:
    def __repr__(self): return "plain"
    def _repr_html_(self): return "<b>h</b>"
    def _repr_markdown_(self): return "**m**"
    def _repr_svg_(self): return "<svg/>"
    def _repr_png_(self): return b"\\x89PNG"
    def _repr_jpeg_(self): return b"\\xff\\xd8", {"width": 3}
    def _repr_latex_(self): return "$x$"
    def _repr_json_(self): return {"a": [1, None]}
    def _repr_javascript_(self): return "1"
Rich()`,
        outputs: [
          {
            result: "plain",
            mime: {
              "text/html": "<b>h</b>",
              "text/markdown": "**m**",
              "image/svg+xml": "<svg/>",
              "image/png": "iVBORw==",
              "image/jpeg": "/9g=",
              "text/latex": "$x$",
              "application/json": '{"a":[1,null]}',
              "application/javascript": "1",
            },
          },
        ],
      },
    ],
  },
  {
    name: "_repr_mimebundle_",
    cells: [
      {
        code: "class B:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {'text/html': '<i>', 'text/plain': 'p'}, {'text/html': {'isolated': True}}\nB()",
        outputs: [{ result: "p", mime: { "text/html": "<i>" } }],
      },
    ],
  },
  {
    name: "a display method that fails is a warning",
    cells: [
      {
        code: "class Bad:\n    def __repr__(self): return 'bad'\n    def _repr_html_(self): raise ValueError('oops')\nBad()",
        outputs: [{ stderr: "Warning: _repr_html_ of Bad failed: ValueError: oops\n" }, { result: "bad" }],
      },
      {
        code: "class Worse:\n    def __repr__(self): raise ValueError('oops')\nWorse()",
        outputs: [{ stderr: /ValueError: oops/ }, { result: /^<__main__\.Worse at 0x/ }],
      },
      {
        code: "class Mock:\n    def __getattr__(self, name): return lambda *a, **k: self\n    def __repr__(self): return 'mock'\nMock()",
        outputs: [{ result: "mock" }],
      },
    ],
  },
  {
    name: "classes are not asked for their methods",
    cells: [
      { code: "class C:\n    def _repr_html_(self): return 'x'\nC", outputs: [{ result: "__main__.C" }] },
    ],
  },
  {
    name: "_ipython_display_ shows itself",
    cells: [
      {
        code: "class D:\n    def _ipython_display_(self): print('mine')\nD()",
        outputs: [{ stdout: "mine\n" }],
      },
    ],
  },
  {
    name: "display needs no import and shows in order",
    cells: [
      {
        code: "print('a')\ndisplay(1, [2])\nprint('b')\n3",
        outputs: [
          { stdout: "a\n" },
          { shown: { "text/plain": "1" } },
          { shown: { "text/plain": "[2]" } },
          { stdout: "b\n" },
          { result: "3" },
        ],
      },
    ],
  },
  {
    name: "display handles update",
    cells: [
      {
        code: "from IPython.display import display, update_display\nh = display('one', display_id='here')",
        outputs: [{ shown: { "text/plain": "'one'" }, id: "here" }],
      },
      {
        code: "h.update('two')\nupdate_display('three', display_id='here')\nh",
        outputs: [
          { updated: { "text/plain": "'two'" } },
          { updated: { "text/plain": "'three'" } },
          { result: "<DisplayHandle display_id=here>" },
        ],
      },
    ],
  },
  {
    name: "raw bundles and clear_output",
    cells: [
      {
        code: "from IPython.display import display, clear_output\ndisplay({'text/html': '<p>'}, raw=True)\nclear_output(wait=True)\nclear_output()",
        outputs: [{ shown: { "text/html": "<p>" } }, { cleared: true }, { cleared: false }],
      },
    ],
  },
  {
    name: "HTML, Markdown, Latex, Math, SVG, JSON and Javascript",
    cells: [
      {
        code: "from IPython.display import *\nHTML('<b>x</b>')",
        outputs: [{ result: "<IPython.core.display.HTML object>", mime: { "text/html": "<b>x</b>" } }],
      },
      {
        code: "display(Markdown('# t'), Latex('$a$'), Math('a^2'))",
        outputs: [
          { shown: { "text/markdown": "# t" } },
          { shown: { "text/latex": "$a$" } },
          { shown: { "text/latex": "$\\displaystyle a^2$" } },
        ],
      },
      {
        code: "display(SVG('<?xml version=\"1.0\"?><svg></svg>'), JSON({'a': float('nan')}), Javascript('x()'))",
        outputs: [
          { shown: { "image/svg+xml": "<svg></svg>" } },
          { shown: { "application/json": '{"a":null}' } },
          { shown: { "application/javascript": "x()" } },
        ],
      },
    ],
  },
  {
    name: "Image from bytes and from a file, not from the web",
    cells: [
      {
        code: `import base64\nfrom IPython.display import Image\ndata = base64.b64decode("${PNG}")\nopen("p.png", "wb").write(data)\nImage(data, width=20)`,
        outputs: [{ result: "<IPython.core.display.Image object>", mime: { "image/png": PNG } }],
      },
      {
        code: "display(Image('p.png'), Image(filename='p.png'))",
        outputs: [{ shown: { "image/png": PNG } }, { shown: { "image/png": PNG } }],
      },
      {
        code: "Image(url='https://example.com/a.png')",
        outputs: [{ error: "ValueError", says: /cannot fetch/ }],
      },
      { code: "Image(data=b'nope')", outputs: [{ error: "ValueError" }] },
    ],
  },
  {
    name: "Audio of samples, FileLink as text",
    cells: [
      {
        code: "from IPython.display import Audio, FileLink, Video\nAudio([0, 0.5, -0.5], rate=8000)",
        outputs: [{ result: /Audio object/, mime: { "text/html": /data:audio\/wav;base64,UklGR/ } }],
      },
      { code: "FileLink('nowhere.txt')", outputs: [{ result: "Path (nowhere.txt) doesn't exist." }] },
    ],
  },
  {
    name: "IPython can be imported without being installed",
    cells: [
      {
        code: "import IPython\nfrom IPython import get_ipython\nfrom IPython.core.display import HTML\nIPython.get_ipython() is get_ipython(), type(get_ipython()).__name__, IPython.version_info >= (8, 24)",
        outputs: [{ result: "(True, 'ZMQInteractiveShell', True)" }],
      },
      { code: "import IPython.nothing", outputs: [{ error: "ModuleNotFoundError" }] },
    ],
  },
  {
    name: "a formatter registered for a type",
    cells: [
      {
        code: "class F: pass\nformatters = get_ipython().display_formatter.formatters\nformatters['text/html'].for_type(F, lambda f: '<f>')\nformatters['text/plain'].for_type(F, lambda f, p, cycle: p.text('an F'))\nF()",
        outputs: [{ result: "an F", mime: { "text/html": "<f>" } }],
      },
    ],
  },
];
