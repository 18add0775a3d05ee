import { describe, expect, it } from 'vitest';
import { failure, load } from './in-folder.ts';

const WANTED = 'expected an address or network such as 192.0.2.1, 198.51.100.0/24 or 2001:db8::/48';

describe('networks and allow', () => {
  it('are read as they are written', async () => {
    const { config } = await load(
      "version: 1\nnetworks:\n  office: [198.51.100.0/24]\n  monitoring: ['2001:db8::/48', 192.0.2.7]\nallow: [office, 192.0.2.1]\nenrichment:\n  databases: [/a.mmdb]\n",
    );
    expect(config.networks).toEqual({ office: ['198.51.100.0/24'], monitoring: ['2001:db8::/48', '192.0.2.7'] });
    expect(config.allow).toEqual(['office', '192.0.2.1']);
    expect(config.enrichment).toEqual({ databases: ['/a.mmdb'], dns: false });
  });

  it.each([
    [
      'a prefix that is too long',
      'networks:\n  office:\n    - 198.51.100.0/33\n',
      `4: networks.office[0]: ${WANTED}, got "198.51.100.0/33"`,
    ],
    ['a host name', 'networks:\n  office:\n    - 192.0.2.0/24\n    - vpn.example\n', `5: networks.office[1]: ${WANTED}, got "vpn.example"`],
    ['an address with a port', 'networks:\n  a: ["192.0.2.1:80"]\n', `3: networks.a[0]: ${WANTED}, got "192.0.2.1:80"`],
    [
      'all addresses at once',
      'allow: [0.0.0.0/0]\n',
      `2: allow[0]: ${WANTED}, or a name from networks (networks has none), got "0.0.0.0/0"`,
    ],
    [
      'a name that looks like an address',
      'networks:\n  10.0.0.0: [10.0.0.1]\n',
      /^3: networks.*: expected a name that begins with a letter/,
    ],
    ['no network at all', 'networks:\n  office: []\n', '3: networks.office: expected at least 1 item, got a list'],
    [
      'a name that networks does not have',
      'networks:\n  office: [192.0.2.0/24]\nallow:\n  - office\n  - ofice\n',
      `6: allow[1]: ${WANTED}, or a name from networks (networks has office), got "ofice"`,
    ],
    [
      'one network under two names',
      'networks:\n  a: [192.0.2.0/24]\n  b: [198.51.100.1, 192.0.2.9/24]\n',
      '4: networks.b[1]: expected a network under one name; it is in a too, got "192.0.2.9/24"',
    ],
    ['a misspelt setting', 'enrichment:\n  dnss: true\n', '3: enrichment.dnss: unknown setting; did you mean dns?'],
  ])('name the line of %s', async (_, text, expected) => {
    const message = await failure(`version: 1\n${text}`);
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  it('may overlap', async () => {
    expect((await load('version: 1\nnetworks:\n  office: [192.0.2.0/24]\n  lab: [192.0.2.0/28]\n')).config.networks).toHaveProperty('lab');
  });
});
