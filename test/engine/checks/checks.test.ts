import { describe, expect, it } from 'vitest';
import { cannotDo } from '../../../src/checks/cannot.ts';
import type { Check, CheckEvent } from '../../../src/checks/check.ts';
import { createFinding } from '../../../src/checks/finding.ts';
import { normalPath } from '../../../src/checks/protected-path.ts';
import { createUptimeCheck } from '../../../src/checks/uptime/uptime.ts';
import { type ChecksDeskParts, createChecksDesk } from '../../../src/engine/checks/checks.ts';
import { createCheckIncidents } from '../../../src/engine/checks/checks-incidents.ts';
import { worstFirst } from '../../../src/engine/checks/desk.ts';
import { createExposures } from '../../../src/engine/checks/exposures.ts';
import { createIncidentTracker } from '../../../src/incidents/tracker.ts';
import type { CheckName, CheckRow, CheckRun, Finding, KeptFinding } from '../../../src/model/check.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { english, said } from '../../../src/text/said.ts';
import { fakeClock } from '../../alerts/samples.ts';
import { contextWith } from '../../checks/support.ts';
import { detection } from '../../make.ts';

const MINUTE_MS = 60_000;
const NEVER: Omit<CheckRow, 'name'> = {
  missing: undefined,
  every: '',
  nextMs: undefined,
  running: undefined,
  last: undefined,
  open: { low: 0, medium: 0, high: 0, critical: 0 },
  added: 0,
  worst: undefined,
  canAttack: false,
};

const finding = (key: string, changes: Partial<Finding> = {}): Finding =>
  createFinding({ key, severity: 'high', title: said('SQL Injection'), subject: `GET ${key}`, kind: 'weakness', ...changes });
const kept = (key: string, changes: Partial<Finding> = {}, state: Partial<KeptFinding> = {}): KeptFinding => ({
  check: 'zap',
  finding: finding(key, changes),
  state: 'open',
  firstMs: 1_000,
  lastMs: 1_000,
  isNew: true,
  ...state,
});

/** A check that says what `next` gives at each run. */
function checkOf(next: () => readonly CheckEvent[] | Error | 'hang', changes: Partial<Check> = {}): Check {
  return {
    name: 'bandit',
    every: '30m',
    timeoutMs: 10 * MINUTE_MS,
    missing: undefined,
    canAttack: false,
    async *run({ signal }) {
      const given = next();
      if (given instanceof Error) throw given;
      if (given === 'hang') {
        yield { type: 'progress', phase: said('hanging'), percent: 40 };
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
      } else yield* given;
    },
    ...changes,
  };
}

async function deskWith(checks: readonly Check[], changes: Partial<ChecksDeskParts> = {}) {
  const clock = fakeClock();
  const store = await openStore({ path: ':memory:', now: clock.now });
  const notices: string[] = [];
  const told: string[] = [];
  const { run, get } = contextWith();
  const parts: ChecksDeskParts = {
    checks,
    store,
    clock,
    run,
    get,
    newId: () => `run-${clock.now()}`,
    timeZone: 'UTC',
    keepsTime: true,
    changed: () => {},
    notice: (text) => notices.push(text),
    onFindings: (name, findings) => told.push(`${name} ${findings.length}`),
    ...changes,
  };
  return { desk: createChecksDesk(parts), clock, store, notices, told, parts };
}

/** Lets promises that are ready go on. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

describe('checks of an engine', () => {
  it('run by themselves: soon at first, then at their time after the last run', async () => {
    let runs = 0;
    const { desk, clock, told, store } = await deskWith([
      checkOf(() => [{ type: 'finding', finding: finding(`/${'a'.slice(0, ++runs)}`) }]),
    ]);
    clock.advance(2_000);
    await settle();
    expect(runs).toBe(0);
    clock.advance(2_000);
    await settle();
    expect(runs).toBe(1);
    expect(told).toEqual(['bandit 1']);
    clock.advance(29 * MINUTE_MS);
    await settle();
    expect(runs).toBe(1);
    clock.advance(MINUTE_MS);
    await settle();
    expect(runs).toBe(2);
    expect(store.checks.runs('bandit')).toHaveLength(2);
    expect(desk.list()[0]).toMatchObject({ name: 'bandit', open: { high: 1 }, added: 0, last: { unchanged: 1 } });
    await desk.close();
    expect(clock.timers).toBe(0);
  });

  it('count what is muted apart, and tell it anew when that is over', async () => {
    let isMuted = true;
    const counted: string[] = [];
    const seen: string[] = [];
    const { desk, clock } = await deskWith(
      [checkOf(() => ['/a', '/b'].map((key) => ({ type: 'finding', finding: finding(key) }) as const))],
      {
        muteOf: (kept) => (isMuted && kept.finding.key === '/a' ? { untilMs: 9, by: 'alice', note: '' } : undefined),
        onMuted: ({ finding: { key } }) => counted.push(key),
        onFindings: (_, findings) =>
          seen.push(findings.map(({ finding: { key }, muted, isNew }) => `${key}${muted ? ' muted' : ''}${isNew ? ' new' : ''}`).join()),
      },
    );
    clock.advance(4_000);
    await settle();
    expect(desk.list()[0]).toMatchObject({ open: { high: 1 }, added: 1, muted: 1, worst: { subject: 'GET /b' } });
    expect(desk.brief()).toMatchObject([{ open: 1, worstCount: 1 }]);
    expect([desk.open().map((kept) => kept.finding.key), counted]).toEqual([['/b'], ['/a']]);
    clock.advance(30 * MINUTE_MS);
    await settle();
    desk.mutesChanged();
    isMuted = false;
    desk.mutesChanged();
    expect(seen).toEqual(['/a muted new,/b new', '/a muted,/b', '/a new,/b']);
    expect(desk.list()[0]).toMatchObject({ open: { high: 2 }, muted: 0, added: 1 });
    await desk.close();
  });

  it('open an incident after as many failures as an address may have, and close it with its next good answer', async () => {
    let status = 503;
    const get = async () => ({ status, location: '', body: '', isCut: false, tookMs: 12, certificate: undefined });
    const urls = [{ url: 'http://shop.test/', failures: 2 }];
    const uptime = createUptimeCheck({ every: '60s', timeout: '50s', urls, failures: 5, slow: '10s', certificate_days: 14 });
    let id = 0;
    const incidents = createIncidentTracker({ newId: () => `i${++id}` });
    const opening = createCheckIncidents({ incidents, tell: (behaviour) => incidents.behaviour(behaviour, '') });
    const { desk, clock } = await deskWith([uptime], { get, onFindings: (name, findings) => opening.took(name, findings, clock.now()) });
    const states: string[] = [];
    for (const next of [503, 503, 200, 200, 503]) {
      for (let second = 0; second < 60; second += 5) {
        clock.advance(5_000);
        await settle();
      }
      states.push(
        incidents
          .open()
          .map(({ target, severity }) => `${target?.value} ${severity}`)
          .join(),
      );
      status = next;
    }
    expect(states).toEqual(['', 'shop.test high', 'shop.test high', '', '']);
    expect(desk.list()[0]?.last?.measures[0]?.values).toEqual([-1, -1, -1, 12, 12]);
    await desk.close();
  });

  it('let those that cost nothing run while others take long', async () => {
    const hang = (name: 'zap' | 'bandit') => checkOf(() => 'hang', { name });
    const { desk, clock } = await deskWith([
      hang('zap'),
      hang('bandit'),
      checkOf(() => [], { name: 'uptime', isLight: true }),
      checkOf(() => [], { name: 'osquery' }),
    ]);
    clock.advance(4_000);
    await settle();
    expect(desk.brief().map(({ name, state }) => `${name} ${state}`)).toEqual([
      'zap running',
      'bandit running',
      'uptime ok',
      'osquery never',
    ]);
    await desk.close();
  });

  it('follow a check that knows itself when it is due', async () => {
    let runs = 0;
    const nextDue = ({ memory, nowMs }: { readonly memory: unknown; readonly nowMs: number }) =>
      memory === undefined ? nowMs : nowMs + 10_000;
    const { desk, clock } = await deskWith([checkOf(() => [{ type: 'memory', memory: ++runs }], { nextDue })]);
    for (const [afterMs, wanted] of [
      [4_000, 1],
      [9_000, 1],
      [2_000, 2],
    ] as const) {
      clock.advance(afterMs);
      await settle();
      expect(runs).toBe(wanted);
    }
    await desk.close();
  });

  it('go on after a restart from the run that was kept', async () => {
    const first = await deskWith([
      checkOf(() => [
        { type: 'finding', finding: finding('/a') },
        { type: 'memory', memory: { seen: 1 } },
      ]),
    ]);
    first.clock.advance(4_000);
    await settle();
    await first.desk.close();
    let runs = 0;
    const counting = () => {
      runs++;
      return [];
    };
    const again = createChecksDesk({ ...first.parts, checks: [checkOf(counting)] });
    expect(again.open()).toHaveLength(1);
    first.clock.advance(29 * MINUTE_MS);
    await settle();
    expect(runs).toBe(0);
    first.clock.advance(MINUTE_MS);
    await settle();
    expect(runs).toBe(1);
    expect(again.open()).toEqual([]);
    expect(again.detail('bandit')?.findings.map(({ state }) => state)).toEqual(['gone']);
    await again.close();
  });

  it('that fail say so once, keep what was found, and try again at their time', async () => {
    const results: (readonly CheckEvent[] | Error)[] = [
      [{ type: 'finding', finding: finding('/a') }],
      cannotDo('no rights'),
      cannotDo('no rights'),
      cannotDo('gone'),
    ];
    const { desk, clock, notices } = await deskWith([checkOf(() => results.shift() ?? [])]);
    clock.advance(4_000);
    await settle();
    for (let i = 0; i < 3; i++) {
      clock.advance(30 * MINUTE_MS);
      await settle();
    }
    expect(notices).toEqual(['bandit: no rights', 'bandit: gone']);
    expect(desk.list()[0]).toMatchObject({ open: { high: 1 }, last: { state: 'failed' } });
    expect(desk.brief()).toMatchObject([{ name: 'bandit', state: 'failed', open: 1 }]);
    await desk.close();
  });

  it('can be run, watched and stopped by a person; one that runs is not begun again', async () => {
    const { desk } = await deskWith([checkOf(() => 'hang', { every: '' })]);
    expect(desk.brief()).toEqual([]);
    expect(desk.run('bandit', { attack: false })).toBe(true);
    expect(desk.run('bandit', { attack: false })).toBe(false);
    await settle();
    expect(desk.list()[0]?.running).toMatchObject({ percent: 40, phase: { text: 'hanging' } });
    expect(desk.brief()).toMatchObject([{ state: 'running', percent: 40 }]);
    expect(desk.stop('bandit')).toBe(true);
    await settle();
    expect(desk.stop('bandit')).toBe(false);
    expect(desk.list()[0]).toMatchObject({ running: undefined, last: { state: 'stopped' } });
    await desk.close();
  });

  it('say why they cannot run as configured', async () => {
    const { desk } = await deskWith([checkOf(() => [], { missing: said('name a path') })]);
    expect(() => desk.run('bandit', { attack: false })).toThrow('name a path');
    expect(() => desk.run('nonsense' as 'zap', { attack: false })).toThrow('There is no check of this name');
  });

  it('attack only when that was asked for, and only where it can be', async () => {
    const asked: boolean[] = [];
    const one = (canAttack: boolean): Check => ({
      ...checkOf(() => [], { canAttack, every: '1h' }),
      async *run({ mayAttack }) {
        asked.push(mayAttack);
        yield { type: 'progress', phase: said('done') };
      },
    });
    const { desk, clock } = await deskWith([one(true)]);
    clock.advance(4_000);
    await settle();
    desk.run('bandit', { attack: true });
    await settle();
    const second = await deskWith([one(false)], { keepsTime: false });
    second.desk.run('bandit', { attack: true });
    await settle();
    expect(asked).toEqual([false, true, false]);
    await desk.close();
  });

  it('run two at a time by themselves at most', async () => {
    const names = ['zap', 'bandit', 'osquery'] as const;
    const { desk, clock } = await deskWith(names.map((name) => checkOf(() => 'hang', { name })));
    clock.advance(4_000);
    await settle();
    const running = () => desk.list().filter((row) => row.running !== undefined).length;
    expect(running()).toBe(2);
    desk.stop('zap');
    await settle();
    clock.advance(5_000);
    await settle();
    expect(running()).toBe(2);
    await desk.close();
  });

  it('do not run by themselves where no state is kept', async () => {
    let runs = 0;
    const counting = () => {
      runs++;
      return [];
    };
    const { clock } = await deskWith([checkOf(counting)], { keepsTime: false });
    clock.advance(24 * 60 * MINUTE_MS);
    expect(runs).toBe(0);
  });
});

describe('incidents of findings', () => {
  const NOW_MS = 10_000;
  function opening() {
    let id = 0;
    const incidents = createIncidentTracker({ newId: () => `i${++id}` });
    const took = createCheckIncidents({ incidents, tell: (behaviour) => incidents.behaviour(behaviour, '') }).took;
    return {
      incidents,
      took,
      open: () => incidents.open().map(({ target, severity, title }) => `${severity} ${target?.kind} ${target?.value}: ${title}`),
    };
  }

  it('are opened for what is new and grave, by its path, host or check', () => {
    const { took, open } = opening();
    took('zap', [kept('/item', { paths: ['/item'], family: 'sqli' }), kept('/x', { severity: 'medium', paths: ['/x'] })], NOW_MS);
    took(
      'uptime',
      [kept('down', { subject: 'https://shop.test:8443/', title: said('does not answer as it should') }, { check: 'uptime' })],
      NOW_MS,
    );
    took('bandit', [kept('B602', { title: said('shell=True'), family: 'rce' }, { check: 'bandit' })], NOW_MS);
    expect(open().sort()).toEqual([
      'high check bandit: shell=True',
      'high host shop.test:8443: does not answer as it should',
      'high path /item: SQL Injection',
    ]);
  });

  it('of security updates are one, however many there are', () => {
    const { took, incidents, open } = opening();
    const updates = ['a', 'b', 'c'].map((name) =>
      kept(name, { kind: 'security-update', title: said('a security update is pending'), subject: name }, { check: 'updates' }),
    );
    took('updates', updates, NOW_MS);
    expect(open()).toEqual(['high check updates: security updates are pending']);
    expect(incidents.open()[0]?.detections).toBe(3);
  });

  it('are not opened again for what was there before, and closed when it is gone', () => {
    const { took, incidents, open } = opening();
    const before = kept('/item', { paths: ['/item'] }, { isNew: false });
    took('zap', [before], NOW_MS);
    expect(open()).toEqual([]);
    took('zap', [kept('/item', { paths: ['/item'] })], NOW_MS);
    expect(open()).toHaveLength(1);
    took('zap', [kept('/item', { paths: ['/item'] }, { state: 'gone', isNew: false, lastMs: NOW_MS + 5 })], NOW_MS + 5);
    expect(open()).toEqual([]);
    expect(incidents.all()[0]?.notes[0]?.text).toBe('gone at the last run of zap');
  });

  it('stay open as long as what opened them', () => {
    const { took, incidents, open } = opening();
    const down = kept('down', { subject: 'http://shop.test/' }, { check: 'uptime' });
    took('uptime', [down], NOW_MS);
    for (let minute = 1; minute < 90; minute++) {
      took('uptime', [{ ...down, isNew: false }], NOW_MS + minute * MINUTE_MS);
      incidents.advance(NOW_MS + minute * MINUTE_MS);
    }
    expect(open()).toHaveLength(1);
  });
});

describe('where attacks and checks meet', () => {
  const SQLI = ['sqli'] as const;
  function meeting(...open: readonly KeptFinding[]) {
    const incidents = createIncidentTracker({ newId: () => 'i' });
    const exposures = createExposures(incidents);
    exposures.set(open);
    const attack = (path: string) => {
      incidents.detection('203.0.113.7', detection('sqli', 'high'), { timeMs: 1_000, source: 'a.log' });
      exposures.attacked('203.0.113.7', path, SQLI);
    };
    return { incidents, exposures, attack, risk: () => incidents.of('203.0.113.7') };
  }

  it('an attack on a path that is open to its kind has a higher risk than on one with another weakness', () => {
    const none = meeting();
    none.attack('/item');
    const other = meeting(kept('/item', { paths: ['/item'], family: 'xss' }));
    other.attack('/item');
    const same = meeting(kept('/item', { paths: ['/item'], family: 'sqli' }));
    same.attack('/item');
    const elsewhere = meeting(kept('/item', { paths: ['/item'], family: 'sqli' }));
    elsewhere.attack('/about');
    const risks = [none, elsewhere, other, same].map(({ risk }) => risk()?.risk ?? 0);
    expect(risks[1]).toBe(risks[0]);
    expect(risks[2]).toBeGreaterThan(risks[1] ?? 0);
    expect(risks[3]).toBeGreaterThan(risks[2] ?? 0);
    expect(same.risk()?.riskParts.exposure).toBe(15);
    expect(none.risk()?.riskParts.exposure).toBeUndefined();
  });

  it('says so on the screens of entry and actor', () => {
    const { exposures, attack } = meeting(kept('/item', { paths: ['/item'], family: 'sqli' }));
    attack('/item');
    expect(exposures.ofEntry('/item', true)).toMatchObject([{ check: 'zap', because: 'path', subject: 'GET /item', more: 0 }]);
    expect(exposures.ofActor('203.0.113.7')).toHaveLength(1);
    expect(exposures.ofEntry('/item', false)).toEqual([]);
    expect(exposures.ofActor('198.51.100.1')).toEqual([]);
  });

  it('an attacker who is active while a security update is pending has it on the screens and in the risk', () => {
    const update = (name: string) =>
      kept(name, { kind: 'security-update', subject: name, title: said('a security update is pending') }, { check: 'updates' });
    const { exposures, attack, risk } = meeting(update('openssl'), update('nginx'));
    attack('/');
    expect(exposures.ofActor('203.0.113.7')).toMatchObject([{ check: 'updates', because: 'update', more: 1 }]);
    expect(exposures.ofEntry('/', true)).toHaveLength(1);
    expect(risk()?.riskParts.exposure).toBe(5);
  });

  it('what is found later raises the risk of those who attacked before, what is mended lowers it again', () => {
    const { exposures, attack, risk } = meeting();
    attack('/item');
    const before = risk()?.risk;
    exposures.set([kept('/item', { paths: ['/item'], family: 'sqli' })]);
    expect(risk()?.riskParts.exposure).toBe(15);
    exposures.set([]);
    expect(risk()?.risk).toBe(before);
  });

  it('knows paths with places in them as applications write them', () => {
    const { exposures } = meeting(
      kept('B608', { paths: ['/item/<int:id>'] }, { check: 'bandit' }),
      kept('x', { paths: ['/user/{name}/edit'] }),
    );
    expect(exposures.ofEntry('/item/7', true).map(({ check }) => check)).toEqual(['bandit']);
    expect(exposures.ofEntry('/user/a/edit', true)).toHaveLength(1);
    expect(exposures.ofEntry('/item/7/8', true)).toEqual([]);
  });

  it('low findings and those of no weakness do not count', () => {
    const { exposures } = meeting(kept('a', { severity: 'low', paths: ['/'] }), kept('b', { kind: 'other', paths: ['/'] }));
    expect(exposures.ofEntry('/', true)).toEqual([]);
  });

  it('shows at most six, and how many more there are', () => {
    const { exposures } = meeting(...Array.from({ length: 30 }, (_, i) => kept(`k${i}`, { paths: ['/'] })));
    const shown = exposures.ofEntry('/', true);
    expect([shown.length, shown.at(-1)?.more]).toEqual([6, 24]);
    expect(english(shown[0]?.title ?? said(''))).toBe('SQL Injection');
  });

  it.each([
    ['/item?id=1', '/item'],
    ['http://shop.test/item?id=1', '/item'],
    ['/%69tem', '/item'],
    ['/%zz', '/%zz'],
    ['//x/../Item/;a=1', '/Item'],
    ['', ''],
  ])('the path of %s is %s', (target, path) => {
    expect(normalPath(target)).toBe(path);
  });
});

it('the list begins with what found the worst and ends with what is not set up: the cursor stands where something can be done', () => {
  const row = (name: CheckName, changes: Partial<CheckRow>): CheckRow => ({ ...NEVER, name, ...changes });
  const ran: CheckRun = {
    id: '1',
    check: 'zap',
    open: NEVER.open,
    state: 'done',
    startedMs: 0,
    endedMs: 1,
    problem: undefined,
    notes: [],
    added: 0,
    gone: 0,
    unchanged: 0,
    measures: [],
  };
  const worst = { title: said('SQL Injection'), subject: '/item', severity: 'high' } as const;
  const rows = [
    row('zap', { missing: said('no target') }),
    row('bandit', {}),
    row('osquery', { last: ran }),
    row('updates', { last: { ...ran, state: 'failed', problem: said('no apt') } }),
    row('uptime', { last: ran, worst: { ...worst, severity: 'medium' } }),
    row('fail2ban', { last: ran, worst }),
  ];
  expect(worstFirst(rows).map(({ name }) => name)).toEqual(['fail2ban', 'uptime', 'updates', 'osquery', 'bandit', 'zap']);
});
