#!/usr/bin/env bash
# The release as a user gets it: npm pack, installed globally into an empty folder, run there.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
package=$(npm pack --silent --pack-destination "$work")
mkdir "$work/empty"
cd "$work/empty"
npm install --global --prefix "$work/prefix" --no-audit --no-fund --loglevel=error "$work/$package"
export PATH="$work/prefix/bin:$PATH" HOME="$work/empty"
secmon --version
secmon --help | grep -q 'tail -f access.log | secmon'
for shell in bash zsh fish; do
  secmon completion "$shell" >"$work/completion.$shell"
  "$shell" -n "$work/completion.$shell"
done
code=0
secmon scan "$root/demo-logs/access.log" --format ndjson >"$work/found.ndjson" || code=$?
test "$code" = 1
grep -q '"secmon.detection"' "$work/found.ndjson"
secmon demo --no-ui </dev/null >"$work/demo.txt"
grep -q 'Incidents, worst first' "$work/demo.txt"
secmon report "$root/demo-logs/access.log" -o "$work/report.html" >/dev/null || test $? = 1
grep -q "</html>" "$work/report.html"
secmon setup fail2ban --print | grep -q failregex
secmon rules list | grep -q sqli-structure
echo "packed: version, help, completion, scan, report, setup, rules and demo work from an empty folder"
