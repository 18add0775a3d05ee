import { msg } from '../lang/lang.ts';
import type { Finding } from '../model/check.ts';
import { said, saidOf } from '../text/said.ts';
import type { Check } from './check.ts';
import { everyOf, timeoutOf } from './every-setting.ts';
import { createFinding } from './finding.ts';
import { fieldsOf, listOf } from './json.ts';
import type { ChecksSettings } from './settings.ts';

const MAX_VALUES = 120;

/** How fail2ban is asked; the engine knows the way. Every call rejects with a sentence that says what to do. */
export interface Fail2banProbe {
  /** `fail2ban 1.0.2`, or why it does not live; rejects when nobody can tell. */
  alive(): Promise<{ readonly version: string } | { readonly dead: string }>;
  jails(): Promise<readonly string[]>;
  /** Addresses that a jail holds now. */
  banned(jail: string): Promise<number>;
}

/** Whether fail2ban lives, and what its jails hold. */
export function createFail2banCheck(settings: ChecksSettings['fail2ban'], probe: Fail2banProbe): Check {
  return {
    name: 'fail2ban',
    every: everyOf(settings),
    timeoutMs: timeoutOf(settings, '60s'),
    canAttack: false,
    isLight: true,
    missing: undefined,
    async *run({ memory }) {
      yield { type: 'progress', phase: said(msg('asking fail2ban')) };
      const before = fieldsOf(fieldsOf(memory)['jails']);
      const alive = await probe.alive();
      if ('dead' in alive) {
        yield { type: 'finding', finding: deadFinding(alive.dead) };
        yield { type: 'memory', memory };
        return;
      }
      const { version } = alive;
      const jails = (await probe.jails()).slice(0, 100);
      yield { type: 'note', note: said(msg('{version} lives.'), { version }) };
      const kept: Record<string, readonly number[]> = {};
      for (const jail of jails) {
        const banned = await probe.banned(jail);
        const old = listOf(Object.hasOwn(before, jail) ? before[jail] : undefined).filter((one): one is number => typeof one === 'number');
        const values = [...old, banned].slice(-MAX_VALUES);
        kept[jail] = values;
        yield {
          type: 'measure',
          measure: {
            name: jail,
            now: saidOf(banned, { one: msg('holds {n} address'), many: msg('holds {n} addresses') }),
            isBad: false,
            values,
          },
        };
      }
      if (jails.length === 0)
        yield {
          type: 'finding',
          finding: createFinding({
            key: 'no jail',
            severity: 'medium',
            title: said(msg('fail2ban runs without any jail: it bans nobody')),
            subject: version,
            advice: said(msg('Switch a jail on: [sshd] with "enabled = true" in /etc/fail2ban/jail.local.')),
          }),
        };
      for (const jail of Object.keys(before).filter((name) => !jails.includes(name)))
        yield {
          type: 'finding',
          finding: createFinding({
            key: `jail ${jail}`,
            severity: 'high',
            title: said(msg('a jail that was there is gone')),
            subject: jail,
            advice: said(msg('See why in the log of fail2ban; a jail whose log file is missing does not start.')),
          }),
        };
      // A jail that is gone is told until it is back.
      const gone = Object.entries(before).filter(([name]) => !jails.includes(name));
      yield { type: 'memory', memory: { jails: { ...Object.fromEntries(gone), ...kept } } };
    },
  };
}

const deadFinding = (why: string): Finding =>
  createFinding({
    key: 'dead',
    severity: 'high',
    title: said(msg('fail2ban does not run: nobody is banned by it')),
    subject: 'fail2ban',
    facts: [[msg('reason'), why]],
    advice: said(msg('Start it (systemctl start fail2ban) and see in its log why it ended.')),
  });
