// Rules in the shape in which SigmaHQ publishes them (status, tags, modifiers, idioms); the texts are our own.
import { expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import { loadRules } from '../../../src/detection/sigma/load.ts';
import type { Entry } from '../../../src/model/entry.ts';
import { EMPTY_ENTRY } from '../../../src/model/entry.ts';
import { request } from '../entries.ts';

const head = (title: string, logsource: string): string => `title: ${title}
id: 1d4a1a6b-7b1c-4a88-9d7e-3f3b7c1f0001
related:
    - id: 9d4a1a6b-7b1c-4a88-9d7e-3f3b7c1f0002
      type: similar
status: test
description: |
    Detects something
    over two lines
references:
    - https://example.org/advisory
author: A Person (Some Team), another
date: 2023-05-09
modified: 2025-01-07
tags:
    - attack.initial-access
    - attack.t1190
    - cve.2023-0001
logsource:
${logsource}
`;
const TAIL = `falsepositives:
    - Unlikely
level: high
`;
const web = '    category: webserver\n    definition: "Requirements: full URIs"';

const sshd: Entry = { ...EMPTY_ENTRY, kind: 'sshd', program: 'sshd', message: 'fatal: buffer_get_string: bad string length 4096' };

const CASES: readonly (readonly [title: string, rule: string, yes: Entry, no: Entry])[] = [
  [
    'a method, and any of several groups',
    `${head('Upload', web)}detection:
    selection_method:
        cs-method: POST
    selection_path_a:
        cs-uri-query|contains|all:
            - '/upload.php?'
            - 'name=..%2f'
    selection_path_b:
        cs-uri-query|endswith:
            - '/shell.jsp'
            - '/cmd.jsp'
    filter_main_local:
        c-ip|cidr:
            - 10.0.0.0/8
            - 'fe80::/10'
    filter_optional_error:
        sc-status:
            - 404
            - 403
    condition: selection_method and 1 of selection_path_* and not 1 of filter_*
${TAIL}`,
    request({ method: 'POST', target: '/upload.php?name=..%2fx' }),
    request({ method: 'POST', target: '/shell.jsp', address: '10.1.2.3' }),
  ],
  [
    'keywords among user agents',
    `${head('Agents', '    category: proxy')}detection:
    selection:
        c-useragent:
            - 'evil-agent*'
            - '*(hydra)*'
            - 'Mozilla/4.0 (compatible; MSIE 5.0; Windows 9?)'
    falsepositive:
        r-dns|endswith: '.example.org'
    condition: selection and not falsepositive
${TAIL}`,
    request({ userAgent: 'Mozilla/4.0 (compatible; MSIE 5.0; Windows 98)' }),
    request({ userAgent: 'evil-agent/1', host: 'www.example.org' }),
  ],
  [
    'keywords alone, all of them',
    `${head('Words', web)}detection:
    keywords:
        '|all':
            - 'cmd='
            - 'whoami'
    condition: keywords
${TAIL}`,
    request({ target: '/x?cmd=WHOAMI' }),
    request({ target: '/x?cmd=ls' }),
  ],
  [
    'a list of maps',
    `${head('Either', web)}detection:
    selection:
        - cs-uri-query|contains: '/_ignition/'
          cs-method: 'POST'
        - cs-uri-query|re: '/api/v[0-9]+/secret$'
    condition: selection
${TAIL}`,
    request({ target: '/api/v2/secret' }),
    request({ target: '/_ignition/x', method: 'GET' }),
  ],
  [
    'words of sshd',
    `${head('SSH', '    product: linux\n    service: sshd')}detection:
    keywords:
        - 'unexpected internal error'
        - 'bad string length'
    condition: keywords
${TAIL}`,
    sshd,
    { ...sshd, message: 'Accepted publickey for jane' },
  ],
  [
    'escaped wildcards and backslashes',
    `${head('Escapes', web)}detection:
    selection:
        cs-uri-query|contains:
            - '\\\\..\\\\'
            - 'a\\*b'
    condition: all of selection
${TAIL}`,
    request({ target: '/?q=a*b' }),
    request({ target: '/?q=axb' }),
  ],
];

it.each(CASES)('%s', (_title, rule, yes, no) => {
  const { rules, refused } = loadRules(rule, { file: 'web_rule.yml', isLinear: () => false });
  expect(refused).toEqual([]);
  expect(rules[0]?.info).toMatchObject({
    name: 'web_rule',
    severity: 'high',
    techniques: ['T1190'],
    description: 'Detects something\nover two lines',
  });
  const detector = createDetector({ rules });
  expect(detector.detect(yes)?.hits).toHaveLength(1);
  expect(detector.detect(no)).toBeUndefined();
});

it('refuses what Sigma 2 no longer has, each with its line', () => {
  const rule = `${head('A', web)}detection:\n    a:\n        cs-uri: x\n    condition: a\n`;
  const reasonOf = (text: string): string[] =>
    loadRules(text, { file: 'a.yml', isLinear: () => false }).refused.map(({ line, reason }) => `${line}: ${reason}`);
  expect(reasonOf(`action: global\n${rule}`)).toEqual([
    '1: "action" is not part of Sigma 2: write what is shared into every document of the file',
  ]);
  expect(reasonOf(rule.replace('condition: a', 'condition: a | count() > 5'))[0]).toContain('use a correlation');
  expect(reasonOf(rule.replace('condition: a', 'timeframe: 5m\n    condition: a'))[0]).toContain('"timeframe" is not part of Sigma 2');
});

it('takes several documents of one file, each under a name of its own', () => {
  const one = (title: string, path: string): string =>
    `title: ${title}\nlogsource:\n  category: webserver\ndetection:\n  a:\n    cs-uri-stem: ${path}\n  condition: a\n`;
  const { rules, refused } = loadRules(`${one('A', '/a')}---\n${one('B', '/b')}`, { file: 'two.yml', isLinear: () => false });
  expect(refused).toEqual([]);
  expect(rules.map(({ info }) => info.name)).toEqual(['two-1', 'two-2']);
});
