import { afterAll, beforeAll, expect, test } from 'vitest';
import { ecsDetection, ecsIncident } from '../../src/ecs/ecs.ts';
import { ecsCheckFinding } from '../../src/ecs/ecs-check.ts';
import { createMetrics } from '../../src/engine/outward/metrics.ts';
import { said } from '../../src/text/said.ts';
import { detection, incident } from '../make.ts';
import { keptFinding } from '../outputs/documents.ts';
import { openPlace, type Place } from './program.ts';

let place: Place;
beforeAll(() => {
  place = openPlace();
});
afterAll(() => place.remove());

const printed = async (what: string): Promise<string> => {
  const { code, out } = await place.run(['setup', what, '--print']);
  expect(code).toBe(0);
  return out;
};

/** Names of all fields of a document, `a.b.c`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, path));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => fieldsOf(item, path === '' ? name : `${path}.${name}`));
}

interface Mapping {
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly type?: string;
}

/** The type that a field is given, or that of the object above that takes anything. */
function typeOf(mapping: Mapping | undefined, path: readonly string[]): string | undefined {
  const [name, ...rest] = path;
  if (name === undefined || mapping?.type === 'object') return mapping?.type;
  return typeOf(mapping?.properties?.[name], rest);
}

test('the script for Elasticsearch has all index templates, whose mappings know every field that secmon writes', async () => {
  const script = await printed('elasticsearch');
  const requests = [...script.matchAll(/send (\w+ \S+) <<'JSON'\n([\s\S]*?)\nJSON\n/g)].map(([, line, body]) => ({
    line,
    body: JSON.parse(body ?? '') as { template?: { mappings: Mapping } },
  }));
  expect(requests.map(({ line }) => line)).toEqual([
    'PUT _index_template/logs-secmon.detection',
    'PUT _index_template/logs-secmon.incident',
    'PUT _index_template/logs-secmon.check',
    'POST _security/api_key',
  ]);
  const documents = [
    ecsDetection(detection('sqli', 'high', { note: 'n', success: true }), { id: 'a', sequence: 1, source: 'access.log', fallbackMs: 0 }),
    ecsIncident(
      incident({ actor: '', target: { kind: 'path', value: '/login' }, related: ['198.51.100.7'], relatedCount: 1, reopened: 1 }),
    ),
    ecsCheckFinding(keptFinding({ family: 'sqli', paths: ['/item'], parameter: 'id', facts: [['CWE', '89']], advice: said('Mend it.') }), {
      id: 'a',
      change: 'gone',
    }),
  ];
  documents.forEach((document, i) => {
    const mappings = requests[i]?.body.template?.mappings;
    const missing = fieldsOf(JSON.parse(JSON.stringify(document))).filter((field) => typeOf(mappings, field.split('.')) === undefined);
    expect(missing).toEqual([]);
  });
});

test('the dashboard for Kibana is saved objects that refer to each other only', async () => {
  const objects = (await printed('kibana'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SavedObject);
  const known = new Set(objects.map(({ type, id }) => `${type}/${id}`));
  for (const { attributes, references } of objects) {
    for (const { type, id } of references) expect(known).toContain(`${type}/${id}`);
    for (const json of [attributes.visState, attributes.panelsJSON, attributes.kibanaSavedObjectMeta?.searchSourceJSON])
      if (json !== undefined) JSON.parse(json);
  }
  expect(objects.at(-1)).toMatchObject({ type: 'dashboard', attributes: { title: 'secmon' } });
});

interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly references: readonly { readonly type: string; readonly id: string }[];
  readonly attributes: {
    readonly visState?: string;
    readonly panelsJSON?: string;
    readonly kibanaSavedObjectMeta?: { readonly searchSourceJSON: string };
  };
}

test('the dashboard for Grafana and the rules for Prometheus name only metrics that secmon has', async () => {
  const metrics = createMetrics({
    clock: { now: () => 0, monotonic: () => 0, after: () => () => {} },
    version: '',
    sources: { statuses: () => [], ended: () => false },
    incidents: { all: () => [] },
    outputs: { list: () => [] },
    lagMs: () => undefined,
    alerts: () => ({ waiting: 0, totals: [] }),
    work: () => ({ entries: 0, views: 0, candidates: 0, evaluations: 0, bytes: 0, units: 0, exhausted: 0 }),
    dropped: () => 0,
    memoryOnly: () => '',
  });
  const names = new Set(metrics.families().map(({ name, type }) => (type === 'counter' ? `${name}_total` : name)));
  for (const what of ['grafana', 'prometheus']) {
    const used = (await printed(what)).match(/\b(?:secmon|process)_[a-z_]+\b/g) ?? [];
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  }
  JSON.parse(await printed('grafana'));
});

test('nothing is printed to who did not ask for it', async () => {
  const { code, err } = await place.run(['setup', 'kibana']);
  expect(code).toBe(2);
  expect(err).toContain('secmon setup kibana --print');
});
