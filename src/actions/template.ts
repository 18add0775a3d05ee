import type { Clock } from '../clock/clock.ts';
import { duration } from '../text/units.ts';
import type { Banner } from './banner.ts';
import type { Ledger } from './ledger.ts';
import { type Argv, commandText, type Run, saidBy } from './run-process.ts';
import { BanError, type BanSubject, banSubject } from './subject.ts';

export interface TemplateOptions {
  readonly name: string;
  /** Program and arguments; `{address}` and `{seconds}` stand for their values, inside an argument too. */
  readonly ban: readonly string[];
  readonly unban: readonly string[];
  readonly run: Run;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Any program that bans, with fixed places for its arguments, never through a shell. secmon keeps the time and ends the bans while it runs. */
export function createTemplate({ name, ban, unban, run, ledger, clock }: TemplateOptions): Banner {
  const keepsTime = ban.some((word) => word.includes('{seconds}'));
  const argv = (words: readonly string[], subject: BanSubject, seconds: number): Argv => {
    const [program, ...rest] = words.map((word, i) =>
      i === 0 ? word : word.replaceAll('{address}', subject.text).replaceAll('{seconds}', String(seconds)),
    );
    if (program === undefined) throw new BanError(`${name} has no command`);
    return [program, ...rest];
  };
  const tell = async (command: Argv): Promise<void> => {
    const result = await run(command);
    if (result.code !== 0) throw new BanError(`${command[0]} ended with ${result.code} and said: ${saidBy(result)}`);
  };
  const end = async (subject: BanSubject): Promise<string> => {
    await tell(argv(unban, subject, 0));
    ledger.remove(name, subject.text);
    return `${name} let ${subject.text} in again`;
  };
  return {
    name,
    takesNetworks: async () => true,
    plan: async (subject, seconds) => ({
      commands: [commandText(argv(ban, subject, seconds))],
      notes: keepsTime ? [] : [`The command is told no time: secmon ends the ban after ${duration(seconds * 1000)} when it runs then.`],
    }),
    async ban(subject, seconds) {
      await tell(argv(ban, subject, seconds));
      const now = clock.now();
      ledger.put({ banner: name, subject: subject.text, sinceMs: now, untilMs: now + seconds * 1000 });
      return `${name} banned ${subject.text} for ${duration(seconds * 1000)}`;
    },
    unban: end,
    unbanPlan: async (subject) => [commandText(argv(unban, subject, 0))],
    list: async () => ledger.of(name).filter(({ untilMs }) => untilMs > clock.now()),
    health: async () => `${name}: ${ban[0] ?? 'no command'}`,
    async expire() {
      const due = ledger.of(name).filter(({ untilMs }) => untilMs <= clock.now());
      for (const { subject } of due) {
        if (keepsTime) ledger.remove(name, subject);
        else await end(banSubject(subject));
      }
      return keepsTime ? [] : due.map(({ subject }) => subject);
    },
  };
}
