import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createDetector } from '../../src/detection/detect.ts';
import { builtInRules, entryOf } from './entries.ts';

it.each(['ordinary.txt', 'ordinary-generated.txt'])('stays silent on the ordinary lines of %s', (file) => {
  const detector = createDetector({ rules: builtInRules() });
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const flagged = lines.flatMap((line) =>
    (detector.detect(entryOf(line)) ?? []).map((hit) => `${hit.rule.name} «${hit.matches[0]?.text ?? ''}» ${line}`),
  );
  expect(flagged).toEqual([]);
});
