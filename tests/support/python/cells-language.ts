import type { CellCase } from "./match.ts";

/** Python itself in cells: values, names, await, errors. */
export const LANGUAGE_CELLS: CellCase[] = [
  { name: "the last expression is shown", cells: [{ code: "a = 2\na + 1", outputs: [{ result: "3" }] }] },
  { name: "None is not shown", cells: [{ code: "None", outputs: [] }] },
  { name: "a statement at the end shows nothing", cells: [{ code: "x = 5", outputs: [] }] },
  {
    name: "a semicolon silences the last value",
    cells: [
      { code: "1 + 1;", outputs: [] },
      { code: "1 + 1;  # because", outputs: [] },
      { code: "'a;'", outputs: [{ result: "'a;'" }] },
    ],
  },
  {
    name: "only the last expression is shown, and print comes first",
    cells: [{ code: "1\nprint('p')\n2", outputs: [{ stdout: "p\n" }, { result: "2" }] }],
  },
  {
    name: "names stay from cell to cell",
    cells: [
      { code: "def twice(x):\n    return 2 * x", outputs: [] },
      { code: "twice(21)", outputs: [{ result: "42" }] },
    ],
  },
  {
    name: "_, __ and ___ are the last results",
    cells: [
      { code: "1", outputs: [{ result: "1" }] },
      { code: "2", outputs: [{ result: "2" }] },
      { code: "3", outputs: [{ result: "3" }] },
      { code: "(_, __, ___)", outputs: [{ result: "(3, 2, 1)" }] },
    ],
  },
  {
    name: "a _ of one's own is left alone",
    cells: [
      { code: "for _ in range(3): pass", outputs: [] },
      { code: "7", outputs: [{ result: "7" }] },
      { code: "_", outputs: [{ result: "2" }] },
    ],
  },
  {
    name: "In and Out remember",
    cells: [
      { code: "6 * 7", outputs: [{ result: "42" }] },
      { code: "In[-2], Out[len(In) - 2], _i", outputs: [{ result: "('6 * 7', 42, '6 * 7')" }] },
    ],
  },
  {
    name: "await at the top",
    cells: [{ code: "import asyncio\nawait asyncio.sleep(0, 'done')", outputs: [{ result: "'done'" }] }],
  },
  {
    name: "async for, async with and async comprehensions at the top",
    cells: [
      {
        code: `import contextlib
async def numbers():
    for n in range(3):
        yield n
@contextlib.asynccontextmanager
async def frame():
    print("in")
    yield 1
    print("out")
async for n in numbers():
    print(n)
async with frame() as f:
    print(f)
[n async for n in numbers()]`,
        outputs: [{ stdout: "0\n1\n2\nin\n1\nout\n" }, { result: "[0, 1, 2]" }],
      },
    ],
  },
  {
    name: "asyncio.gather",
    cells: [
      {
        code: "import asyncio\nasync def f(n):\n    await asyncio.sleep(0.01)\n    return n\nawait asyncio.gather(f(1), f(2))",
        outputs: [{ result: "[1, 2]" }],
      },
    ],
  },
  {
    name: "__name__ is __main__, and the module is in sys.modules",
    cells: [
      {
        code: "import sys\nanswer = 42\n__name__, sys.modules['__main__'].answer",
        outputs: [{ result: "('__main__', 42)" }],
      },
      { code: "'__file__' in globals()", outputs: [{ result: "False" }] },
    ],
  },
  {
    name: "pickle and copy find classes of the notebook",
    cells: [
      {
        code: `import pickle, dataclasses
@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
pickle.loads(pickle.dumps(Point(1)))`,
        outputs: [{ result: "Point(x=1, y=0)" }],
      },
    ],
  },
  {
    name: "from __future__ stays in force",
    cells: [
      { code: "from __future__ import annotations", outputs: [] },
      { code: "def f(x: Nothing): ...\nf.__annotations__", outputs: [{ result: "{'x': 'Nothing'}" }] },
    ],
  },
  {
    name: "an error shows the cell, the line and what is around",
    cells: [
      {
        code: "def half(x):\n    return x / 0\n\nhalf(3)",
        outputs: [
          {
            error: "ZeroDivisionError",
            says: "division by zero",
            trace: `---------------------------------------------------------------------------
ZeroDivisionError                         Traceback (most recent call last)
Cell In[1], line 4
      1 def half(x):
      2     return x / 0
----> 4 half(3)

Cell In[1], line 2, in half(x)
      1 def half(x):
----> 2     return x / 0

ZeroDivisionError: division by zero`,
          },
        ],
      },
    ],
  },
  {
    name: "frames of two cells in one traceback",
    cells: [
      { code: "def fail():\n    raise ValueError('no')", outputs: [] },
      {
        code: "x = 1\nfail()",
        outputs: [
          {
            error: "ValueError",
            trace: /Cell In\[2\], line 2\n {6}1 x = 1\n----> 2 fail\(\)\n\nCell In\[1\], line 2, in fail\(\)/,
          },
        ],
      },
    ],
  },
  {
    name: "an unknown name",
    cells: [{ code: "nope", outputs: [{ error: "NameError", says: "name 'nope' is not defined" }] }],
  },
  {
    name: "Python's own suggestion is shown",
    cells: [
      { code: "counter = 1\nconter", outputs: [{ error: "NameError", trace: /Did you mean: 'counter'\?$/ }] },
    ],
  },
  {
    name: "an error of syntax shows the line and a caret, and nothing runs",
    cells: [
      {
        code: "print('first')\nx = = 1",
        outputs: [
          {
            error: "SyntaxError",
            says: "invalid syntax (Cell In[1], line 2)",
            trace: "  Cell In[1], line 2\n    x = = 1\n        ^\nSyntaxError: invalid syntax",
          },
        ],
      },
      {
        code: "print('a')\nreturn 1",
        outputs: [{ error: "SyntaxError", says: /^'return' outside function/ }],
      },
      {
        code: "if True:\nx = 1",
        outputs: [{ error: "IndentationError", trace: /^ {2}Cell In\[3\], line 2/ }],
      },
    ],
  },
  {
    name: "an error of syntax in code of one's own eval",
    cells: [
      {
        code: "eval('1 +')",
        outputs: [
          { error: "SyntaxError", trace: /Cell In\[1\], line 1\n----> 1 eval\('1 \+'\)[^]*File <string>:1/ },
        ],
      },
    ],
  },
  {
    name: "chained exceptions: cause and context",
    cells: [
      {
        code: "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
        outputs: [
          {
            error: "KeyError",
            says: "'k'",
            trace:
              /ZeroDivisionError: division by zero\n\nThe above exception was the direct cause[^]*KeyError: 'k'$/,
          },
        ],
      },
      {
        code: "try:\n    1 / 0\nexcept ZeroDivisionError:\n    nope",
        outputs: [
          {
            error: "NameError",
            trace: /During handling of the above exception, another exception occurred:/,
          },
        ],
      },
      {
        code: "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('k') from None",
        outputs: [{ error: "KeyError", trace: /^(?![^]*ZeroDivisionError: )/ }],
      },
    ],
  },
  {
    name: "exception groups and notes",
    cells: [
      {
        code: "e = ValueError('bad')\ne.add_note('look here')\nraise ExceptionGroup('many', [e, TypeError('worse')])",
        outputs: [
          {
            error: "ExceptionGroup",
            trace: /many \(2 sub-exceptions\)[^]*ValueError: bad[^]*look here[^]*TypeError: worse/,
          },
        ],
      },
    ],
  },
  {
    name: "endless recursion is told once and survived",
    cells: [
      {
        code: "def down(n):\n    return down(n + 1)\ndown(0)",
        outputs: [
          { error: "RecursionError", trace: /skipping similar frames: down at line 2 \(\d+ times\)/ },
        ],
      },
      { code: "'still here'", outputs: [{ result: "'still here'" }] },
    ],
  },
  {
    name: "deep recursion of functions works, and endless recursion of every kind is survived",
    cells: [
      {
        code: `import sys, json, pickle
sys.setrecursionlimit(10**9)
def down(n):
    return 0 if n == 0 else 1 + down(n - 1)
down(20000)`,
        outputs: [{ result: "20000" }],
      },
      { code: "def for_ever():\n    return for_ever()\nfor_ever()", outputs: [{ error: "RecursionError" }] },
      {
        code: "x = []\nfor _ in range(100000):\n    x = [x]\nlen(repr(x))",
        outputs: [{ error: "RecursionError" }],
      },
      { code: "json.dumps(x)", outputs: [{ error: "RecursionError" }] },
      {
        code: "class A:\n    def __getattr__(self, name):\n        return getattr(self, name + 'x')\nA().a",
        outputs: [{ error: "RecursionError" }],
      },
      {
        code: "class B:\n    def __repr__(self):\n        return repr(self)\nB()",
        outputs: [{ stderr: /RecursionError/ }, { result: /^<__main__\.B at/ }],
      },
      { code: "def f(n):\n    return sorted([2, 1], key=f)\nf(0)", outputs: [{ error: "RecursionError" }] },
      {
        code: "sys.setrecursionlimit(1000)\nx = None\nawait __import__('asyncio').sleep(0, 'alive')",
        outputs: [{ result: "'alive'" }],
      },
      {
        code: "json.dumps(json.loads('[' * 60 + ']' * 60)) == '[' * 60 + ']' * 60, eval('(' * 60 + '1' + ')' * 60)",
        outputs: [{ result: "(True, 1)" }],
      },
    ],
  },
  {
    name: "SystemExit is short",
    cells: [
      {
        code: "import sys\nsys.exit(3)",
        outputs: [
          {
            error: "SystemExit",
            says: "3",
            trace: "An exception has occurred, use %tb to see the full traceback.\n\nSystemExit: 3",
          },
        ],
      },
      { code: "1 + 1", outputs: [{ result: "2" }] },
    ],
  },
  {
    name: "exit explains itself",
    cells: [
      { code: "exit()", outputs: [{ stdout: /^exit does nothing here/ }] },
      { code: "quit", outputs: [{ result: /^quit does nothing here/ }] },
    ],
  },
  {
    name: "warnings name the cell, every time",
    cells: [
      {
        code: "import warnings\nwarnings.warn('careful')",
        outputs: [{ stderr: "Cell In[1]:2: UserWarning: careful\n  warnings.warn('careful')\n" }],
      },
      { code: "\nwarnings.warn('careful')", outputs: [{ stderr: /^Cell In\[2\]:2: UserWarning: careful/ }] },
    ],
  },
  {
    name: "input and getpass cannot ask",
    cells: [
      { code: "input('name? ')", outputs: [{ error: "EOFError", says: /cannot ask/ }] },
      { code: "import getpass\ngetpass.getpass()", outputs: [{ error: "EOFError", says: /cannot ask/ }] },
    ],
  },
  {
    name: "no names of the kernel in dir()",
    cells: [
      {
        code: "x = 1\nsorted(n for n in dir() if not n.startswith('_'))",
        outputs: [{ result: "['In', 'Out', 'exit', 'get_ipython', 'quit', 'x']" }],
      },
    ],
  },
  {
    name: "inspect.getsource finds code of cells",
    cells: [
      { code: "def f():\n    return 1  # one", outputs: [] },
      {
        code: "import inspect\nprint(inspect.getsource(f))",
        outputs: [{ stdout: "def f():\n    return 1  # one\n\n" }],
      },
    ],
  },
  {
    name: "empty cells, comments and indented pastes",
    cells: [
      { code: "", outputs: [] },
      { code: "# nothing", outputs: [] },
      { code: "    y = 3\n    y", outputs: [{ result: "3" }] },
      { code: ">>> z = 1\n>>> z + 1", outputs: [{ result: "2" }] },
    ],
  },
  {
    name: "a module of the workspace is imported",
    cells: [
      {
        code: "open('mine.py', 'w').write('def f():\\n    raise OSError(7)\\n')\nimport mine\nmine.f()",
        outputs: [
          {
            error: "OSError",
            trace: /File mine\.py:2, in f\(\)\n {6}1 def f\(\):\n----> 2 {5}raise OSError\(7\)/,
          },
        ],
      },
    ],
  },
  {
    name: "print of every kind",
    cells: [
      {
        code: "print(1, 'a', sep='-', end='!')\nprint()\nprint('é 漢字 🙂')",
        outputs: [{ stdout: "1-a!\né 漢字 🙂\n" }],
      },
      {
        code: "import sys\nprint('o')\nprint('e', file=sys.stderr)\nprint('o2')",
        outputs: [{ stdout: "o\n" }, { stderr: "e\n" }, { stdout: "o2\n" }],
      },
      {
        code: "import sys\nsys.stdout.buffer.write('ü'.encode()[:1])\nsys.stdout.buffer.write('ü'.encode()[1:]);",
        outputs: [{ stdout: "ü" }],
      },
      { code: "print('\\ud800')", outputs: [{ stdout: /^.+\n$/ }] },
    ],
  },
  {
    name: "threads say what to do; an executor runs tasks at once",
    cells: [
      {
        code: "import threading\nthreading.Thread(target=print).start()",
        outputs: [{ error: "RuntimeError", says: /one thread/ }],
      },
      {
        code: "from concurrent.futures import ThreadPoolExecutor, as_completed\nwith ThreadPoolExecutor(4) as pool:\n    found = list(pool.map(lambda n: n * n, range(4)))\n    futures = [pool.submit(divmod, 7, n) for n in (2, 0)]\nfound, futures[0].result(), type(futures[1].exception()).__name__",
        outputs: [{ result: "([0, 1, 4, 9], (3, 1), 'ZeroDivisionError')" }],
      },
    ],
  },
];
