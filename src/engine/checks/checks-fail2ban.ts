import { createFail2ban, listJails } from '../../actions/fail2ban.ts';
import { createLedger } from '../../actions/ledger.ts';
import { createRun } from '../../actions/run-process.ts';
import type { ActionSettings } from '../../actions/settings.ts';
import type { Fail2banProbe } from '../../checks/fail2ban.ts';
import type { Clock } from '../../clock/clock.ts';

const CLIENT = 'fail2ban-client';
const SOCKET = '/var/run/fail2ban/fail2ban.sock';

/** How the check of fail2ban asks the server that bans go to. */
export function createFail2banProbe({ fail2ban }: Pick<ActionSettings, 'fail2ban'>, clock: Clock): Fail2banProbe {
  const { client = CLIENT, socket = SOCKET } = fail2ban ?? {};
  const run = createRun();
  const options = { client, socket, run };
  return {
    async alive() {
      const result = await run([client, '-s', socket, 'version']);
      if (result.code === 0) return { version: `fail2ban ${result.stdout.trim().split('\n').at(-1) ?? ''}` };
      const said = `${result.stdout}\n${result.stderr}`;
      const isDead =
        /Failed to access socket|Is fail2ban running|Connection refused|Errno 111/i.test(said) && !/Permission denied/i.test(said);
      if (isDead) return { dead: (said.trim().split('\n').at(-1) ?? '').slice(0, 300) };
      // Says why in one sentence.
      await listJails(options);
      return { dead: said.trim().slice(0, 300) };
    },
    jails: () => listJails(options),
    banned: async (jail) => (await createFail2ban({ ...options, jail, clock, ledger: createLedger(undefined) }).list()).length,
  };
}
