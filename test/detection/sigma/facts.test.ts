import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import type { Entry } from '../../../src/model/entry.ts';
import { builtInRules, request, ruleOf } from '../entries.ts';

const anEntry: fc.Arbitrary<Entry> = fc
  .record({
    method: fc.constantFrom('', 'GET', 'get', 'POST', 'HEAD', 'PUT', 'TRACE', 'PROPFIND', 'FETCH', 'R0VU'),
    protocol: fc.constantFrom('', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/2', 'HTTP/3', 'http/1.1', 'HTTP/9.9', 'SIP/2.0'),
    status: fc.constantFrom(-1, 0, 101, 200, 206, 302, 400, 401, 403, 404, 408, 444, 499, 500, 1200),
    message: fc.constantFrom('', 'Invalid user x from 192.0.2.7', 'x'),
    path: fc.constantFrom(
      '/',
      '/login',
      '/a.css',
      '/x.php',
      '/wp-login.php',
      `/${'a'.repeat(198)}`,
      `/${'a'.repeat(199)}`,
      `/${'a'.repeat(200)}`,
    ),
    parameters: fc.constantFrom(0, 1, 90, 260, 3000),
  })
  .map(({ path, parameters, ...rest }) => request({ ...rest, target: `${path}${parameters === 0 ? '' : `?${'a&'.repeat(parameters)}`}` }));

it('tells from facts alone what evaluating every rule tells', () => {
  const rules = [
    ...builtInRules(),
    ruleOf('selection:\n  secmon.target-length|gte: 200\ncondition: selection'),
    ruleOf('selection:\n  secmon.target-length|lt: 201\ncondition: selection'),
    ruleOf('selection:\n  secmon.target-length|lte: 200\ncondition: selection'),
    ruleOf('selection:\n  secmon.target-length|gt: 200\ncondition: selection'),
    ruleOf('selection:\n  message: ""\ncondition: selection'),
    ruleOf(
      'selection:\n  sc-status: 200\nother:\n  cs-version|endswith: "1.1"\n  message|contains: user\ncondition: selection and not other',
    ),
  ];
  const silent = new Set(rules.filter((_, index) => index % 2 === 0).map(({ info }) => info.id));
  const wanted = new Set(rules.map(({ info }) => info.id));
  const quick = createDetector({ rules, silent, wanted });
  const slow = createDetector({ rules, silent, wanted, withoutShortcuts: true });
  const told = (detector: typeof quick, entry: Entry) => {
    const { hits, observed } = detector.detect(entry) ?? { hits: [], observed: [] };
    return { hits: hits.map(({ rule }) => rule.name), observed: [...observed].sort() };
  };
  fc.assert(
    fc.property(anEntry, (entry) => {
      expect(told(quick, entry)).toEqual(told(slow, entry));
    }),
    { numRuns: 150 },
  );
}, 60_000);

it('evaluates no rule for an ordinary request', () => {
  const rules = builtInRules();
  const detector = createDetector({
    rules,
    silent: new Set(rules.filter(({ info }) => info.name.startsWith('web-')).map(({ info }) => info.id)),
  });
  detector.detect(request({ method: 'GET', target: '/articles/7', protocol: 'HTTP/1.1', status: 200 }));
  expect(detector.work.evaluations).toBe(0);
});
