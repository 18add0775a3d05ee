import { expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import { joinRules, loadRuleFiles, refusalText } from '../../../src/detection/rule-files.ts';
import { request } from '../entries.ts';

const RULE = `title: Admin area
id: 5f0a4c52-8c58-4f4c-9a43-0b2b2f6f1a01
name: admin_area
logsource:
  category: webserver
detection:
  selection:
    cs-uri-stem|startswith: /admin
  condition: selection
`;
const filterFor = (rules: string, product = 'category: webserver'): string => `title: Not from the office
logsource:
  ${product}
filter:
  rules: ${rules}
  selection:
    c-ip|cidr: 203.0.113.0/24
  condition: not selection
`;

async function over(filter: string) {
  const own = await loadRuleFiles([
    { name: 'rules/admin.yml', text: RULE },
    { name: 'filters/office.yml', text: filter },
  ]);
  const { rules, refused } = await joinRules([], own);
  const detector = createDetector({ rules });
  const flags = (address: string): boolean => detector.detect(request({ target: '/admin/users', address })) !== undefined;
  return { office: flags('203.0.113.9'), elsewhere: flags('198.51.100.9'), refused: refused.map(refusalText) };
}

it.each([['[5f0a4c52-8c58-4f4c-9a43-0b2b2f6f1a01]'], ['[admin_area]'], ['admin_area'], ['any']])(
  'a filter for %s keeps its rules from matching',
  async (rules) => {
    expect(await over(filterFor(rules))).toEqual({ office: false, elsewhere: true, refused: [] });
  },
);

it('a filter that names a rule which is not there is refused with its line, and filters nothing', async () => {
  const result = await over(filterFor('[other_rule]'));
  expect(result).toEqual({
    office: true,
    elsewhere: true,
    refused: ['filters/office.yml:5: no rule here has the id or name "other_rule"'],
  });
});

it('a filter for another log source is refused', async () => {
  const { refused } = await over(filterFor('[admin_area]', 'product: linux\n  service: sshd'));
  expect(refused).toEqual(['filters/office.yml:6: the rules that it names are for another log source']);
});

it('a filter without rules is refused', async () => {
  const { refused } = await over(filterFor('[]'));
  expect(refused[0]).toMatch(/^filters\/office\.yml:5: expected "rules" to be "any" or a list/);
});

it('a second rule of one id is refused', async () => {
  const own = await loadRuleFiles([
    { name: 'a.yml', text: RULE },
    { name: 'b.yml', text: RULE },
  ]);
  expect((await joinRules([], own)).refused.map(refusalText)).toEqual([
    'b.yml:1: another rule has the id "5f0a4c52-8c58-4f4c-9a43-0b2b2f6f1a01" already',
  ]);
});
