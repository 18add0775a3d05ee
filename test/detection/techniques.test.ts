import { describe, expect, it } from 'vitest';
import { createDetector } from '../../src/detection/detect.ts';
import { builtInRules } from './entries.ts';
import { readTechniques, techniqueEntry, techniqueFiles } from './techniques.ts';

const detector = createDetector({ rules: builtInRules() });
const familiesOf = (line: string): string[] => (detector.detect(techniqueEntry(line))?.hits ?? []).flatMap((hit) => [...hit.rule.families]);

describe.each(techniqueFiles())('%s', (file) => {
  it.each(readTechniques(file).map((each) => [each.name, each.must, each] as const))('%s: %s', (_name, must, each) => {
    const wrong = each.lines.filter((line) => {
      const found = familiesOf(line);
      return must === 'quiet' ? found.length > 0 : !each.families.some((family) => found.includes(family));
    });
    expect(each.lines.length).toBeGreaterThan(0);
    const right = 1 - wrong.length / each.lines.length;
    expect(right < each.atLeast / 100 ? wrong : []).toEqual([]);
  });
});
