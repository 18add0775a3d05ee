import type { Clock } from '../clock/clock.ts';
import { duration } from '../text/units.ts';
import type { Banner, CurrentBan } from './banner.ts';
import { fail2banSentence } from './fail2ban-errors.ts';
import type { Ledger } from './ledger.ts';
import { type Argv, commandText, type Run } from './run-process.ts';
import { BanError, type BanSubject, banSubject } from './subject.ts';

export interface Fail2banOptions {
  /** `fail2ban-client`, or its path. */
  readonly client: string;
  readonly socket: string;
  readonly run: Run;
}

/** What fail2ban itself takes for a jail's name, without what could be taken for an option. */
const JAIL = /^[A-Za-z0-9_][\w.@-]{0,63}$/;

/** Jails that run, by name; rejects with {@link BanError} when the server cannot be asked. */
export async function listJails(options: Fail2banOptions): Promise<readonly string[]> {
  const reply = await ask(options, ['status']);
  const list = /Jail list:\s*(.*)$/m.exec(reply)?.[1] ?? '';
  return list.split(/[\s,]+/).filter((name) => JAIL.test(name));
}

/** One jail of a fail2ban server, by its client with an array of arguments, never through a shell. */
export function createFail2ban(
  options: Fail2banOptions & { readonly jail: string; readonly ledger: Ledger; readonly clock: Clock },
): Banner {
  const { client, socket, jail, ledger, clock } = options;
  const name = `fail2ban ${jail}`;
  const argv = (...args: string[]): Argv => [client, '-s', socket, ...args];
  const tell = (...args: string[]): Promise<string> => ask(options, args, jail);
  const checkJail = (): void => {
    if (!JAIL.test(jail)) throw new BanError(`${JSON.stringify(jail.slice(0, 60))} is no name of a jail`);
  };
  const askSeconds = async (): Promise<number> => {
    checkJail();
    const seconds = Number((await tell('get', jail, 'bantime')).trim());
    if (!Number.isFinite(seconds)) throw new BanError(`fail2ban did not say how long the jail ${jail} bans`);
    return seconds < 0 ? Number.POSITIVE_INFINITY : seconds;
  };
  let asked: Promise<number> | undefined;
  /** Asked once: a banner lives as long as one dialog's question. */
  const jailSeconds = (): Promise<number> => {
    asked ??= askSeconds();
    return asked;
  };
  const setTime = (seconds: number): string[] => ['set', jail, 'bantime', String(seconds)];
  const banIp = (subject: BanSubject): string[] => ['set', jail, 'banip', subject.text];
  /**
   * The client knows no time of a single ban. A longer one than the jail's: raise the jail's, ban twice (the second time fixes the end
   * in the ban itself), set it back. A jail's time is never lowered, which would end the bans of others.
   */
  const steps = (subject: BanSubject, seconds: number, usual: number): string[][] =>
    seconds > usual ? [setTime(seconds), banIp(subject), banIp(subject), setTime(usual)] : [banIp(subject)];

  const unban = async (subject: BanSubject): Promise<string> => {
    checkJail();
    const count = Number((await tell('set', jail, 'unbanip', subject.text)).trim());
    ledger.remove(name, subject.text);
    return count > 0 ? `fail2ban unbanned ${subject.text} in jail ${jail}` : `${subject.text} was not banned in jail ${jail} any more`;
  };

  return {
    name,
    async takesNetworks() {
      checkJail();
      const actions = await tell('get', jail, 'actions');
      if (/ipset/.test(actions)) return false;
      return !/nftables/.test(actions) || isAtLeast(await ask(options, ['version']), [1, 1, 1]);
    },
    async plan(subject, seconds) {
      const usual = await jailSeconds();
      const notes =
        usual > seconds ? [`The jail bans for ${spanOf(usual)}; secmon unbans after ${spanOf(seconds)} when it runs then.`] : [];
      if (subject.isNetwork) notes.push('fail2ban before 1.1.1 cannot put a network into its nftables set: see whether the ban holds.');
      return { commands: steps(subject, seconds, usual).map((step) => commandText(argv(...step))), notes };
    },
    async ban(subject, seconds) {
      const usual = await jailSeconds();
      await runSteps(steps(subject, seconds, usual), tell, usual > seconds ? undefined : setTime(usual));
      const now = clock.now();
      if (usual > seconds) ledger.put({ banner: name, subject: subject.text, sinceMs: now, untilMs: now + seconds * 1000 });
      else ledger.remove(name, subject.text);
      const held = (await tell('get', jail, 'banip', '--with-time')).split('\n').some((line) => line.trim().startsWith(`${subject.text} `));
      if (!held) throw new BanError(`fail2ban took ${subject.text}, but the jail ${jail} does not hold it: see its log and ignoreip`);
      return `fail2ban banned ${subject.text} in jail ${jail} for ${spanOf(seconds)}`;
    },
    unban,
    unbanPlan: async (subject) => [commandText(argv('set', jail, 'unbanip', subject.text))],
    async list() {
      checkJail();
      const own = new Map(ledger.of(name).map((entry) => [entry.subject, entry.untilMs]));
      return parseBans(await tell('get', jail, 'banip', '--with-time'), clock.now()).map((ban) => {
        const sooner = own.get(ban.subject);
        return sooner === undefined ? ban : { ...ban, untilMs: Math.min(ban.untilMs ?? sooner, sooner) };
      });
    },
    async health() {
      const version = (await ask(options, ['version'])).trim();
      await jailSeconds();
      return `fail2ban ${version}, jail ${jail}`;
    },
    async expire() {
      const due = ledger.of(name).filter(({ untilMs }) => untilMs <= clock.now());
      for (const { subject } of due) await unban(banSubject(subject));
      return due.map(({ subject }) => subject);
    },
  };
}

/** Runs the steps in order; when one fails after the first, `restore` is run before the error is thrown. */
async function runSteps(
  steps: readonly string[][],
  tell: (...args: string[]) => Promise<string>,
  restore: string[] | undefined,
): Promise<void> {
  for (const [i, step] of steps.entries()) {
    try {
      await tell(...step);
    } catch (error) {
      if (i > 0 && restore !== undefined) await tell(...restore).catch(() => {});
      throw error;
    }
  }
}

async function ask({ client, socket, run }: Fail2banOptions, args: readonly string[], jail = ''): Promise<string> {
  const result = await run([client, '-s', socket, ...args]);
  if (result.code !== 0) throw new BanError(fail2banSentence(result, { socket, jail }));
  return result.stdout;
}

/** `203.0.113.9 \t2026-03-02 02:00:00 + 600 = 2026-03-02 02:10:00`, times in the server's zone. */
const BAN_LINE = /^(\S{1,64})\s+(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) \+ (-?\d+) =/;

/** Of clocks that differ a little. */
const SLACK_MS = 5_000;

/** Times are read in this machine's zone; those that then cannot be of a ban that holds (the server has another zone) are left out. */
function parseBans(text: string, nowMs: number): CurrentBan[] {
  return text.split('\n').flatMap((line) => {
    const found = BAN_LINE.exec(line.trim());
    if (found === null) return [];
    const [, subject = '', day = '', time = '', seconds = ''] = found;
    const sinceMs = new Date(`${day}T${time}`).getTime();
    const untilMs = Number(seconds) < 0 ? Number.POSITIVE_INFINITY : sinceMs + Number(seconds) * 1000;
    const isSane = sinceMs <= nowMs + SLACK_MS && untilMs >= nowMs - SLACK_MS;
    return [{ subject, sinceMs: isSane ? sinceMs : undefined, untilMs: isSane && Number.isFinite(untilMs) ? untilMs : undefined }];
  });
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = (/\d+(?:\.\d+){1,3}/.exec(version)?.[0] ?? '0').split('.').map(Number);
  const differing = wanted.findIndex((part, i) => (parts[i] ?? 0) !== part);
  return differing < 0 || (parts[differing] ?? 0) > (wanted[differing] ?? 0);
}

const spanOf = (seconds: number): string => (Number.isFinite(seconds) ? duration(seconds * 1000) : 'ever');
