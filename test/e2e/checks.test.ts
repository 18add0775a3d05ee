import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { said } from '../../src/text/said.ts';
import { checkRun, keptFinding } from '../store/samples.ts';
import { createLog, type TestLog } from './lines.ts';
import { expectShell, hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal;
let log: TestLog;

beforeEach(() => {
  if (!hasTmux) return;
  terminal = openTerminal();
  log = createLog(terminal.folder);
});
afterEach(() => terminal?.close());

const attack = (target: string) => ({
  address: '203.0.113.66',
  target: `${target}%27%20UNION%20SELECT%20user,pass%20FROM%20users--`,
  status: 403,
});

const REPORT = {
  site: [
    {
      '@name': 'https://shop.test',
      alerts: [
        {
          pluginid: '40018',
          alert: 'SQL Injection',
          riskcode: '3',
          confidence: '2',
          cweid: '89',
          instances: [{ uri: 'https://shop.test/item?id=1', method: 'GET', param: 'id' }],
        },
      ],
    },
  ],
};

/** What a run of before has found: two security updates. */
async function pendingUpdates(): Promise<void> {
  const store = await openStore({ path: join(terminal.folder, 'state', 'secmon', 'secmon.db'), now: Date.now });
  const update = (name: string) => {
    const kept = keptFinding(`apt ${name} 2`, { check: 'updates', isNew: false });
    return {
      ...kept,
      finding: {
        ...kept.finding,
        kind: 'security-update',
        title: said('a security update is pending'),
        subject: name,
        paths: [],
        family: undefined,
      } as const,
    };
  };
  store.commit({
    checkRuns: [checkRun('before', { check: 'updates', startedMs: Date.now() - 9_000, endedMs: Date.now() - 5_000 })],
    findings: [['updates', [update('openssl'), update('nginx')]]],
  });
  store.close();
}

describe.skipIf(!hasTmux)(`checks and attacks on one screen${notRun}`, () => {
  test('an attack on a path that has an open ZAP alert says so, and so does an attacker active while security updates are pending', async () => {
    const report = join(terminal.folder, 'zap.json');
    writeFileSync(report, JSON.stringify(REPORT));
    writeFileSync(join(terminal.folder, 'config.yml'), JSON.stringify({ version: 1, checks: { zap: { report, every: '1h' } } }));
    await pendingUpdates();
    await terminal.secmon('--config config.yml access.log');
    await terminal.until('the strip', (s) => /Checks .*OWASP ZAP H 1 .*updates H 2/.test(s));
    log.add({ target: '/' }, attack('/about?q=1'), attack('/item?id=1'));
    await terminal.until('the attack', (s) => /\/item.*sqli blocked/.test(s));
    terminal.keys('Enter');
    const entry = await terminal.until('the entry', (s) => s.includes('─ Entry') && s.includes('Open here'));
    const flat = entry.replace(/[\s│]+/g, ' ');
    expect(flat).toContain('SQL injection: UNION SELECT');
    expect(flat).toContain('Open here: OWASP ZAP found "SQL Injection" at GET /item.');
    expect(flat).toContain('Meanwhile 2 security updates are pending, openssl among them.');
    terminal.keys('i');
    const actor = await terminal.until('the actor', (s) => s.includes('─ 203.0.113.66') && s.includes('Open here'));
    expect(actor).toContain('open here 20');
    expect(actor).toContain('Meanwhile 2 security updates are pending');
    terminal.keys('7');
    await terminal.until('the checks', (s) => /OWASP ZAP .*H 1/.test(s) && s.includes('SQL Injection: GET /item'));
    terminal.keys('Enter');
    await terminal.until('the findings', (s) => s.includes('─ OWASP ZAP') && s.includes('CWE-89'));
    terminal.keys('m');
    await terminal.until('the mute', (s) => s.includes('about GET /item') && s.includes('Enter writes exactly this'));
    terminal.keys('Enter');
    await terminal.until('the muted finding', (s) => s.includes('0 open findings, 1 muted') && /H muted SQL Injection/.test(s));
    terminal.keys('q', 'q', 'q');
    await expectShell(terminal, 0);
  });

  test('a check that cannot run says why on the screen and disturbs nothing', async () => {
    writeFileSync(
      join(terminal.folder, 'config.yml'),
      JSON.stringify({ version: 1, checks: { osquery: { program: '/nowhere/osqueryi', every: '1h' } } }),
    );
    await terminal.secmon('--config config.yml access.log');
    await terminal.until('the sentence', (s) => s.includes('osquery: There is no program /nowhere/osqueryi'));
    log.add(attack('/item?id=1'));
    await terminal.until('the attack', (s) => /sqli blocked/.test(s));
    terminal.keys('7');
    // What is set up stands first, and the cursor on it.
    await terminal.until('the list', (s) => /^ osquery /m.test(s));
    await terminal.until('the checks', (s) =>
      s.replace(/\s+/g, ' ').includes('install it, or name its path under checks in the configuration'),
    );
    terminal.keys('q', 'q');
    await expectShell(terminal, 0);
  });
});
