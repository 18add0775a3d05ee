import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPlace, type Place } from '../commands/program.ts';
import { CROWD, type CrowdClient } from './crowd-clients.ts';
import { type CrowdSite, startCrowdSite } from './crowd-site.ts';

/** Some never end. */
const VISIT_MS = 60_000;
const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const missing = [...new Set(CROWD.flatMap(({ needs }) => needs))].filter((program) => !isThere(program));

interface SeenIncident {
  readonly event: { readonly id: string; readonly severity: number };
  readonly message: string;
  readonly source?: { readonly ip?: string };
  readonly secmon: { readonly target?: unknown };
}

let place: Place;
let site: CrowdSite;
beforeEach(async () => {
  place = openPlace();
  mkdirSync(place.path('site'));
  if (missing.length === 0) site = await startCrowdSite(place.path('site'));
}, 60_000);
afterEach(async () => {
  await site?.stop();
  place.remove();
});

/** Runs a client to its end, or until its time is over; what it says does not matter. */
function visit(client: CrowdClient, host: string): Promise<void> {
  const folder = join(place.folder, `client-${host}`);
  mkdirSync(folder);
  const script = client.script({ url: `http://${host}:${site.port}`, host, port: site.port, folder });
  const env = { ...process.env, HOME: folder, TERM: 'dumb', no_proxy: '*' };
  const child = spawn('sh', ['-c', script], { cwd: folder, env, stdio: 'ignore', detached: true });
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const timer = setTimeout(end, VISIT_MS);
  return new Promise((resolve) => {
    child.on('exit', () => {
      clearTimeout(timer);
      end();
      resolve();
    });
  });
}

const incidentsIn = (out: string): SeenIncident[] => {
  const last = new Map<string, SeenIncident>();
  for (const line of out.split('\n')) {
    if (!line.includes('"secmon.incident"')) continue;
    const incident = JSON.parse(line) as SeenIncident;
    last.set(incident.event.id, incident);
  }
  return [...last.values()];
};

const MEDIUM = 47;
/** The last to come: when secmon has seen it, it has seen all. */
const LAST = '127.0.2.1';

test.skipIf(missing.length > 0 && process.env.CI === undefined)(
  `in a crowd of ${CROWD.length} real programs every attacker has one incident, and no ordinary client one of medium or above${missing.length > 0 ? ` (missing: ${missing.join(', ')})` : ''}`,
  async () => {
    expect(missing).toEqual([]);
    const crowd = CROWD.map((client, i) => ({ client, host: `127.0.1.${i + 10}` }));
    for (const { host } of crowd) await site.openDoor(host);
    await site.openDoor(LAST);
    const secmon = place.start(['site/access.log', '--no-ui', '--format', 'ndjson', '--from-start']);
    await Promise.all(crowd.map(({ client, host }) => visit(client, host)));
    await fetch(`http://${LAST}:${site.port}/?q=%27%20UNION%20SELECT%20password%20FROM%20users--%20`);
    await secmon.saw(`"ip":"${LAST}"`);
    secmon.child.kill('SIGTERM');
    const incidents = incidentsIn((await secmon.ended).out);

    const log = readFileSync(site.accessLog, 'utf8');
    const visits = crowd.map(({ client, host }) => ({ client, host, lines: log.split(`\n${host} `).length - 1 }));
    expect(visits.filter(({ lines }) => lines < 2).map(({ client }) => client.name)).toEqual([]);
    const grave = incidents.filter(({ event }) => event.severity >= MEDIUM);
    const wrong = visits.flatMap(({ client, host, lines }) => {
      const own = (client.isAttacker ? incidents : grave).filter(({ source }) => source?.ip === host);
      const isRight = client.isAttacker ? own.length === 1 && grave.includes(own[0] as SeenIncident) : own.length === 0;
      return isRight ? [] : [`${client.name}, ${lines} lines: ${own.map(({ message }) => message).join('; ') || 'no incident'}`];
    });
    expect(wrong).toEqual([]);
    expect(grave.filter(({ source }) => source === undefined).map(({ message }) => message)).toEqual([]);
    expect(crowd.filter(({ client }) => client.isAttacker).length).toBeGreaterThanOrEqual(8);
    expect(crowd.filter(({ client }) => !client.isAttacker).length).toBeGreaterThanOrEqual(10);
  },
  240_000,
);
