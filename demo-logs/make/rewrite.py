"""The only step between a server's log and the published file: addresses and the date. usage: rewrite.py IN_DIR OUT_DIR

Addresses  127.1.0.N  -> 198.51.100.N      visitors          127.1.6.N  -> 2001:db8:51::N  visitors, IPv6
           127.3.0.N  -> 192.0.2.N         probes, crawlers  127.66.6.N -> 2001:db8:66::N  attackers, IPv6
           127.66.0.N -> 203.0.113.N       attackers         (127.0.0.1, the app behind nginx, stays)
Time       one whole number of seconds is added to every timestamp of every file, so that the first line of
           access.log is 2026-03-02 02:04:00 UTC. Order, gaps and everything else stay as logged.
access.json.log is cut to the 1,700 lines that end 150 lines after the last web shell request.
"""
import re, sys
from datetime import datetime as dt
from pathlib import Path

source, target = Path(sys.argv[1]), Path(sys.argv[2])
NETS = {"1.0": "198.51.100.{}", "3.0": "192.0.2.{}", "66.0": "203.0.113.{}", "1.6": "2001:db8:51::{:x}", "66.6": "2001:db8:66::{:x}"}
FORMATS = [(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d", "%d/%b/%Y:%H:%M:%S"), (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "%Y-%m-%dT%H:%M:%S"),
           (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "%Y-%m-%d %H:%M:%S"), (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "%Y/%m/%d %H:%M:%S")]
first = (source / "access.log").open(encoding="utf-8").readline()
begin = dt.strptime(re.search(FORMATS[0][0], first)[0], FORMATS[0][1])
delta = dt(2026, 3, 2, 2, 4) - begin


def syslog_time(match):
    moved = dt.strptime(f"{begin.year} {match[0]}", "%Y %b %d %H:%M:%S") + delta
    return f"{moved:%b} {moved.day:2} {moved:%H:%M:%S}"


def rewrite(line):
    line = re.sub(r"\b127\.(1\.0|3\.0|66\.0|1\.6|66\.6)\.(\d+)\b", lambda m: NETS[m[1]].format(int(m[2])), line)
    line = re.sub(r"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d", syslog_time, line)
    for pattern, form in FORMATS:
        line = re.sub(pattern, lambda m: (dt.strptime(m[0], form) + delta).strftime(form), line)
    return line


for name in ["access.log", "access.json.log", "error.log", "auth.log", "fail2ban.log", "app.log"]:
    lines = list((source / name).open(encoding="utf-8", errors="surrogateescape", newline="\n"))
    if name == "access.json.log":
        end = max(n for n, line in enumerate(lines) if "/uploads/shell.php?cmd" in line) + 150
        lines = lines[max(0, end - 1700):end]
    (target / name).write_text("".join(map(rewrite, lines)), encoding="utf-8", errors="surrogateescape")
