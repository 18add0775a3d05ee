import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertMessage, AlertRecord } from '../../src/model/alert.ts';
import type { CheckRun, KeptFinding } from '../../src/model/check.ts';
import { type HistorySlot, SLOT_MS } from '../../src/model/history.ts';
import type { IncidentRecord } from '../../src/model/incident.ts';
import type { Position } from '../../src/model/position.ts';
import { incidentRecord } from '../make.ts';

export const START_MS = Date.UTC(2026, 2, 2);

export const incident = (id: string, changes: Partial<IncidentRecord> = {}): IncidentRecord =>
  incidentRecord({ id, actor: '203.0.113.7', endMs: START_MS + 60_000, entries: 12, ...changes });

export function alertMessage(id: string, changes: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id,
    createdMs: START_MS,
    severity: 'high',
    title: 'SQL injection',
    who: '203.0.113.7',
    outcome: 'Answered 200.',
    payload: "' union select",
    facts: [['Requests', '12']],
    steps: ['Look.'],
    note: '',
    origin: 'web1: access.log',
    ...changes,
  };
}

export function alertRecord(id: string, changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id,
    channel: 'ops',
    message: alertMessage(id),
    state: 'waiting',
    attempts: 0,
    result: '',
    nextTryMs: START_MS,
    updatedMs: START_MS,
    ...changes,
  };
}

export function position(offset: number): Position {
  return { device: '2049', inode: '77', fingerprint: 'a1b2', offset };
}

export const historySlot = (startMs: number, changes: Partial<HistorySlot> = {}): HistorySlot => ({
  startMs,
  spanMs: SLOT_MS,
  requests: 12,
  addresses: 3,
  statuses: [10, 0, 2, 0],
  families: { sqli: 1 },
  paths: [['/', 9]],
  agents: [['curl/#', 12]],
  networks: [['203.0.113.0/24', 12]],
  actors: [['203.0.113.7', 7]],
  ...changes,
});

export const checkRun = (id: string, changes: Partial<CheckRun> = {}): CheckRun => ({
  id,
  check: 'bandit',
  startedMs: START_MS,
  endedMs: START_MS + 2_000,
  state: 'done',
  problem: undefined,
  notes: [],
  open: { low: 0, medium: 0, high: 1, critical: 0 },
  added: 1,
  gone: 0,
  unchanged: 0,
  measures: [],
  ...changes,
});

export const keptFinding = (key: string, changes: Partial<KeptFinding> = {}): KeptFinding => ({
  check: 'bandit',
  finding: {
    key,
    severity: 'high',
    title: { text: 'subprocess call with shell=True identified' },
    subject: 'views.py:12',
    facts: [['rule', 'B602']],
    advice: { text: '' },
    kind: 'weakness',
    paths: ['/search'],
    parameter: '',
    family: 'rce',
    place: '/srv/shop',
  },
  state: 'open',
  firstMs: START_MS,
  lastMs: START_MS,
  isNew: true,
  ...changes,
});

/** A folder that is gone after `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-store-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
