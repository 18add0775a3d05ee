import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileRules } from '../../scripts/compile-rules.mjs';
import { createDetector } from '../../src/detection/detect.ts';
import { readRuleSet, silentIds, wantedIds } from '../../src/engine/rules/rule-set.ts';
import { createConnections } from '../../src/formats/connections.ts';
import { fail2banEntry } from '../../src/formats/fail2ban.ts';
import { isRejection, type LineParser } from '../../src/formats/format.ts';
import { FORMATS } from '../../src/formats/index.ts';
import { osquery } from '../../src/formats/osquery.ts';
import { recognise } from '../../src/formats/sniff.ts';
import { parseSshd } from '../../src/formats/sshd.ts';
import { createCorrelator } from '../../src/incidents/correlation/correlator.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';
import { EMPTY_ENTRY, type Entry } from '../../src/model/entry.ts';
import { actorOf } from '../../src/net/address.ts';

/**
 * Lines that are alike. In texts, `{i}` is the line's number from 0, `{i:5}` its remainder by 5, `{h}` eight letters that depend on the number.
 * One of the kinds is given.
 */
interface Step {
  /** `METHOD target status`. */
  readonly web?: string;
  readonly ssh?: string;
  readonly fail2ban?: string;
  /** A line of osqueryd.results.log. */
  readonly osquery?: string;
  /** `LEVEL message`. */
  readonly app?: string;
  /**
   * A whole line, read as the format that it is recognised as. `{ip}` is the address; the line's time is `{bsd}`, `{iso}`, `{local}` (`2026-03-02 09:00:00`),
   * `{slash}`, `{ctime}`, `{clock}` or `{epoch}`; `{user}` is one of twenty names.
   */
  readonly log?: string;
  /** `[error] message` of nginx. */
  readonly error?: string;
  readonly from?: string;
  readonly agent?: string;
  readonly user?: string;
  /** 1 unless given. */
  readonly times?: number;
  /** Milliseconds with `ms`, else seconds; 1 s unless given. */
  readonly every?: string;
  /** Seconds from the start; behind the last line before, unless given. */
  readonly at?: number;
}

export interface CaseLog {
  readonly name: string;
  readonly lines: readonly Step[];
  /** The addresses disprove what the user agents claim: only then the engine hands on such claims. */
  readonly pretended?: boolean;
  /** Correlation → first value of its group. */
  readonly fires?: Readonly<Record<string, string>>;
}

const START_MS = Date.UTC(2026, 2, 2, 9);
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0';

const letters = (number: number): string => {
  let rest = Math.imul(number + 1, 2_654_435_761) >>> 0;
  let text = '';
  for (let i = 0; i < 8; i++) {
    text += String.fromCharCode(97 + (rest % 26));
    rest = (Math.imul(rest, 1_664_525) + 1_013_904_223) >>> 0;
  }
  return text;
};

const filled = (text: string, i: number): string =>
  text.replace(/\{(i|h)(?::(\d+))?\}/g, (_, name: string, modulus?: string) => {
    const number = modulus === undefined ? i : i % Number(modulus);
    return name === 'h' ? letters(number) : String(number);
  });

const everyMs = (text = '1'): number => (text.endsWith('ms') ? Number(text.slice(0, -2)) : Number(text.replace('s', '')) * 1000);

const USERS =
  'root admin test oracle postgres guest info support sales mail user1 backup webmaster alice bob carol git ubuntu pi ftp'.split(' ');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A line at a time, as daemons write it. */
function lineAt(template: string, i: number, { timeMs, address }: { timeMs: number; address: string }): string {
  const date = new Date(timeMs);
  const [day = '', clock = ''] = date.toISOString().slice(0, 19).split('T');
  const bsd = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, ' ')} ${clock}`;
  const words: Readonly<Record<string, string>> = {
    '{ip}': address,
    '{user}': USERS[i % USERS.length] ?? '',
    '{bsd}': bsd,
    '{iso}': date.toISOString(),
    '{local}': `${day} ${clock}`,
    '{slash}': `${day.replaceAll('-', '/')} ${clock}`,
    '{ctime}': `${DAYS[date.getUTCDay()]} ${bsd} ${date.getUTCFullYear()}`,
    '{clock}': clock,
    '{epoch}': String(Math.floor(timeMs / 1000)),
  };
  return filled(template, i).replace(/\{[a-z]+\}/g, (word) => words[word] ?? word);
}

const CONTEXT = { timeZone: 'UTC', nowMs: () => Date.UTC(2026, 2, 3), isTrustedProxy: () => false };
const parsers = new Map<string, LineParser>();
const connections = createConnections();

/** What a line is, read by the parser of the format that the first of its kind is recognised as. */
function parsed(template: string, line: string): Entry {
  const parser = parsers.get(template) ?? recognise([line], FORMATS).create(CONTEXT);
  parsers.set(template, parser);
  const entry = parser.parse(line);
  if (isRejection(entry)) throw new Error(`${entry.reason}: ${line}`);
  return entry.kind === 'application' ? connections.complete(entry) : entry;
}

function entryOf(step: Step, i: number, timeMs: number): Entry {
  const text = (template: string | undefined): string => filled(template ?? '', i);
  if (step.log !== undefined) return parsed(step.log, lineAt(step.log, i, { timeMs, address: filled(step.from ?? '198.51.100.7', i) }));
  if (step.ssh !== undefined) return { ...parseSshd(text(step.ssh)), program: 'sshd', timeMs };
  if (step.fail2ban !== undefined) return fail2banEntry(text(step.fail2ban), 0, { timeMs, level: 'NOTICE' });
  if (step.osquery !== undefined) {
    const parsed = osquery.create({ timeZone: 'UTC', nowMs: () => 0, isTrustedProxy: () => false }).parse(step.osquery);
    if (isRejection(parsed)) throw new Error(parsed.reason);
    return { ...parsed, timeMs };
  }
  const address = text(step.from ?? '198.51.100.7');
  if (step.app !== undefined) {
    const [level = '', ...words] = text(step.app).split(' ');
    return {
      ...EMPTY_ENTRY,
      kind: 'application',
      timeMs,
      level,
      message: words.join(' '),
      address: step.from === undefined ? '' : address,
    };
  }
  if (step.error !== undefined)
    return { ...EMPTY_ENTRY, kind: 'web-error', timeMs, message: text(step.error), address, user: text(step.user) };
  const [method = '', target = '', status = ''] = text(step.web).split(' ');
  const http = { method, target, status: Number(status), protocol: 'HTTP/1.1', bytes: 512 };
  return { ...EMPTY_ENTRY, kind: 'http', timeMs, address, ...http, userAgent: text(step.agent ?? BROWSER), user: text(step.user) };
}

/** The entries of a log in the order of their times. */
export function entriesOf({ lines }: CaseLog): readonly Entry[] {
  let atMs = START_MS;
  const entries = lines.flatMap((step) => {
    const startMs = step.at === undefined ? atMs : START_MS + step.at * 1000;
    const stepMs = everyMs(step.every);
    const times = step.times ?? 1;
    atMs = startMs + times * stepMs;
    return Array.from({ length: times }, (_, i) => entryOf(step, i, startMs + i * stepMs));
  });
  return entries.sort((a, b) => (a.timeMs ?? 0) - (b.timeMs ?? 0));
}

const ruleSet = readRuleSet(await compileRules());
const detector = createDetector({ rules: ruleSet.rules, silent: silentIds(ruleSet), wanted: wantedIds(ruleSet) });

/** The correlations that people hear of. */
export const loudCorrelations = (): readonly string[] => {
  const silent = silentIds(ruleSet);
  return ruleSet.correlations.filter(({ info }) => !silent.has(info.id)).map(({ info }) => info.name);
};

/** What the whole pack tells of entries. */
export function behavioursOf(entries: readonly Entry[], pretended = false): readonly Behaviour[] {
  const correlator = createCorrelator({ rules: ruleSet.correlations, seed: [1, 2] });
  const found = new Map<string, Behaviour>();
  const keep = (behaviours: readonly Behaviour[]): void => {
    for (const behaviour of behaviours) found.set(behaviour.key, behaviour);
  };
  for (const entry of entries) {
    const findings = detector.detect(entry);
    if (findings === undefined) continue;
    const actor = entry.address === '' ? '' : actorOf(entry.address);
    const { hits } = findings;
    const observed = findings.observed.filter((id) => pretended || id !== 'web-crawler-claim');
    keep(correlator.observe({ entry, timeMs: entry.timeMs ?? 0, observed, loud: hits.length > 0, actor, source: 'log' }));
  }
  keep(correlator.settle());
  return [...found.values()];
}

/** True for a line that is worth an incident by itself. Of requests the detection's own cases tell that. */
export const isFlagged = (entry: Entry): boolean =>
  entry.kind !== 'http' && (detector.detect(entry)?.hits ?? []).some(({ rule }) => rule.severity !== 'low');

const CASES = new URL('cases/', import.meta.url);

/** All case logs: those that must fire, and those of ordinary life. */
export const caseLogs = (): readonly CaseLog[] =>
  readdirSync(CASES)
    .filter((name) => name.endsWith('.yml'))
    .flatMap((name) => parse(readFileSync(new URL(name, CASES), 'utf8')) as CaseLog[]);
