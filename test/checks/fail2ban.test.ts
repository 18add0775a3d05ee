import { describe, expect, it } from 'vitest';
import { createFail2banCheck, type Fail2banProbe } from '../../src/checks/fail2ban.ts';
import { english } from '../../src/text/said.ts';
import { runOf } from './support.ts';

const probe = (jails: Readonly<Record<string, number>>, changes: Partial<Fail2banProbe> = {}): Fail2banProbe => ({
  alive: async () => ({ version: 'fail2ban 1.0.2' }),
  jails: async () => Object.keys(jails),
  banned: async (jail) => jails[jail] ?? 0,
  ...changes,
});
const titles = ({ findings }: Awaited<ReturnType<typeof runOf>>) =>
  findings.map(({ severity, title, subject }) => `${severity} ${english(title)}: ${subject}`);

describe('the check of fail2ban', () => {
  it('tells that it lives and what its jails hold', async () => {
    const heard = await runOf(createFail2banCheck(undefined, probe({ sshd: 2, nginx: 0 })));
    expect(heard.notes).toEqual(['fail2ban 1.0.2 lives.']);
    expect(heard.measures).toEqual(['good sshd holds 2 addresses', 'good nginx holds 0 addresses']);
    expect(heard.findings).toEqual([]);
  });

  it('finds it dead', async () => {
    const heard = await runOf(createFail2banCheck(undefined, probe({}, { alive: async () => ({ dead: 'Is fail2ban running?' }) })));
    expect(titles(heard)).toEqual(['high fail2ban does not run: nobody is banned by it: fail2ban']);
  });

  it('finds a jail gone, until it is back', async () => {
    const first = await runOf(createFail2banCheck(undefined, probe({ sshd: 1, nginx: 0 })));
    const second = await runOf(createFail2banCheck(undefined, probe({ sshd: 1 })), { memory: first.memory });
    const third = await runOf(createFail2banCheck(undefined, probe({ sshd: 1 })), { memory: second.memory });
    expect([titles(second), titles(third)]).toEqual([
      ['high a jail that was there is gone: nginx'],
      ['high a jail that was there is gone: nginx'],
    ]);
    expect(titles(await runOf(createFail2banCheck(undefined, probe({ sshd: 1, nginx: 0 })), { memory: third.memory }))).toEqual([]);
  });

  it('finds that no jail is on', async () => {
    expect(titles(await runOf(createFail2banCheck(undefined, probe({}))))).toEqual([
      'medium fail2ban runs without any jail: it bans nobody: fail2ban 1.0.2',
    ]);
  });
});
