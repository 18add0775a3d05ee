import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileRules } from '../../../scripts/compile-rules.mjs';
import type { Engine } from '../../../src/engine/engine.ts';
import { readChange } from '../../../src/engine/rules/rule-change.ts';
import { loadRuleSet, readRuleSet } from '../../../src/engine/rules/rule-set.ts';
import { combined, folderWith, openOver } from '../run-engine.ts';

/** Somebody who looks for pages, 45 in all, and an SQL injection. */
const LOG = [
  ...Array.from({ length: 45 }, (_, i) => combined(i, { target: `/find/${i}.php`, status: 404, address: '203.0.113.77' })),
  ...Array.from({ length: 3 }, (_, i) =>
    combined(60 + i, { target: `/item?id=${i}%27%20union%20select%201,2--+-`, status: 403, address: '198.51.100.7' }),
  ),
].join('');

async function opened(): Promise<{ engine: Engine; idOf: (name: string) => Promise<string> }> {
  const engine = await openOver([join(folderWith({ 'access.log': LOG }), 'access.log')]);
  await engine.run();
  const idOf = async (name: string): Promise<string> =>
    (await engine.client.request('rules', {})).rows.find((row) => row.name === name)?.id ?? '';
  return { engine, idOf };
}

describe('a rehearsal', () => {
  test('of a higher threshold says which incidents would be gone, and gives the document for --rules', async () => {
    const { engine, idOf } = await opened();
    const ruleId = await idOf('scan-paths-fast');
    const rehearsed = await engine.client.request('rehearse', { ruleId, text: 'gte 1000 within 5m' });
    expect(rehearsed).toMatchObject({
      change: 'scan-paths-fast: gte 1000 within 5m',
      lines: 48,
      rules: [{ name: 'scan-paths-fast', would: 0 }],
    });
    expect(rehearsed?.changed.find(({ subject }) => subject === '203.0.113.77')?.now).toBeDefined();
    const own = await loadRuleSet([{ name: 'own.yml', text: rehearsed?.yaml ?? '' }], readRuleSet(await compileRules()));
    expect(own.refused).toEqual([]);
    expect(own.own.correlations).toMatchObject([{ comparisons: [{ operator: 'gte', value: 1000 }], timespanMs: 300_000 }]);
    await engine.client.close();
  });

  test('of a change that changes nothing differs in nothing', async () => {
    const { engine, idOf } = await opened();
    const { rows } = await engine.client.request('rules', {});
    const row = rows.find(({ name }) => name === 'scan-paths-fast');
    const rehearsed = await engine.client.request('rehearse', { ruleId: await idOf('scan-paths-fast'), text: row?.condition ?? '' });
    expect(rehearsed).toMatchObject({ changed: [], rules: [] });
    expect(rehearsed?.incidents).toEqual({ now: 2, would: 2 });
    await engine.client.close();
  });

  test('of a rule switched off, everywhere or at a path, counts what is left', async () => {
    const { engine, idOf } = await opened();
    const ruleId = await idOf('sqli-union-select');
    const off = await engine.client.request('rehearse', { ruleId, text: 'off' });
    expect(off?.rules).toEqual([{ name: 'sqli-union-select', now: 3, would: 0 }]);
    const elsewhere = await engine.client.request('rehearse', { ruleId, text: 'off /other' });
    expect(elsewhere?.rules).toEqual([]);
    expect((await engine.client.request('rules', {})).rows.find(({ id }) => id === ruleId)).toMatchObject({ hits: 3, changed: '' });
    await engine.client.close();
  });

  test('is cancelled by another one, and by word', async () => {
    const { engine, idOf } = await opened();
    const ruleId = await idOf('scan-paths-fast');
    const request = () => engine.client.request('rehearse', { ruleId, text: 'off' });
    const [first, second] = await Promise.all([request(), request()]);
    expect([first, second?.lines]).toEqual([undefined, 48]);
    const third = request();
    await engine.client.request('rehearse.cancel', {});
    expect(await third).toBeUndefined();
    await engine.client.close();
  });
});

test('a change holds for this session, and is taken back', async () => {
  const { engine, idOf } = await opened();
  const ruleId = await idOf('scan-paths-fast');
  const row = async () => (await engine.client.request('rules', {})).rows.find(({ id }) => id === ruleId);
  const before = (await row())?.condition;
  const { changeId } = await engine.client.request('rule.change', { ruleId, text: '>= 99 in 1h' });
  expect(await row()).toMatchObject({ condition: 'gte 99 within 1h', changed: 'gte 99 within 1h' });
  const off = await engine.client.request('rule.change', { ruleId, text: 'off' });
  expect(await row()).toMatchObject({ changed: 'off', hasMutes: true });
  expect(await engine.client.request('rule.restore', { changeId: off.changeId })).toBe(true);
  expect(await engine.client.request('rule.restore', { changeId })).toBe(true);
  expect(await row()).toMatchObject({ condition: before, changed: '', hasMutes: false });
  await engine.client.close();
});

test('a rule shows all about itself and its last lines', async () => {
  const { engine, idOf } = await opened();
  const detail = await engine.client.request('rule', { ruleId: await idOf('sqli-union-select') });
  expect(detail?.lines.join('\n')).toContain('condition:');
  expect(detail?.moments).toHaveLength(3);
  expect(detail?.moments[0]).toMatchObject({ who: '198.51.100.7', muted: false });
  const scan = await engine.client.request('rule', { ruleId: await idOf('scan-paths-fast') });
  expect(scan?.moments[0]).toMatchObject({ who: '203.0.113.77', rowId: undefined });
  expect(await engine.client.request('rule', { ruleId: 'none' })).toBeUndefined();
  await engine.client.close();
});

test.each([
  ['off', 'off'],
  ['off /a b', 'off'],
  ['off nonsense', 'off takes'],
  ['gte 5 within 1m', 'limits'],
  ['>5 and < 9', 'limits'],
  ['5', 'limits'],
  ['5 within soon', 'A threshold'],
  ['', 'A threshold'],
  ['xx 5', 'A threshold'],
  ['1 and 2 and 3', 'A threshold'],
])('%j is read as %s', (text, expected) => {
  const rule = { comparisons: [{ operator: 'gte', value: 10 }], timespanMs: 60_000 } as const;
  const change = readChange(text, rule as never);
  if (typeof change === 'string') expect(change).toContain(expected);
  else expect(change.kind).toBe(expected);
});
