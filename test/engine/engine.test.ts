import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPortClient, type FromEngine, type ToEngine } from '../../src/engine/client.ts';
import type { Processed } from '../../src/engine/pipeline.ts';
import { combined, folderWith, openOver, view } from './run-engine.ts';

const UNION = '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--';
const usual = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => combined(from + i, { target: `/item?id=${i}`, bytes: 600 + (i % 7) })).join('');
const over = async (text: string, options = {}) => {
  const folder = folderWith({ 'access.log': text });
  const lines: Processed[] = [];
  const engine = await openOver([join(folder, 'access.log')], options, { onLine: (processed) => lines.push(processed) });
  await engine.run();
  return { engine, lines };
};

test('an answer of unusual size to an injection is a claimed success, one of usual size stays open', async () => {
  const attacker = '198.51.100.7';
  const { lines } = await over(
    usual(0, 30) +
      combined(40, { address: attacker, target: UNION, bytes: 605 }) +
      combined(41, { address: attacker, target: UNION, bytes: 24_816 }),
  );
  const found = lines.flatMap(({ detection }) =>
    detection ? [[detection.families[0], detection.outcome, detection.success, detection.note]] : [],
  );
  expect(found).toEqual([
    ['sqli', 'answered', false, ''],
    ['sqli', 'answered', true, '41× size'],
  ]);
});

test('answers to attacks do not teach what is usual', async () => {
  const attacks = Array.from({ length: 40 }, (_, i) => combined(40 + i, { target: UNION, bytes: 24_816 })).join('');
  const { lines } = await over(usual(0, 30) + attacks);
  expect(lines.at(-1)?.detection?.success).toBe(true);
});

test('a web shell that answers an actor who already succeeded has worked', async () => {
  const attacker = { address: '198.51.100.7' };
  const shell = combined(50, { ...attacker, target: '/uploads/shell.php?cmd=id', bytes: 54 });
  const alone = await over(usual(0, 30) + shell);
  expect(alone.lines.at(-1)?.detection).toMatchObject({ success: false });
  const after = await over(usual(0, 30) + combined(40, { ...attacker, target: UNION, bytes: 24_816 }) + shell);
  expect(after.lines.at(-1)?.detection).toMatchObject({ success: true, note: 'after sqli' });
});

test('the snapshot tells who is worst, whether it worked, and how much there is', async () => {
  const attacker = '198.51.100.7';
  const { engine } = await over(usual(0, 30) + combined(40, { address: attacker, target: UNION, bytes: 24_816 }));
  const snapshot = await engine.client.request('view', view({ rows: 5 }));
  expect(snapshot).toMatchObject({ viewId: 1, lines: 31, detections: 1, ended: true, dropped: 0, risk: 'critical', incidentCount: 1 });
  expect(snapshot.incidents[0]).toMatchObject({ actor: attacker, title: 'SQL injection', successes: 1, stage: 'success' });
  expect(snapshot.addresses.map((row) => [row.address, row.hits, row.severity])).toEqual([
    ['192.0.2.13', 30, undefined],
    [attacker, 1, 'critical'],
  ]);
  expect(snapshot.feed.rows).toHaveLength(5);
  expect(snapshot.feed.rows.at(-1)).toMatchObject({ address: attacker, family: 'sqli', note: '41× size' });
  const last = snapshot.feed.rows.at(-1);
  expect(last?.text.slice(last.match?.start, last.match?.end)).toContain('UNION');
  expect(JSON.stringify(snapshot).length).toBeLessThan(50_000);
});

test('a filter narrows the feed, and finding goes to the next line that holds the text', async () => {
  const { engine } = await over(usual(0, 30) + combined(40, { address: '198.51.100.7', target: UNION }) + usual(41, 10));
  const snapshot = await engine.client.request('view', view({ filter: 'ip:198.51.100.0/24' }));
  expect(snapshot.feed.rows.map((row) => row.id)).toEqual([31]);
  const seek = (rowId: number, direction: 1 | -1, what: 'suspicious' | { text: string }) =>
    engine.client.request('seek', { rowId, direction, filter: '', what });
  expect(await seek(1, 1, 'suspicious')).toBe(31);
  expect(await seek(31, 1, 'suspicious')).toBeUndefined();
  expect(await seek(41, -1, { text: 'union%20select' })).toBe(31);
});

test('the entry screen shows each decoding step and whether the answer is unusual', async () => {
  const { engine } = await over(
    usual(0, 30) + combined(40, { address: '198.51.100.7', target: UNION.replaceAll('%', '%25'), bytes: 24_816 }),
  );
  const detail = await engine.client.request('entry', { rowId: 31 });
  expect(detail?.answer).toBe('The server answered it (200, 24.8 kB): 41× size; this path usually answers 603 B (median of 30).');
  expect(detail?.decoding.map((step) => step.step)).toEqual(['as logged', 'percent', 'percent']);
  const [logged] = detail?.decoding ?? [];
  const others = logged?.also?.map(({ start, end }) => logged.text.slice(start, end)) ?? [];
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toMatch(/%25/);
  expect(await engine.client.request('entry', { rowId: 4711 })).toBeUndefined();
});

test('the actor screen joins the incident with what the held lines tell', async () => {
  const attacker = { address: '198.51.100.7', agent: 'sqlmap/1.7' };
  const { engine } = await over(
    combined(0, attacker) +
      combined(61, { ...attacker, target: UNION, status: 500 }) +
      combined(62, { ...attacker, target: UNION, status: 404 }),
  );
  const actor = await engine.client.request('actor', { address: attacker.address });
  expect(actor).toMatchObject({
    statuses: { 200: 1, 404: 1, 500: 1 },
    userAgents: ['sqlmap/1.7'],
    perMinute: [1, 2],
    inWindow: { hits: 3, errors: 2 },
  });
  expect(actor.paths[0]).toEqual(['/item', 2]);
  expect(actor.incident?.entries).toBe(3);
  expect(actor.story.length).toBeGreaterThan(0);
});

test('several files are merged by time when they are read to their end', async () => {
  const folder = folderWith({
    'a.log': combined(0, { target: '/a1' }) + combined(20, { target: '/a2' }),
    'b.log': combined(10, { target: '/b1' }) + combined(30, { target: '/b2' }),
  });
  const targets: string[] = [];
  const engine = await openOver(
    [join(folder, 'a.log'), join(folder, 'b.log')],
    {},
    { onLine: ({ line }) => targets.push(line.entry.target) },
  );
  await engine.run();
  expect(targets).toEqual(['/a1', '/b1', '/a2', '/b2']);
  expect(engine.sources.statuses().map((s) => [s.name, s.lines, s.state])).toEqual([
    ['a.log', 2, 'ended'],
    ['b.log', 2, 'ended'],
  ]);
});

test('lines of no format are kept, shown and listed with the reason', async () => {
  const { engine, lines } = await over(`${usual(0, 20)}what is this \u001b]0;owned\u0007\n${usual(30, 20)}`);
  expect(lines).toHaveLength(41);
  const rejected = await engine.client.request('rejected', {});
  expect(rejected).toMatchObject([{ source: 'access.log', sequence: 21 }]);
  expect(rejected[0]?.reason).not.toBe('');
});

test('a followed file goes on where the last run stopped, nothing lost and nothing twice', async () => {
  const folder = folderWith({ 'access.log': usual(0, 10) });
  const path = join(folder, 'access.log');
  const state = folderWith({});
  const read = async (wanted: number): Promise<string[]> => {
    const targets: string[] = [];
    let enough = (): void => {};
    const reached = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const engine = await openOver(
      [path],
      { follow: true, resume: true, persist: true, stateDirectory: state },
      {
        onLine: ({ line }) => {
          if (targets.push(line.entry.target) === wanted) enough();
        },
      },
    );
    const run = engine.run();
    await reached;
    await engine.client.close();
    await run;
    return targets;
  };
  expect(await read(10)).toHaveLength(10);
  appendFileSync(path, combined(100, { target: '/after' }));
  expect(await read(1)).toEqual(['/after']);
});

test('an alert about an incident shows the exact message, is kept in the file, and marks the incident', async () => {
  const { engine } = await over(usual(0, 30) + combined(40, { address: '198.51.100.7', target: UNION, bytes: 24_816 }));
  const { incidents } = await engine.client.request('view', view());
  const target = { kind: 'incident', incidentId: incidents[0]?.id ?? '' } as const;
  const [preview] = await engine.client.request('alert.preview', { target, channels: ['file'], note: 'look at this' });
  expect(preview?.text).toContain('198.51.100.7');
  expect(preview?.text).toContain('look at this');
  expect(await engine.client.request('alert.send', { target, channels: ['file'], note: '' })).toMatchObject([
    { channel: 'file', delivery: { ok: true }, waiting: false },
  ]);
  expect(await engine.client.request('alerts', {})).toMatchObject([{ channel: 'file', state: 'sent', message: { severity: 'critical' } }]);
  expect((await engine.client.request('view', view())).incidents[0]?.state).toBe('alerted');
  await engine.client.close();
});

test('an option that cannot be honoured says what was expected', async () => {
  await expect(openOver([], { trustedProxies: ['10.0.0.0/99'] })).rejects.toThrow(
    'expected an address or network like 10.0.0.0/8, got "10.0.0.0/99"',
  );
  await expect(openOver([folderWith({ 'a.log': '' })], { logFormat: 'nonsense' }).then((engine) => engine.run())).rejects.toThrow(
    'log format: expected a name',
  );
});

test("a person's own Sigma rule matches beside the built-in ones, and one that cannot be honoured is refused with its line", async () => {
  const rule = (condition: string) =>
    `title: Our honeypot\nid: 2f1b3c0e-54a5-4b7f-9d63-0f1d0a8f6a11\nlogsource:\n  category: webserver\ndetection:\n  path:\n    cs-uri-stem: /never-linked\n  condition: ${condition}\nlevel: high\n`;
  const { lines } = await over(combined(0, { target: '/never-linked' }), { ruleFiles: [{ name: 'own.yml', text: rule('path') }] });
  expect(lines[0]?.detection?.hits.map((hit) => hit.rule.title)).toEqual(['Our honeypot']);
  await expect(over('', { ruleFiles: [{ name: 'own.yml', text: rule('path and nothing_such') }] })).rejects.toThrow(/^own\.yml:\d+: /);
});

test('a client behind a port gets replies, errors and events, and says when a snapshot was drawn', async () => {
  const sent: ToEngine[] = [];
  let receive = (_: FromEngine): void => {};
  const listen = (listener: (message: FromEngine) => void): void => {
    receive = listener;
  };
  const client = createPortClient({ post: (message) => void sent.push(message), listen });
  const events: string[] = [];
  client.subscribe((event) => events.push(event.type));
  const good = client.request('rejected', {});
  const bad = client.request('entry', { rowId: 1 });
  receive({ type: 'reply', id: 1, reply: [] });
  receive({ type: 'error', id: 2, message: 'no such line' });
  expect(await good).toEqual([]);
  await expect(bad).rejects.toThrow('no such line');
  const { engine } = await over(usual(0, 3));
  const snapshot = await engine.client.request('view', view());
  receive({ type: 'event', event: { type: 'snapshot', snapshot } });
  expect(events).toEqual(['snapshot']);
  expect(sent.at(-1)).toEqual({ type: 'drawn' });
});
