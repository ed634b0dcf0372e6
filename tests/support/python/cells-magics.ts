import type { CellCase } from "./match.ts";

/** `%magics`, `%%magics`, `name?` and where such lines are Python after all. */
export const MAGIC_CELLS: CellCase[] = [
  {
    name: "% inside strings, brackets and continued lines is Python",
    cells: [
      {
        code: 's = """\n%time x\n!ls\nwhat?\n"""\ns',
        outputs: [{ result: "'\\n%time x\\n!ls\\nwhat?\\n'" }],
      },
      {
        code: "x = (17\n%5)\ny = 17 \\\n  %5\nx, y, 'a %s b' \\\n% 3",
        outputs: [{ result: "(2, 2, 'a 3 b')" }],
      },
      {
        code: "name = 'n'\nf'''{\nname\n}\n!echo no\n%who'''",
        outputs: [{ result: "'n\\n!echo no\\n%who'" }],
      },
      { code: "d = {\n 'a': 7\n %4,\n}\nd", outputs: [{ result: "{'a': 3}" }] },
    ],
  },
  {
    name: "magics in indented blocks and after decorators",
    cells: [
      {
        code: "for i in range(2):\n    %env OKCVM_TEST=$i\nif True:\n    x = %env OKCVM_TEST\nx",
        outputs: [{ stdout: "env: OKCVM_TEST=0\nenv: OKCVM_TEST=1\n" }, { result: "'1'" }],
      },
      {
        code: "import functools\n@functools.cache\ndef where():\n    here = %pwd\n    return type(here).__name__\nwhere()",
        outputs: [{ result: "'str'" }],
      },
    ],
  },
  {
    name: "unknown magics",
    cells: [
      { code: "%nope 1", outputs: [{ stderr: "UsageError: Line magic function `%nope` not found.\n" }] },
      { code: "%%nope\n1", outputs: [{ stderr: "UsageError: Cell magic `%%nope` not found.\n" }] },
      {
        code: "%writefile x",
        outputs: [
          {
            stderr:
              "UsageError: Line magic function `%writefile` not found (But cell magic `%%writefile` exists, did you mean that instead?).\n",
          },
        ],
      },
      { code: "%nope\nprint('not reached')", outputs: [{ stderr: /`%nope` not found/ }] },
    ],
  },
  {
    name: "%%writefile writes, overwrites and appends",
    cells: [
      { code: "%%writefile made.txt\nhello", outputs: [{ stdout: "Writing made.txt\n" }] },
      { code: "%%writefile made.txt\nhello {x} $y\n  two", outputs: [{ stdout: "Overwriting made.txt\n" }] },
      { code: "%%writefile -a made.txt\nend", outputs: [{ stdout: "Appending to made.txt\n" }] },
      { code: "open('made.txt').read()", outputs: [{ result: "'hello {x} $y\\n  two\\nend\\n'" }] },
    ],
  },
  {
    name: "%%writefile takes names from variables",
    cells: [
      { code: "name = 'v.txt'", outputs: [] },
      { code: "%%writefile $name\na", outputs: [{ stdout: "Writing v.txt\n" }] },
    ],
  },
  {
    name: "%time and %%time",
    cells: [
      {
        code: "%time 2 + 3",
        outputs: [
          { stdout: /^CPU times: user [\d.e+-]+ (?:s|ms|μs|ns), sys: .*, total: .*\nWall time: .*\n$/ },
          { result: "5" },
        ],
      },
      {
        code: "%%time\na = 1\na + 1",
        outputs: [{ stdout: /^CPU times: .*\nWall time: .*\n$/ }, { result: "2" }],
      },
      { code: "a = %time 4 * 4\na", outputs: [{ stdout: /Wall time/ }, { result: "16" }] },
      {
        code: "%%time\nimport asyncio\nawait asyncio.sleep(0, 'x')",
        outputs: [{ stdout: /Wall time/ }, { result: "'x'" }],
      },
      {
        code: "%%time\nok = 1\n1 / 0",
        outputs: [{ stdout: /Wall time/ }, { error: "ZeroDivisionError", trace: /Cell In\[5\], line 3/ }],
      },
    ],
  },
  {
    name: "%timeit and %%timeit",
    cells: [
      {
        code: "%timeit -n 5 -r 3 sum(range(10))",
        outputs: [
          {
            stdout:
              /^(?:The slowest run.*\n)?[\d.e+]+ \S+ ± [\d.e+-]+ \S+ per loop \(mean ± std\. dev\. of 3 runs, 5 loops each\)\n$/,
          },
        ],
      },
      { code: "%%timeit -n1 -r1 x = 3\nx + 1", outputs: [{ stdout: /of 1 run, 1 loop each\)\n$/ }] },
      {
        code: "r = %timeit -o -q -n 2 -r 2 1 + 1\nr.loops, r.repeat, len(r.all_runs)",
        outputs: [{ result: "(2, 2, 2)" }],
      },
      { code: "%timeit -n 1 -r 1 1 / 0", outputs: [{ error: "ZeroDivisionError" }] },
    ],
  },
  {
    name: "%%capture keeps text and shown values",
    cells: [
      {
        code: "%%capture kept\nprint('out')\nimport sys\nprint('err', file=sys.stderr)\ndisplay('shown')\n5",
        outputs: [],
      },
      {
        code: "kept.stdout, kept.stderr, len(kept.outputs)",
        outputs: [{ result: "('out\\n', 'err\\n', 2)" }],
      },
      {
        code: "kept.show()",
        outputs: [
          { stdout: "out\n" },
          { stderr: "err\n" },
          { shown: { "text/plain": "'shown'" } },
          { shown: { "text/plain": "5" } },
        ],
      },
      { code: "%%capture --no-stdout k\nprint('seen')", outputs: [{ stdout: "seen\n" }] },
      {
        code: "from IPython.utils.capture import capture_output\nwith capture_output() as c:\n    print('x')\nc.stdout",
        outputs: [{ result: "'x\\n'" }],
      },
      { code: "%%capture k\n1 / 0", outputs: [{ error: "ZeroDivisionError" }] },
    ],
  },
  {
    name: "%cd and %pwd",
    cells: [
      {
        code: "import os\nos.makedirs('sub', exist_ok=True)\nhome = os.getcwd()\n%cd sub",
        outputs: [{ stdout: /\/sub\n$/ }],
      },
      { code: "%pwd", outputs: [{ result: /\/sub'$/ }] },
      {
        code: "%cd ..\n%cd -q sub\n%cd $home\nos.getcwd() == home",
        outputs: [{ stdout: /^(.*)\n\1\n$/ }, { result: "True" }],
      },
      { code: "%cd no_such_folder", outputs: [{ stdout: /No such file or directory/ }] },
    ],
  },
  {
    name: "%env",
    cells: [
      {
        code: "%env OKCVM_X=a b\nimport os\nos.environ['OKCVM_X']",
        outputs: [{ stdout: "env: OKCVM_X=a b\n" }, { result: "'a b'" }],
      },
      { code: "%env OKCVM_X", outputs: [{ result: "'a b'" }] },
      {
        code: "%env OKCVM_NONE",
        outputs: [{ stderr: "UsageError: Environment does not have key: OKCVM_NONE\n" }],
      },
      { code: "e = %env\n'OKCVM_X' in e", outputs: [{ result: "True" }] },
    ],
  },
  {
    name: "%who, %whos and %reset",
    cells: [
      { code: "%who", outputs: [{ stdout: "Interactive namespace is empty.\n" }] },
      { code: "b, a = 'x', [1, 2]\n%who", outputs: [{ stdout: "a\t b\t \n" }] },
      {
        code: "%whos",
        outputs: [
          {
            stdout:
              "Variable   Type    Data/Info\n----------------------------\na          list    n=2\nb          str     x\n",
          },
        ],
      },
      { code: "%who str", outputs: [{ stdout: "b\t \n" }] },
      { code: "%reset", outputs: [{ stderr: /%reset -f/ }] },
      { code: "%reset -f\n'a' in globals()", outputs: [{ result: "False" }] },
    ],
  },
  {
    name: "%history",
    cells: [
      { code: "x = 1", outputs: [] },
      { code: "x + 1", outputs: [{ result: "2" }] },
      { code: "%history -n 1-2", outputs: [{ stdout: "   1: x = 1\n   2: x + 1\n" }] },
      { code: "%history 1", outputs: [{ stdout: "x = 1\n" }] },
    ],
  },
  {
    name: "%run runs a script as __main__ and takes its names",
    cells: [
      {
        code: "%%writefile script.py\nimport sys\nprint(__name__, sys.argv[1:])\nvalue = 9",
        outputs: [{ stdout: /script\.py/ }],
      },
      {
        code: "%run script.py a 'b c'\nvalue",
        outputs: [{ stdout: "__main__ ['a', 'b c']\n" }, { result: "9" }],
      },
      { code: "%run no_such.py", outputs: [{ stderr: "UsageError: File `no_such.py` not found.\n" }] },
      { code: "%%writefile broken.py\ndef f():\n    return 1 / 0\nf()", outputs: [{ stdout: /broken/ }] },
      {
        code: "%run broken.py",
        outputs: [
          { error: "ZeroDivisionError", trace: /broken\.py:3\n[^]*----> 3 f\(\)[^]*broken\.py:2, in f\(\)/ },
        ],
      },
    ],
  },
  {
    name: "name? tells signature and docstring, name?? the source",
    cells: [
      {
        code: 'def area(w, h=1):\n    """The area."""\n    return w * h\narea?',
        outputs: [
          { stdout: /^Signature: area\(w, h=1\)\nDocstring: The area\.\nFile: .*\nType: {6}function\n$/ },
        ],
      },
      {
        code: "area??",
        outputs: [{ stdout: /Source:\ndef area\(w, h=1\):\n {4}"""The area\."""\n {4}return w \* h\n/ }],
      },
      { code: "?area", outputs: [{ stdout: /^Signature: area/ }] },
      { code: "nothing_here?", outputs: [{ stdout: "Object `nothing_here` not found.\n" }] },
      { code: "x = [1]\nx.append?", outputs: [{ stdout: /Append object to the end of the list/ }] },
      { code: "str.is*?", outputs: [{ stdout: /str\.isdigit\nstr\.isidentifier/ }] },
    ],
  },
  {
    name: "quiet magics",
    cells: [
      {
        code: "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n%load_ext autoreload\n1",
        outputs: [{ result: "1" }],
      },
    ],
  },
  {
    name: "%autoreload 2 takes changes of a module",
    cells: [
      {
        code: "open('helper.py', 'w').write('def f():\\n    return 1\\nclass C:\\n    def m(self): return 1\\n')\n%load_ext autoreload\n%autoreload 2\nimport helper\nfrom helper import f, C\nc = C()\nf(), c.m()",
        outputs: [{ result: "(1, 1)" }],
      },
      {
        code: "open('helper.py', 'w').write('def f():\\n    return 2222\\nclass C:\\n    def m(self): return 2222\\n')\nimport os; os.utime('helper.py', (1, 1));",
        outputs: [],
      },
      { code: "f(), helper.f(), c.m()", outputs: [{ result: "(2222, 2222, 2222)" }] },
      { code: "%autoreload 0", outputs: [] },
    ],
  },
  {
    name: "%%html, %%markdown, %%latex, %%svg, %%javascript",
    cells: [
      { code: "%%html\n<b>x</b>", outputs: [{ shown: { "text/html": /^<b>x<\/b>\n?$/ } }] },
      { code: "%%markdown\n# x", outputs: [{ shown: { "text/markdown": /^# x/ } }] },
      { code: "%%latex\n$x$", outputs: [{ shown: { "text/latex": /^\$x\$/ } }] },
      { code: "%%svg\n<svg></svg>", outputs: [{ shown: { "image/svg+xml": /^<svg>/ } }] },
      { code: "%%javascript\n1", outputs: [{ shown: { "application/javascript": /^1/ } }] },
    ],
  },
  {
    name: "%xmode and %tb",
    cells: [
      { code: "%xmode Minimal", outputs: [{ stdout: "Exception reporting mode: Minimal\n" }] },
      { code: "1 / 0", outputs: [{ error: "ZeroDivisionError", trace: /^(?![^]*Traceback)/ }] },
      {
        code: "%xmode Context\n%tb",
        outputs: [{ stdout: /Context/ }, { error: "ZeroDivisionError", trace: /Traceback/ }],
      },
    ],
  },
  {
    name: "%lsmagic, %load_ext of nothing, %debug, %conda",
    cells: [
      {
        code: "%lsmagic",
        outputs: [
          {
            result:
              /^Available line magics:\n[^]*%time {2}%timeit[^]*Available cell magics:\n[^]*%%writefile/,
          },
        ],
      },
      { code: "%load_ext nothing_here", outputs: [{ stderr: /is not installed/ }] },
      { code: "%debug", outputs: [{ stderr: /^UsageError: A cell cannot stop/ }] },
      { code: "%conda install x", outputs: [{ stderr: /%pip install/ }] },
    ],
  },
  {
    name: "a magic of one's own",
    cells: [
      {
        code: "from IPython.core.magic import register_line_magic, register_cell_magic, register_line_cell_magic\n@register_line_magic\ndef shout(line):\n    return line.upper()\n@register_cell_magic\ndef lines(line, cell):\n    return (line, cell.splitlines())",
        outputs: [],
      },
      { code: "%shout hello", outputs: [{ result: "'HELLO'" }] },
      { code: "%%lines a b\none\ntwo", outputs: [{ result: "('a b', ['one', 'two'])" }] },
    ],
  },
  {
    name: "automagic: a magic alone in a cell needs no %",
    cells: [
      { code: "pwd", outputs: [{ result: /^'\// }] },
      { code: "pwd = 3", outputs: [] },
      { code: "pwd", outputs: [{ result: "3" }] },
    ],
  },
  {
    name: "get_ipython() runs magics by name",
    cells: [
      {
        code: "ip = get_ipython()\nip.run_line_magic('env', 'OKCVM_Y=1')\nip.run_cell_magic('writefile', 'w.txt', 'text')\nip.magic('env OKCVM_Y'), ip.user_ns['ip'] is ip",
        outputs: [{ stdout: "env: OKCVM_Y=1\nWriting w.txt\n" }, { result: "('1', True)" }],
      },
      {
        code: "r = ip.run_cell('print(5)\\n6')\nr.success",
        outputs: [{ stdout: "5\n" }, { result: /^6$/ }, { result: "True" }],
      },
      {
        code: "seen = []\nip.events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))",
        outputs: [],
      },
      { code: "seen", outputs: [{ result: "['seen']" }] },
      { code: "ip.events.callbacks['pre_run_cell'].clear()", outputs: [] },
    ],
  },
  {
    name: "%prun",
    cells: [
      {
        code: "%prun -l 3 sum(range(10))",
        outputs: [{ stdout: /function calls[^]*Ordered by: internal time/ }],
      },
    ],
  },
];
