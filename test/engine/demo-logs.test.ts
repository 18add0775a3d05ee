import { expect, test } from 'vitest';
import type { Incident } from '../../src/model/incident.ts';
import { openOver } from './run-engine.ts';

/**
 * The demo logs: real servers, attacked by real tools (curl, nmap, netcat, ffuf, hydra, wapiti, sqlmap, ab, ssh) at once, each from an address
 * of its own, while ordinary clients went on (demo-logs/README.md).
 */
const LOGS = ['access.log', 'auth.log', 'app.log'].map((name) => new URL(`../../demo-logs/${name}`, import.meta.url).pathname);
const ATTACKERS = [
  '203.0.113.11',
  '203.0.113.23',
  '203.0.113.42',
  '203.0.113.57',
  '203.0.113.58',
  '203.0.113.77',
  '203.0.113.99',
  '203.0.113.201',
  '203.0.113.202',
  '203.0.113.203',
  '203.0.113.204',
  '2001:db8:66::/64',
];
/** An ordinary client of the recording that claims to be Googlebot, which is not true. */
const PRETENDER = '192.0.2.31';
/** Passwords that were guessed, and a hole that was used: what the servers themselves answered. */
const GOT_IN = ['203.0.113.42', '203.0.113.57', '203.0.113.99'];

async function incidentsOf(paths: readonly string[]): Promise<readonly Incident[]> {
  const engine = await openOver(paths);
  await engine.run();
  const incidents = engine.incidents();
  await engine.client.close();
  return incidents;
}

test('every attacker has one incident, no ordinary client one of medium or above, and who got in is named', async () => {
  const incidents = await incidentsOf(LOGS);
  const grave = incidents.filter(({ severity, actor }) => severity !== 'low' && actor !== '').map(({ actor }) => actor);
  expect(grave.filter((actor) => actor !== PRETENDER).sort()).toEqual([...ATTACKERS].sort());
  const worked = incidents.filter(({ successes }) => successes > 0).map(({ actor }) => actor);
  expect(worked.sort()).toEqual(GOT_IN);
}, 60_000);
