import type { ReadTime, TimeReader } from './time.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const CLOCK = String.raw`(\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)`;

/** `02-Mar-2026 02:13:41.123` with or without bracket and zone: BIND, PHP, Roundcube. */
const DASHED = new RegExp(
  `^\\[?(\\d{2})-([A-Z][A-Za-z]{2})-(\\d{4}) ${CLOCK}(?: ([+-]\\d{4}|UTC|[A-Z][A-Za-z]{2,20}/[A-Za-z_]{2,30}))?(?:\\]:?)?(?= |$)`,
);
/** `1200:M 02 Mar 2026 02:13:41.123 # `: Redis and Valkey. */
const REDIS = new RegExp(`^\\d{1,10}:[A-Z] (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) ${CLOCK}(?= )`);
/** `03/02/2026-02:13:41.123456`: Suricata and Snort; `03/02/2026, 2:13:41 AM`: NestJS. */
const AMERICAN = new RegExp(`^(\\d{2})/(\\d{2})/(\\d{4})-${CLOCK}(?= )`);
const NEST = /^\[Nest\] \d{1,10} {1,4}- (\d{2})\/(\d{2})\/(\d{4}), (\d{1,2}):(\d{2}:\d{2}) ([AP])M(?= )/;
/** `[20260302-02:13:41]`: xrdp. */
const COMPACT = new RegExp(`^\\[(\\d{4})(\\d{2})(\\d{2})-${CLOCK}\\](?= )`);
/** `  1200:20260302:021341.123 `: Zabbix. */
const ZABBIX = /^ {0,8}\d{1,10}:(\d{4})(\d{2})(\d{2}):(\d{2})(\d{2})(\d{2})\.(\d{3})(?= )/;
/** `2026/03/02 02:13AM`: zerolog's console; `2026.03.02 02:13:41.123`: ClickHouse, SonarQube; `2026:03:02-02:13:41:`: DirectAdmin, Sophos. */
const TWELVE = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{1,2}):(\d{2})([AP])M(?= )/;
const DOTTED = new RegExp(`^(\\d{4})([.:])(\\d{2})\\2(\\d{2})[ -]${CLOCK}(?=[ :])`);
/** `Mar 02, 2026 2:13:41 AM`, `Mar 02, 2026 02:13:41.123`: java.util.logging, Jenkins, Plex. */
const COMMA = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) (\d{1,2})(:\d{2}:\d{2}(?:\.\d{1,9})?)(?: ([AP])M)?(?= |$)/;
/** `I, [2026-03-02T02:13:41.123456 #4711] `: Ruby's Logger, the letter of its level before the time. */
const RUBY = /^[DIWEFA], \[(\d{4}-\d{2}-\d{2}T[\d:.]{8,18}) #\d{1,10}\](?= )/;
/** `1772417621: `, `1772417621.123 `: Mosquitto, Squid and others. */
const EPOCH = /^(\d{10})(?:\.(\d{1,9}))?(?=[: ])/;

const two = (number: number): string => String(number).padStart(2, '0');
const monthNumber = (name: string): string => two(MONTHS.indexOf(`${name.charAt(0)}${name.slice(1).toLowerCase()}`) / 3 + 1);

/** The times with which daemons begin their lines, beside the common ones: PHP, BIND, vsftpd, FreeRADIUS, Asterisk, Monit, Redis, Suricata, xrdp, NestJS, Mosquitto. */
export function readLineTime(line: string, times: TimeReader): ReadTime | undefined {
  const head = line.slice(0, 80);
  const code = head.charCodeAt(0);
  if (code >= 48 && code <= 57) return digitsFirst(head, times);
  if (code === 91) return bracketed(head, times);
  if (code === 32) return zabbixTime(head, times);
  // MDaemon: the day of the week before an ISO time.
  if (head.charCodeAt(3) === 32 && head.charCodeAt(8) === 45) return times.iso(head, 4);
  return code >= 65 && code <= 90
    ? (times.ctime(head, 0) ?? cupsTime(head, times) ?? commaTime(head, times) ?? rubyTime(head, times))
    : undefined;
}

function commaTime(head: string, times: TimeReader): ReadTime | undefined {
  const found = head.charCodeAt(3) === 32 ? COMMA.exec(head) : null;
  if (found === null) return undefined;
  const month = monthNumber(found[1] ?? '');
  const hour = found[6] === undefined ? two(Number(found[4])) : hour24(found[4], found[6]);
  return told(times, `${found[3]}-${month}-${two(Number(found[2]))}T${hour}${found[5]}`, found[0].length);
}

function rubyTime(head: string, times: TimeReader): ReadTime | undefined {
  const found = head.charCodeAt(1) === 44 ? RUBY.exec(head) : null;
  return found === null ? undefined : told(times, found[1] ?? '', found[0].length);
}

/** The hour of a clock of twelve, in two digits. */
const hour24 = (hour: string | undefined, half: string | undefined): string => two((Number(hour) % 12) + (half === 'P' ? 12 : 0));

function zabbixTime(head: string, times: TimeReader): ReadTime | undefined {
  const found = ZABBIX.exec(head);
  if (found === null) return undefined;
  return told(times, `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}.${found[7]}`, found[0].length);
}

/** `E [02/Mar/2026:02:13:41 +0000] `: CUPS. */
function cupsTime(head: string, times: TimeReader): ReadTime | undefined {
  const ms = head.startsWith(' [', 1) ? times.clf(head, 3) : undefined;
  return ms === undefined || head.charCodeAt(29) !== 93 ? undefined : { ms, end: 30 };
}

function digitsFirst(head: string, times: TimeReader): ReadTime | undefined {
  const dashed = dashedTime(head, times) ?? redisTime(head, times) ?? zabbixTime(head, times);
  if (dashed !== undefined) return dashed;
  const american = AMERICAN.exec(head);
  if (american !== null) return told(times, `${american[3]}-${american[1]}-${american[2]}T${american[4]}`, american[0].length);
  const twelve = TWELVE.exec(head);
  if (twelve !== null)
    return told(times, `${twelve[1]}-${twelve[2]}-${twelve[3]}T${hour24(twelve[4], twelve[6])}:${twelve[5]}:00`, twelve[0].length);
  const dotted = DOTTED.exec(head);
  if (dotted !== null) return told(times, `${dotted[1]}-${dotted[3]}-${dotted[4]}T${dotted[5]}`, dotted[0].length);
  const epoch = EPOCH.exec(head);
  return epoch === null
    ? undefined
    : { ms: Number(epoch[1]) * 1000 + Math.floor(Number(`0.${epoch[2] ?? 0}`) * 1000), end: epoch[0].length };
}

function bracketed(head: string, times: TimeReader): ReadTime | undefined {
  const zoned = /^\[[A-Z]{3,5} (?=[A-Z][a-z]{2} )/.exec(head);
  const at = zoned?.[0].length ?? 1;
  const bsd = times.bsd(head, at);
  if (bsd !== undefined && head.charCodeAt(bsd.end) === 93) return { ms: bsd.ms, end: bsd.end + 1 };
  const compact = COMPACT.exec(head);
  if (compact !== null) return told(times, `${compact[1]}-${compact[2]}-${compact[3]}T${compact[4]}`, compact[0].length);
  const nest = NEST.exec(head);
  if (nest === null) return dashedTime(head, times);
  return told(times, `${nest[3]}-${nest[1]}-${nest[2]}T${hour24(nest[4], nest[6])}:${nest[5]}`, nest[0].length);
}

function dashedTime(head: string, times: TimeReader): ReadTime | undefined {
  const found = DASHED.exec(head);
  if (found === null) return undefined;
  const zone = /^(?:[+-]|UTC)/.test(found[5] ?? '') ? (found[5] ?? '') : '';
  return told(times, `${found[3]}-${monthNumber(found[2] ?? '')}-${found[1]}T${found[4]}${zone}`, found[0].length);
}

function redisTime(head: string, times: TimeReader): ReadTime | undefined {
  const found = REDIS.exec(head);
  return found === null ? undefined : told(times, `${found[3]}-${monthNumber(found[2] ?? '')}-${found[1]}T${found[4]}`, found[0].length);
}

function told(times: TimeReader, iso: string, end: number): ReadTime | undefined {
  const read = times.iso(iso, 0);
  return read === undefined ? undefined : { ms: read.ms, end };
}
