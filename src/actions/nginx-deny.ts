import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../clock/clock.ts';
import { duration } from '../text/units.ts';
import type { Banner } from './banner.ts';
import { type Argv, commandText, type Run, saidBy } from './run-process.ts';
import { BanError, type BanSubject, banSubject } from './subject.ts';

export interface NginxDenyOptions {
  /** A file that the configuration of nginx includes: `include /etc/nginx/secmon-deny.conf;` in `http`, `server` or `location`. */
  readonly file: string;
  readonly test: readonly string[];
  readonly reload: readonly string[];
  readonly run: Run;
  readonly clock: Clock;
}

interface Denial {
  readonly subject: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

const HEAD = '# Written by secmon; it changes nothing else than lines like these.\n';
/** `deny 203.0.113.9; # secmon 2026-03-02T02:00:00.000Z 2026-03-02T03:00:00.000Z` */
const LINE = /^deny ([0-9A-Fa-f.:/]{2,45}); # secmon (\S{20,30}) (\S{20,30})$/;

/** An nginx `deny` file, written whole by renaming, tested with `nginx -t` before the reload and put back when the test fails. */
export function createNginxDeny({ file, test, reload, run, clock }: NginxDenyOptions): Banner {
  const argv = (words: readonly string[]): Argv => {
    const [program, ...rest] = words;
    if (program === undefined) throw new BanError('actions.nginx has an empty command');
    return [program, ...rest];
  };
  const tell = async (words: readonly string[]): Promise<void> => {
    const command = argv(words);
    const result = await run(command);
    if (result.code !== 0) throw new BanError(`${commandText(command)} ended with ${result.code} and said: ${saidBy(result)}`);
  };
  let queue: Promise<unknown> = Promise.resolve();
  /** One change at a time; nothing is reloaded where nothing changed. */
  const change = (make: (before: readonly Denial[]) => readonly Denial[] | undefined): Promise<void> => {
    const turn = queue.then(async () => {
      const before = readDeny(file);
      const after = make(parseDeny(before));
      if (after === undefined) return;
      writeDeny(file, HEAD + after.map(denyLine).join(''));
      try {
        await tell(test);
        await tell(reload);
      } catch (error) {
        writeDeny(file, before === '' ? HEAD : before);
        throw error;
      }
    });
    queue = turn.catch(() => {});
    return turn;
  };
  const without = (list: readonly Denial[], subject: string): readonly Denial[] => list.filter((one) => one.subject !== subject);
  const denial = (subject: BanSubject, seconds: number): Denial => {
    const now = clock.now();
    return { subject: subject.text, sinceMs: now, untilMs: now + seconds * 1000 };
  };
  const steps = [commandText(test), commandText(reload)];
  return {
    name: 'nginx',
    takesNetworks: async () => true,
    plan: async (subject, seconds) => ({
      commands: [`write "deny ${subject.text};" into ${file}`, ...steps],
      notes: [`nginx knows no end of a ban: secmon takes the line out after ${duration(seconds * 1000)} when it runs then.`],
    }),
    async ban(subject, seconds) {
      await change((list) => [...without(list, subject.text), denial(subject, seconds)]);
      return `nginx denies ${subject.text} for ${duration(seconds * 1000)}`;
    },
    async unban(subject) {
      let held = false;
      await change((list) => {
        held = list.some((one) => one.subject === subject.text);
        return held ? without(list, subject.text) : undefined;
      });
      return held ? `nginx lets ${subject.text} in again` : `${subject.text} was not denied by nginx any more`;
    },
    unbanPlan: async (subject) => [`take "deny ${subject.text};" out of ${file}`, ...steps],
    list: async () => parseDeny(readDeny(file)),
    async health() {
      readDeny(file);
      await tell(test);
      return `nginx, ${file}`;
    },
    async expire() {
      let due: readonly string[] = [];
      await change((list) => {
        due = list.filter(({ untilMs }) => untilMs <= clock.now()).map(({ subject }) => subject);
        return due.length === 0 ? undefined : list.filter(({ untilMs }) => untilMs > clock.now());
      });
      return due;
    },
  };
}

const denyLine = ({ subject, sinceMs, untilMs }: Denial): string =>
  `deny ${subject}; # secmon ${new Date(sinceMs).toISOString()} ${new Date(untilMs).toISOString()}\n`;

function readDeny(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new BanError(`cannot read ${file} (${code})`, { cause });
  }
}

/** Lines of secmon's own form alone; a line that somebody changed is dropped. */
function parseDeny(text: string): Denial[] {
  return text.split('\n').flatMap((line) => {
    const [, subject = '', since = '', until = ''] = LINE.exec(line) ?? [];
    const [sinceMs, untilMs] = [Date.parse(since), Date.parse(until)];
    return isSubject(subject) && Number.isFinite(sinceMs) && Number.isFinite(untilMs) ? [{ subject, sinceMs, untilMs }] : [];
  });
}

function isSubject(text: string): boolean {
  try {
    return text !== '' && banSubject(text).text === text;
  } catch {
    return false;
  }
}

/** Whole or not at all; readable by nginx. */
function writeDeny(file: string, text: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    chmodSync(draft, 0o644);
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new BanError(
      `cannot write ${file} (${(cause as NodeJS.ErrnoException).code}): this user needs the right to write in its folder`,
      { cause },
    );
  }
}
