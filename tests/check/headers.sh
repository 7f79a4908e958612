#!/usr/bin/env bash
# Every header compiles alone, in C and (the public ones) in C++. Usage: headers.sh CC FLAGS...
set -u
cc=$1; shift
bad=0
for header in $(find src include -name '*.h' | sort); do
    "$cc" "$@" -fsyntax-only -x c "$header" -Wno-pragma-once-outside-header || { echo "$header does not compile alone"; bad=1; }
done
for header in include/steward/*.h; do
    "$cc" -Iinclude -fsyntax-only -x c -std=c99 -pedantic -Wall -Werror "$header" || { echo "$header is not C99"; bad=1; }
done
if command -v g++ >/dev/null; then
    for header in include/steward/*.h; do
        g++ -Iinclude -fsyntax-only -x c++ -std=c++11 -Wall -Werror "$header" || { echo "$header is not C++"; bad=1; }
    done
fi
exit $bad
