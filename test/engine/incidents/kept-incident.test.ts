import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptIncident } from '../../../src/engine/incidents/kept-incident.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { storePath } from '../../../src/store/state-directory.ts';
import type { Store } from '../../../src/store/store.ts';
import { incidentRecord } from '../../make.ts';

let folder: string;
let monitor: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-kept-'));
  monitor = await openStore({ path: storePath(folder), now: () => Date.UTC(2026, 2, 2) });
  monitor.incidents.save(['aaaa-1', 'aaaa-2', 'bbbb-1'].map((id) => incidentRecord({ id, actor: id })));
});
afterEach(() => {
  monitor.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

test('an incident is found by its id or the beginning of it, while the monitor runs', async () => {
  expect(monitor.memoryOnly).toBe('');
  expect((await keptIncident(folder, 'aaaa-2'))?.actor).toBe('aaaa-2');
  expect((await keptIncident(folder, 'bbbb'))?.actor).toBe('bbbb-1');
});

test('a beginning that two share, an unknown id and a folder without state give none', async () => {
  expect(await keptIncident(folder, 'aaaa')).toBeUndefined();
  expect(await keptIncident(folder, 'cccc')).toBeUndefined();
  expect(await keptIncident(join(folder, 'nothing'), 'aaaa-1')).toBeUndefined();
});
