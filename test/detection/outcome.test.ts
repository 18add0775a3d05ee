import { expect, it } from 'vitest';
import { createDetector } from '../../src/detection/detect.ts';
import { judgeOutcome, outcomeOf } from '../../src/detection/outcome.ts';
import { builtInRules, request } from './entries.ts';

const detector = createDetector({ rules: builtInRules() });
const judge = (fields: Parameters<typeof request>[0], usual: Parameters<typeof judgeOutcome>[1]) => {
  const entry = request(fields);
  return judgeOutcome(entry, usual, detector.detect(entry) ?? []);
};
const usual = { count: 40, medianBytes: 1000, madBytes: 10 };
const attack = { target: '/item?id=1%27%20union%20select%201,2--' };

it.each([
  [403, 'blocked'],
  [429, 'blocked'],
  [404, 'refused'],
  [302, 'redirected'],
  [499, 'abandoned'],
  [500, 'error'],
  [200, 'answered'],
  [0, 'none'],
  [418, 'refused'],
])('reads %i as %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome);
});

it('claims a success for an answer far from the usual size, and says how far', () => {
  expect(judge({ ...attack, bytes: 41_000 }, usual)).toEqual({ outcome: 'answered', success: true, note: '41× size' });
});

it('leaves an answer of the usual size, or without enough earlier answers, open', () => {
  expect(judge({ ...attack, bytes: 1050 }, usual).success).toBe(false);
  expect(judge({ ...attack, bytes: 41_000 }, { ...usual, count: 19 }).success).toBe(false);
  expect(judge({ ...attack, bytes: 41_000 }, undefined).success).toBe(false);
});

it('never claims a success for an error, nor for a scanner by its name alone', () => {
  expect(judge({ ...attack, status: 500, bytes: 41_000 }, usual).success).toBe(false);
  expect(judge({ userAgent: 'sqlmap/1.7', bytes: 41_000 }, usual).success).toBe(false);
});
