import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createDetector } from '../../src/detection/detect.ts';
import { verdictKey } from '../../src/detection/regex.ts';
import { entryOf, loadBuiltIn, RULES_DIR, rulePaths, verdicts } from './entries.ts';

const caseFile = (path: string): URL => new URL(`cases/${path}`, import.meta.url);

describe.each(rulePaths())('%s', (path) => {
  const { rules, refused } = loadBuiltIn(path);

  it('loads, with an id, a family and a technique', () => {
    expect(refused).toEqual([]);
    expect(rules).toHaveLength(1);
    expect(rules[0]?.info.families.length).toBeGreaterThan(0);
    expect(rules[0]?.info.techniques.length).toBeGreaterThan(0);
    expect(rules[0]?.info.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('matches its cases and ignores its counter-examples', () => {
    expect(existsSync(caseFile(path)), 'a rule needs a case file').toBe(true);
    const cases: { match: string[]; ignore: string[] } = parse(readFileSync(caseFile(path), 'utf8'));
    const [rule] = rules;
    // Only the whole pack asks for enough work to be exhausted.
    const isAboutAll = rule?.info.name === 'protocol-exhausting';
    const detector = createDetector({ rules: isAboutAll ? rulePaths().flatMap((each) => loadBuiltIn(each).rules) : rules });
    const matches = (text: string): boolean => detector.detect(entryOf(text))?.hits.some((hit) => hit.rule.id === rule?.info.id) ?? false;
    expect(cases.match.length).toBeGreaterThan(0);
    expect(cases.match.filter((text) => !matches(text))).toEqual([]);
    expect(cases.ignore.filter(matches)).toEqual([]);
  });
});

describe('the pack', () => {
  it('has a verdict of recheck for every pattern', () => {
    const unknown: string[] = [];
    for (const path of rulePaths()) {
      loadBuiltIn(path, (source, flags) => {
        const key = verdictKey(source, flags);
        if (!verdicts.linear.has(key) && !verdicts.other.has(key)) unknown.push(`${path}: ${key}`);
        return verdicts.linear.has(key);
      });
    }
    expect(unknown).toEqual([]);
  });

  it('names every rule and id once', () => {
    const infos = rulePaths().flatMap((path) => loadBuiltIn(path).rules.map((rule) => rule.info));
    expect(new Set(infos.map((info) => info.id)).size).toBe(infos.length);
    expect(new Set(infos.map((info) => info.name)).size).toBe(infos.length);
  });

  it('has rules under its folder', () => {
    expect(existsSync(RULES_DIR)).toBe(true);
    expect(rulePaths().length).toBeGreaterThan(40);
  });
});
