#!/usr/bin/env bash
# Includes point only downwards in the layer order, and modules of one layer do not include each
# other. Usage: layers.sh "base time,codec,text,stat ..."  (the Makefile's LAYERS). Exits 1 on any.
set -u
declare -A layer
number=0
for group in $1; do
    for module in ${group//,/ }; do layer[$module]=$number; done
    number=$((number + 1))
done
bad=0
while IFS=: read -r file line text; do
    from=${file#src/}; from=${from%%/*}
    to=$(sed -E 's/.*#include "([a-z_]+)\/.*/\1/' <<<"$text")
    [ "$to" = steward ] && continue
    if [ -z "${layer[$from]:-}" ]; then echo "$file: src/$from is in no layer"; bad=1; continue; fi
    if [ -z "${layer[$to]:-}" ]; then echo "$file:$line: includes \"$to/\", which is in no layer"; bad=1; continue; fi
    if [ "$from" != "$to" ] && [ "${layer[$to]}" -ge "${layer[$from]}" ]; then
        echo "$file:$line: $from (layer ${layer[$from]}) includes $to (layer ${layer[$to]})"; bad=1
    fi
done < <(grep -rnE '^#include "[a-z_]+/' src --include='*.[ch]')
# The public headers stand on nothing but themselves.
if grep -nE '^#include "' include/steward/*.h | grep -v '"steward/'; then
    echo "a public header includes a private one"; bad=1
fi
exit $bad
