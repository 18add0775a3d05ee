import { expect, it } from 'vitest';
import { compilePolicy } from '../../../src/alerts/policy/policy.ts';
import { load } from '../../config/in-folder.ts';

const HEAD = 'version: 1\nalerts:\n  channels: { ops: { type: file }, boss: { type: desktop } }\n  policy:\n';

it('a rule needs no more than its channels', async () => {
  const { config } = await load(`${HEAD}    - to: [ops]\n`);
  const policy = compilePolicy(config.alerts, 'UTC');
  expect(policy.ceiling).toBe(10);
  expect(policy.rules).toMatchObject([{ number: 1, to: ['ops'], needsDefault: true, quietMs: 1_800_000 }]);
  expect([...(policy.rules[0]?.updates ?? [])]).toEqual(['worse', 'succeeded', 'ended']);
});

it('a fallback is a channel that exists', async () => {
  expect((await load(`${HEAD}    - to: [ops]\n  fallback: boss\n`)).config.alerts.fallback).toBe('boss');
  expect((await load(`${HEAD}    - to: [ops]\n`)).config.alerts.fallback).toBeUndefined();
  await expect(load(`${HEAD}    - to: [ops]\n  fallback: chief\n`)).rejects.toThrow(
    'alerts.fallback: expected the name of a channel: ops, boss, desktop, file, got "chief"',
  );
});

it('everything that a rule may say is read', async () => {
  const { config } =
    await load(`${HEAD}    - when: { severity: low, risk: 10, success: true, family: [sqli], outcome: [answered], tag: [office], network: [10.0.0.0/8], source: ['*.log'], filter: 'path:/admin' }
      to: [ops]
      hours: [mon-fri 08:00-18:00 Europe/Berlin]
      otherwise: [boss]
      escalate: { after: 15m, to: [boss] }
      quiet: 1h
      updates: []
    - never: true
  digest: { cron: 0 8 * * mon-fri, to: [ops] }
  ceiling: 3
`);
  const policy = compilePolicy(config.alerts, 'UTC');
  expect(policy).toMatchObject({
    ceiling: 3,
    rules: [
      { escalate: { afterMs: 900_000 }, quietMs: 3_600_000, otherwise: ['boss'], needsDefault: false },
      { never: true, needsDefault: false },
    ],
    digest: { to: ['ops'], at: { timeZone: 'UTC' } },
  });
  expect(policy.rules[0]?.hours?.text).toBe('mon-fri 08:00-18:00 Europe/Berlin');
});

it.each([
  [
    'a channel that does not exist',
    '    - to: [opps]\n',
    '5: alerts.policy[0].to[0]: expected the name of a channel: ops, boss, desktop, file, got "opps"',
  ],
  ['a rule without channels', '    - quiet: 5m\n', /^5: alerts\.policy\[0\]: expected to \(names of channels\), or never: true/],
  ['both to and never', '    - to: [ops]\n      never: true\n', /^5: alerts\.policy\[0\]\.to: expected either to or never/],
  ['a wrong span', '    - to: [ops]\n      quiet: soon\n', /^6: alerts\.policy\[0\]\.quiet: expected a span of time such as 90s/],
  ['wrong hours', '    - to: [ops]\n      hours: [workdays]\n', /^6: alerts\.policy\[0\]\.hours: expected hours such as mon-fri/],
  ['otherwise without hours', '    - to: [ops]\n      otherwise: [boss]\n', /^6: alerts\.policy\[0\]\.otherwise: expected hours beside it/],
  ['a wrong filter', '    - to: [ops]\n      when: { filter: "(" }\n', /^6: alerts\.policy\[0\]\.when\.filter: expected a filter/],
  [
    'a wrong family',
    '    - to: [ops]\n      when: { family: [sql] }\n',
    /^6: alerts\.policy\[0\]\.when\.family\[0\]: expected one of .*got "sql"/,
  ],
  [
    'a wrong network',
    '    - to: [ops]\n      when: { network: [office] }\n',
    /^6: alerts\.policy\[0\]\.when\.network\[0\]: expected an address or network/,
  ],
  ['a wrong name', '    - too: [ops]\n', /^5: alerts\.policy\[0\]\.too: unknown setting; did you mean to\?/],
  ['a wrong cron', '    - to: [ops]\n  digest: { cron: "0 25 * * *", to: [ops] }\n', /^6: alerts\.digest\.cron: expected hour as 0-23/],
  [
    'every and cron',
    '    - to: [ops]\n  digest: { every: 30m, cron: "0 8 * * *", to: [ops] }\n',
    /^6: alerts\.digest\.every: expected either every or cron/,
  ],
])('%s is refused with its line', async (_, text, expected) => {
  const error = await load(`${HEAD}${text}`).then(
    () => '',
    (reason: unknown) => (reason instanceof Error ? reason.message : ''),
  );
  const problems = error.split('\n').map((line) => line.replace(/^.*\.yml:/, '').trim());
  expect(problems.some((line) => (typeof expected === 'string' ? line === expected : expected.test(line)))).toBe(true);
});
