import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ecsDetection, ecsIncident } from '../../src/ecs/ecs.ts';
import { ecsCheckFinding } from '../../src/ecs/ecs-check.ts';
import { documentId } from '../../src/outputs/document-id.ts';
import { detection, entry, incident } from '../make.ts';
import { keptFinding } from './documents.ts';

const place = { id: 'Zm9v-_1', sequence: 1, source: 'access.log', fallbackMs: 0 };

test('detections and findings have the id that they say, whatever stood in the line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const hostile = `${text}"event":{"id":"evil"`;
      const found = detection('sqli', 'high', { entry: entry({ raw: hostile, target: hostile, host: hostile }) });
      expect(documentId({ kind: 'detection', text: JSON.stringify(ecsDetection(found, place)) })).toBe(place.id);
      expect(documentId({ kind: 'detection', text: JSON.stringify(ecsDetection(found, { ...place, id: undefined })) })).toMatch(
        /^[\w-]{27}$/,
      );
    }),
  );
  const finding = ecsCheckFinding(keptFinding(), { id: 'one', change: 'new' });
  expect(documentId({ kind: 'check', text: JSON.stringify(finding) })).toBe('one');
});

test('each state of an incident is a document of its own, the same state is none twice', () => {
  const idOf = (detections: number): string =>
    documentId({ kind: 'incident', text: JSON.stringify(ecsIncident(incident({ id: 'same', detections }))) });
  expect(idOf(1)).toBe(idOf(1));
  expect(idOf(1)).not.toBe(idOf(2));
});
