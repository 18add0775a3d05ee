import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
const GROUND = ['model', 'text', 'net', 'collections', 'clock', 'ecs', 'filter', 'lang', 'settings', 'files'];
const FEATURES = [
  'sources',
  'formats',
  'detection',
  'statistics',
  'enrichment',
  'incidents',
  'alerts',
  'store',
  'report',
  'actions',
  'audit',
  'outputs',
  'metrics',
  'checks',
  'helper',
];

/** Which rooms a file may import from, itself included. */
function allowed(room: string): (target: string, file: string) => boolean {
  if (GROUND.includes(room)) return (target) => GROUND.includes(target);
  if (FEATURES.includes(room)) return (target) => target === room || GROUND.includes(target);
  if (room === 'config') return (target) => target === 'config' || FEATURES.includes(target) || GROUND.includes(target);
  if (room === 'engine') return (target) => ['engine', 'config', ...FEATURES, ...GROUND].includes(target);
  if (room === 'ui' || room === 'headless')
    return (target, file) =>
      target === room || GROUND.includes(target) || (target === 'engine' && /^engine\/(client|protocol)\.ts$/.test(file));
  if (room === 'commands') return () => true;
  return (target) => target === 'commands' || GROUND.includes(target);
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f));
const importsOf = (file: string): string[] =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((m) =>
    relative(SRC, join(SRC, dirname(file), m[1] ?? '')),
  );
const graph = new Map(files.map((file) => [file, importsOf(file).filter((f) => /\.tsx?$/.test(f))]));
const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

test('imports point one way: ground, features, config, engine, faces, commands', () => {
  const wrong = [...graph].flatMap(([file, targets]) =>
    targets.filter((target) => !allowed(roomOf(file))(roomOf(target), target)).map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no imports go round in a circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test('the program reads at least the rooms that the design names', () => {
  expect(new Set(files.map(roomOf))).toEqual(new Set(['', ...GROUND, ...FEATURES, 'config', 'engine', 'headless', 'ui', 'commands']));
});
