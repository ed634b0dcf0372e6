import type { CellCase } from "./match.ts";

/** `!commands`, subprocess, scripts and pip. Only commands that any POSIX shell has. */
export const SHELL_CELLS: CellCase[] = [
  {
    name: "!command shows its output; failure does not raise",
    cells: [
      { code: "!echo hello", outputs: [{ stdout: "hello\n" }] },
      { code: "print('a')\n!echo b\nprint('c')", outputs: [{ stdout: "a\nb\nc\n" }] },
      { code: "!exit 3\n_exit_code", outputs: [{ result: "3" }] },
      { code: "!true\n_exit_code", outputs: [{ result: "0" }] },
    ],
  },
  {
    name: "shell and Python see the same files within a cell",
    cells: [
      {
        code: "open('f.txt', 'w').write('one\\ntwo\\n')\n!cat f.txt\n!printf three > g.txt\nopen('g.txt').read()",
        outputs: [{ stdout: "one\ntwo\n" }, { result: "'three'" }],
      },
    ],
  },
  {
    name: "lines = !command",
    cells: [
      { code: "lines = !printf 'b 2\\na 1\\n'\nlines", outputs: [{ result: "['b 2', 'a 1']" }] },
      {
        code: "lines.s, lines.n, lines.l == list(lines), lines.grep('a'), lines.fields(1), lines.sort()",
        outputs: [{ result: "('b 2 a 1', 'b 2\\na 1', True, ['a 1'], ['2', '1'], ['a 1', 'b 2'])" }],
      },
      { code: "!!echo hi", outputs: [{ result: "['hi']" }] },
      {
        code: "both = !cat no_such_file\nlen(both), 'no_such_file' in both.s, _exit_code",
        outputs: [{ result: "(1, True, 1)" }],
      },
    ],
  },
  {
    name: "$name and {expression} in commands",
    cells: [
      { code: "x = 'v'\nd = {'k': [1, 2]}\n!echo $x {d['k'][1] + 1} {x}", outputs: [{ stdout: "v 3 v\n" }] },
      { code: "!echo '$x' \\$x", outputs: [{ stdout: "$x v\n" }] },
      { code: "!OKCVM_Z=5; echo $OKCVM_Z $x", outputs: [{ stdout: "5\n" }] },
      { code: "!echo $$x | wc -l", outputs: [{ stdout: /^\s*1\n$/ }] },
      { code: "!printf 'a b\\n' | sort | grep -c {x}", outputs: [{ stdout: "0\n" }] },
      { code: "def show(word):\n    !echo $word\nshow('inside')", outputs: [{ stdout: "inside\n" }] },
    ],
  },
  {
    name: "commands in blocks and over several lines",
    cells: [
      {
        code: "for n in range(2):\n    !echo n$n\nif True:\n    out = !echo deep\nout",
        outputs: [{ stdout: "n0\nn1\n" }, { result: "['deep']" }],
      },
      { code: "!echo one \\\n  two\n1", outputs: [{ stdout: "one two\n" }, { result: "1" }] },
      {
        code: "!echo 'it''s' \"fine\" 012 0x\n2",
        outputs: [{ stdout: "its fine 012 0x\n" }, { result: "2" }],
      },
    ],
  },
  {
    name: "the environment and the folder are Python's",
    cells: [
      {
        code: "import os\nos.environ['OKCVM_W'] = 'a \"b\"'\n!echo $OKCVM_W",
        outputs: [{ stdout: 'a "b"\n' }],
      },
      {
        code: "os.makedirs('deeper', exist_ok=True)\nos.chdir('deeper')\nhere = !pwd\nhere[0].endswith('/deeper'), here[0] == os.getcwd()",
        outputs: [{ result: "(True, True)" }],
      },
    ],
  },
  {
    name: "%%bash and %%sh",
    cells: [
      { code: "%%bash\nfor i in 1 2; do\n  echo $i {x}\ndone", outputs: [{ stdout: "1 {x}\n2 {x}\n" }] },
      {
        code: "%%sh\necho a\nexit 4",
        outputs: [
          { stdout: "a\n" },
          { error: "CalledProcessError", says: /returned non-zero exit status 4\.$/ },
        ],
      },
      { code: "%%bash --out text --no-raise-error\necho kept; exit 1", outputs: [] },
      { code: "text", outputs: [{ result: "'kept\\n'" }] },
    ],
  },
  {
    name: "%ls, %mkdir, %cat",
    cells: [
      {
        code: "%mkdir made\nopen('made/x', 'w').write('in x\\n')\n%ls made\n%cat made/x",
        outputs: [{ stdout: "x\nin x\n" }],
      },
    ],
  },
  {
    name: "%%capture takes commands too",
    cells: [
      { code: "%%capture c\n!echo hidden", outputs: [] },
      { code: "c.stdout", outputs: [{ result: "'hidden\\n'" }] },
    ],
  },
  {
    name: "subprocess.run",
    cells: [
      {
        code: "import subprocess\nsubprocess.run(['echo', 'a  b', '$x'], capture_output=True, text=True)",
        outputs: [
          {
            result:
              "CompletedProcess(args=['echo', 'a  b', '$x'], returncode=0, stdout='a  b $x\\n', stderr='')",
          },
        ],
      },
      {
        code: "subprocess.run('echo to the screen', shell=True)",
        outputs: [
          { stdout: "to the screen\n" },
          { result: "CompletedProcess(args='echo to the screen', returncode=0)" },
        ],
      },
      {
        code: "subprocess.check_output('printf x | wc -c', shell=True).strip()",
        outputs: [{ result: "b'1'" }],
      },
      {
        code: "subprocess.run(['cat'], input=\"it's\\n$HOME\\n\", text=True, stdout=subprocess.PIPE).stdout",
        outputs: [{ result: '"it\'s\\n$HOME\\n"' }],
      },
      {
        code: "subprocess.run('exit 2', shell=True, check=True)",
        outputs: [{ error: "CalledProcessError", says: "Command 'exit 2' returned non-zero exit status 2." }],
      },
      {
        code: "r = subprocess.run('echo o; echo e >&2', shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)\nr.stdout.split(), r.stderr",
        outputs: [{ result: "(['o', 'e'], None)" }],
      },
      {
        code: "subprocess.run(['no_such_program_'])",
        outputs: [{ stderr: /not found/ }, { error: "FileNotFoundError" }],
      },
      {
        code: "subprocess.run('echo $A$B', shell=True, env={'A': '1', 'PATH': '/usr/bin:/bin'}, capture_output=True, text=True).stdout",
        outputs: [{ result: "'1\\n'" }],
      },
    ],
  },
  {
    name: "the other ways to start a command",
    cells: [
      {
        code: "import subprocess, os\nsubprocess.getoutput('echo g'), subprocess.getstatusoutput('exit 3')[0], subprocess.call('exit 4', shell=True)",
        outputs: [{ result: "('g', 3, 4)" }],
      },
      {
        code: "os.system('echo s; exit 5') >> 8, os.popen('echo p').read()",
        outputs: [{ stdout: "s\n" }, { result: "(5, 'p\\n')" }],
      },
      {
        code: "p = subprocess.Popen(['sort'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\np.communicate('b\\na\\n'), p.returncode",
        outputs: [{ result: "(('a\\nb\\n', None), 0)" }],
      },
      {
        code: "with open('o.txt', 'w') as f:\n    subprocess.run(['echo', 'to a file'], stdout=f)\nopen('o.txt').read()",
        outputs: [{ result: "'to a file\\n'" }],
      },
      {
        code: "os.makedirs('sd', exist_ok=True)\nsubprocess.run('pwd', shell=True, cwd='sd', capture_output=True, text=True).stdout.endswith('/sd\\n')",
        outputs: [{ result: "True" }],
      },
      {
        code: "with subprocess.Popen('printf \"1\\\\n2\\\\n\"', shell=True, stdout=subprocess.PIPE, text=True) as p:\n    for line in p.stdout:\n        print(line.strip())\np.wait()",
        outputs: [{ stdout: "1\n2\n" }, { result: "0" }],
      },
    ],
  },
  {
    name: "python scripts run here, in a __main__ of their own",
    cells: [
      {
        code: "%%writefile tool.py\nimport sys\nprint(__name__, sys.argv[1:])\nsys.exit(2 if '--bad' in sys.argv else 0)",
        outputs: [{ stdout: /tool\.py/ }],
      },
      {
        code: "import sys, subprocess\nsubprocess.run([sys.executable, 'tool.py', 'a b'], capture_output=True, text=True).stdout",
        outputs: [{ result: `"__main__ ['a b']\\n"` }],
      },
      {
        code: "!python tool.py --bad\n_exit_code",
        outputs: [{ stdout: "__main__ ['--bad']\n" }, { result: "2" }],
      },
      {
        code: "!python3 -c \"print(6 * 7)\"\nx = !python -c 'print(1)'\nx",
        outputs: [{ stdout: "42\n" }, { result: "['1']" }],
      },
      {
        code: "!python -c '1 / 0'\n_exit_code",
        outputs: [
          {
            stderr:
              'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nZeroDivisionError: division by zero\n',
          },
          { result: "1" },
        ],
      },
      {
        code: "subprocess.run([sys.executable, '-'], input='print(input())\\n', capture_output=True, text=True).returncode",
        outputs: [{ result: "1" }],
      },
      { code: "__name__, sys.argv == sys.argv", outputs: [{ result: "('__main__', True)" }] },
    ],
  },
];
