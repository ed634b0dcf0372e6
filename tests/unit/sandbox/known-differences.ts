/** Commands of the battery the engine gets wrong, with the reason. A fixed one fails its test until its line is gone. */
export const KNOWN_DIFFERENCES: Record<string, string> = {
  "mkdir -p d/e; touch d/e/f d/g; shopt -s globstar; echo d/**":
    "globstar with a trailing ** does not expand",
  "fact() { [ $1 -le 1 ] && echo 1 || echo $(( $1 * $(fact $(($1-1))) )); }; fact 5":
    "a function called in a substitution inside arithmetic is not found",
  "set -u; echo $NOPE; echo after": "exit code after an unbound variable is 1, not 127",
  "select x in a; do break; done < /dev/null; echo $?": "no select",
  "ls nosuch 2> e; echo $?; wc -l < e": "ls words its error without 'cannot access'",
  "ls nosuch > o 2>&1; wc -l < o": "ls words its error without 'cannot access'",
  "diff <(echo a) <(echo b); echo $?": "diff knows the unified format only, and heads it otherwise",
  "echo x > none/f; echo $?": "a file that cannot be redirected to ends the script: the library throws",
  "touch a; cp a a 2>/dev/null; echo $?; mv a a 2>/dev/null; echo $?": "mv of a file onto itself is no error",
  "echo hello > f; wc -c f; stat -c '%s %n' f; du -b f | cut -f1": "no du -b",
  "touch a b; find . -type f | sort | xargs ls": "ls of several files puts blank lines between them",
  "mkdir d; echo needle > d/f; grep -r needle d; grep -rl needle .": "grep -r . names files without ./",
  "printf 'a\\n' > x; printf 'b\\n' > y; diff x y; echo $?": "diff knows the unified format only",
  "printf 'a\\n' > x; printf 'b\\n' > y; diff -u x y | tail -n +3":
    "diff -u writes a line too many and -1,1 for -1",
  "echo hello world | fold -w 5; echo abc | od -An -tx1": "od -tx1 attached is read as octal",
  "expr 1 + 2; expr abc : 'a\\(.\\)'": "expr gives no group of a match",
  "echo hello | wc; echo a > f; wc -l f": "wc does not pad the counts of standard input",
  "mkdir d; echo x > d/f; tar cf t.tar d; rm -r d; tar xf t.tar; cat d/f; tar tf t.tar":
    "no tar in the browser build",
  "env -i A=1 sh -c 'echo $A'; A=2 sh -c 'echo $A'; export B=3; sh -c 'echo $B'":
    "env expands the command's variables before it runs",
  "touch f; ln -s f l; mkdir d; chmod 600 f; ls -l | awk 'NR>1{print $1, $NF}'":
    "ls -l shows neither modes nor links",
  "trap 'echo $v' EXIT; v=1; exit 2": "after an exit, a trap sees the variables as they were when it was set",
  "f() { echo bye; }; trap f EXIT":
    "a trap for EXIT runs in a shell of its own, which has not the script's functions",
};
