import { createFail2ban, listJails } from '../../actions/fail2ban.ts';
import { createLedger } from '../../actions/ledger.ts';
import { createRun } from '../../actions/run-process.ts';
import type { ActionSettings } from '../../actions/settings.ts';
import { cannotDo } from '../../checks/cannot.ts';
import type { Fail2banProbe } from '../../checks/fail2ban.ts';
import { createRunProcess, lastWords, type RunProcess } from '../../checks/run-process.ts';
import type { Clock } from '../../clock/clock.ts';
import { msg } from '../../lang/lang.ts';

const CLIENT = 'fail2ban-client';
const SOCKET = '/var/run/fail2ban/fail2ban.sock';
const ANSWER_MS = 10_000;

/** How the check of fail2ban asks the server that bans go to. */
export function createFail2banProbe(
  { fail2ban }: Pick<ActionSettings, 'fail2ban'>,
  clock: Clock,
  {
    run = createRunProcess({ clock }),
    signal = new AbortController().signal,
  }: { readonly run?: RunProcess; readonly signal?: AbortSignal } = {},
): Fail2banProbe {
  const { client = CLIENT, socket = SOCKET } = fail2ban ?? {};
  const options = { client, socket, run: createRun() };
  const ask = (word: string) => run([client, '-s', socket, word], { as: 'root', signal, timeoutMs: ANSWER_MS });
  const nonsense = (said: string): Error =>
    cannotDo(msg('{program} does not answer as fail2ban 0.10 or later does ({said}): see whether it is fail2ban, or update it.'), {
      program: client,
      said,
    });
  return {
    async alive() {
      const result = await ask('version');
      const words = lastWords(result);
      if (result.code === 0) {
        const [, version, major, minor] = /^\s{0,20}((\d{1,3})\.(\d{1,3})[\w.]{0,20})\s{0,20}$/m.exec(result.stdout) ?? [];
        if (version === undefined || (Number(major) === 0 && Number(minor) < 10)) throw nonsense(version ?? words);
        return { version: `fail2ban ${version}` };
      }
      const said = `${result.stdout}\n${result.stderr}`;
      const isDead =
        /Failed to access socket|Is fail2ban running|Connection refused|Errno 111/i.test(said) && !/Permission denied/i.test(said);
      if (isDead) return { dead: words };
      // Says why in one sentence.
      await listJails(options);
      return { dead: words };
    },
    async jails() {
      const result = await ask('status');
      if (result.code === 0 && !/Jail list:/.test(result.stdout)) throw nonsense(lastWords(result));
      return listJails(options);
    },
    banned: async (jail) => (await createFail2ban({ ...options, jail, clock, ledger: createLedger(undefined) }).list()).length,
  };
}
