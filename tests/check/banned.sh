#!/usr/bin/env bash
# Functions and habits the project does without; each line found is an error.
set -u
bad=0
forbid() { # reason, pattern, paths...
    local reason=$1 pattern=$2; shift 2
    # Of --include and --exclude the last one that matches wins.
    if grep -rnE --include='*.[ch]' "$pattern" "$@"; then echo "^ $reason"; bad=1; fi
}
forbid "unbounded or locale-bound; use the bounded forms" '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca|setlocale)\(' src include
forbid "the heap is reached through base/memory.h" '(^|[^_a-z])(malloc|calloc|realloc|free|strdup|strndup)\(' src --exclude=memory.c
forbid "the clock is injected (base/clock.h)" '(^|[^_a-z])(time|gettimeofday|clock_gettime)\(' src --exclude=clock.c
forbid "dead code" '^#if 0' src include tests bench
forbid "a check that cannot fail" 'CU_PASS\(|CU_ASSERT(_TRUE)?(_FATAL)?\((1|true)\)' tests
tags=$(grep -rhoE '^(struct|enum|union) stw_[a-z0-9_]+ \{' src include --include='*.h' | sort | uniq -d)
if [ -n "$tags" ]; then echo "tags are unique in the tree: $tags"; bad=1; fi
dup=$(find src tests bench -name '*.[ch]' -printf '%f\n' | sort | uniq -d)
if [ -n "$dup" ]; then echo "file names are unique in the tree: $dup"; bad=1; fi
long=$(find src include tests bench -name '*.[ch]' -exec awk 'END { if (NR > 1200) print FILENAME, NR }' {} \;)
if [ -n "$long" ]; then echo "files above 1,200 lines: $long"; bad=1; fi
exit $bad
