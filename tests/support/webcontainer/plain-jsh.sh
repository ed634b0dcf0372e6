#!/bin/bash
# The little that is known of jsh: commands joined by && || ; and pipes, redirections, variables; nothing of a language.
script="$2"
pattern='(^|[;&|[:space:]])(if|for|while|until|case|function)[[:space:]]|\$\(|`|<<|[A-Za-z_]+\(\)'
if [[ $script =~ $pattern ]]; then
  echo "jsh: command not found: ${BASH_REMATCH[0]//[[:space:];&|]/}" >&2
  exit 127
fi
exec -a jsh /bin/bash --noprofile --norc "$@"
