import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_FIELDS } from '../../src/filter/fields.ts';
import { type FilterRow, matches, parseFilter } from '../../src/filter/filter.ts';

const ATTACK: FilterRow = {
  timeMs: Date.UTC(2026, 2, 2, 2, 13, 41),
  address: '203.0.113.9',
  method: 'GET',
  status: 200,
  bytes: 12_400,
  text: '/item?id=1%27%20union select',
  userAgent: 'sqlmap/1.8',
  severity: 'high',
  family: 'sqli',
  outcome: 'answered',
  success: true,
  kind: 'http',
  source: 'access.log',
  raw: 'RAW "GET /item?id=1%27%20union select"',
  host: 'shop.example',
  user: 'root',
};
const PLAIN: FilterRow = {
  ...ATTACK,
  address: '2001:db8:1:2::/64',
  method: 'POST',
  status: 503,
  bytes: -1,
  text: '/health',
  userAgent: 'curl/8',
  severity: undefined,
  family: undefined,
  outcome: undefined,
  success: false,
  raw: 'RAW POST /health',
  source: 'shop/access.log',
  host: '',
  user: '',
};

const passes = (text: string, row: FilterRow): boolean => {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return matches(parsed.filter, row);
};
const both = (text: string): [boolean, boolean] => [passes(text, ATTACK), passes(text, PLAIN)];
const problem = (text: string): [string, number] => {
  const parsed = parseFilter(text);
  return parsed.ok ? ['', -1] : [parsed.message, parsed.at];
};

describe('terms', () => {
  const cases: [filter: string, attack: boolean, plain: boolean][] = [
    ['', true, true],
    ['   ', true, true],
    ['union', true, false],
    ['UNION', true, false],
    ['"union select"', true, false],
    ['"1\' union"', true, false],
    ['sqlmap', true, false],
    ['sqli', true, false],
    ['"sqli"', false, false],
    ['xss', false, false],
    ['-sqli', false, true],
    ['--sqli', true, false],
    ['NOT sqli', false, true],
    ['status:200', true, false],
    ['status=5xx', false, true],
    ['status:5XX', false, true],
    ['status>=500', false, true],
    ['status<500', true, false],
    ['status>2xx', false, true],
    ['status<=2xx', true, false],
    ['status!=200', false, true],
    ['status:>=500', false, true],
    ['-status:200', false, true],
    ['ip:203.0.113.0/24', true, false],
    ['ip:203.0.113.9', true, false],
    ['ip!=203.0.113.9', false, true],
    ['ip:203.0', true, false],
    ['ip:2001:db8:1:2::/64', false, true],
    ['path:/item', true, false],
    ['path:union', false, false],
    ['path=/health', false, true],
    ['path=/heal', false, false],
    ['path!=/health', true, false],
    ['-path:/health', true, false],
    ['method:get', true, false],
    ['ua:SQLmap', true, false],
    ['source:shop/', false, true],
    ['source=access.log', true, false],
    ['family:sqli', true, false],
    ['family!=sqli', false, true],
    ['severity>=high', true, false],
    ['severity:critical', false, false],
    ['severity<critical', true, false],
    ['severity:none', false, true],
    ['severity>none', true, false],
    ['severity!=high', false, true],
    ['outcome:answered', true, false],
    ['outcome:success', true, false],
    ['-outcome:success', false, true],
    ['bytes>10k', true, false],
    ['bytes>=12.4kB', true, false],
    ['bytes<1M', true, false],
    ['bytes<1', false, false],
    ['host:shop', true, false],
    ['user:root', true, false],
    ['kind:http', true, true],
    ['kind:sshd', false, false],
    ['url:/health', false, true],
    ['http://x', false, false],
    ['id=1', true, false],
    ['"status:200"', false, false],
    ['path:"/item"', true, false],
  ];

  for (const [filter, attack, plain] of cases) {
    it(`'${filter}' lets ${attack ? 'the attack' : 'no attack'} and ${plain ? 'the plain line' : 'no plain line'} through`, () => {
      expect(both(filter)).toEqual([attack, plain]);
    });
  }
});

describe('combinations', () => {
  it('takes terms side by side as all, OR as any, parentheses first', () => {
    expect(both('status:200 POST')).toEqual([false, false]);
    expect(both('status:200 OR method:POST')).toEqual([true, true]);
    expect(both('sqli status:503 OR status:503')).toEqual([false, true]);
    expect(both('(sqli OR status:503) method:POST')).toEqual([false, true]);
    expect(both('-(sqli OR xss)')).toEqual([false, true]);
    expect(both('sqli AND status:200')).toEqual([true, false]);
  });

  it('does as the example on the screen', () => {
    expect(both('status>=500 ip:203.0.113.0/24 -path:/health sqli')).toEqual([false, false]);
    expect(passes('status>=200 ip:203.0.113.0/24 -path:/health sqli', ATTACK)).toBe(true);
  });

  it('takes parentheses inside a word as text, and or in small letters too', () => {
    const row = { ...PLAIN, raw: 'GET /?q=sleep(5)' };
    expect(passes('sleep(5)', row)).toBe(true);
    expect(passes('(sleep(5) OR xss)', row)).toBe(true);
    expect(passes('a or b', { ...PLAIN, raw: 'b' })).toBe(false);
  });

  it('finds what is read, not only what is logged', () => {
    expect(passes('상품', { ...PLAIN, text: '/%EC%83%81%ED%92%88', raw: 'GET /%EC%83%81%ED%92%88' })).toBe(true);
    expect(passes('path:/상품', { ...PLAIN, text: '/%EC%83%81%ED%92%88' })).toBe(true);
  });

  it('looks for host and user in the whole line where they are not given', () => {
    const { host: _, user: __, ...row } = { ...PLAIN, raw: 'sshd: root from shop.example' };
    expect([passes('host:shop.example', row), passes('user:root', row), passes('user:admin', row)]).toEqual([true, true, false]);
  });
});

describe('errors', () => {
  it('say what was expected, and where', () => {
    expect(problem('status>=abc')).toEqual(['status: expected a number such as 404, or a class such as 4xx, got abc', 8]);
    expect(problem('sqli severity:bad')).toEqual(['severity: expected one of low, medium, high, critical, none, got bad', 14]);
    expect(problem('family:sql')[0]).toContain('expected one of sqli, nosql');
    expect(problem('ip:1.2.3.4/99')).toEqual(['ip: expected an address or network such as 203.0.113.0/24, got 1.2.3.4/99', 3]);
    expect(problem('path>/a')).toEqual(['path: expected no order here: use :, = or !=, got /a', 5]);
    expect(problem('status:')).toEqual(['status: a value is missing, for example status>=500', 7]);
    expect(problem('bytes>lots')[0]).toContain('expected a size');
    expect(problem('outcome:won')[0]).toContain('expected one of success, blocked');
  });

  it('guess the field that was meant', () => {
    expect(problem('a stauts:500')).toEqual([
      'no field stauts: did you mean status? (text in "quotation marks" is looked for as it is)',
      2,
    ]);
    expect(problem('statu>=500')[0]).toContain('did you mean status?');
    expect(problem('colour:red')[0]).toContain('expected one of status, ip');
  });

  it('point at what is open or missing', () => {
    expect(problem('a (b OR c')).toEqual(['this ( is never closed: expected )', 2]);
    expect(problem('a )')).toEqual(['nothing is open that this ) could close', 2]);
    expect(problem('a OR')).toEqual(['expected a word, a field such as status>=500, or (', 4]);
    expect(problem('OR a')[1]).toBe(0);
    expect(problem('()')[1]).toBe(1);
    expect(problem('x "abc')).toEqual(['quotation mark without an end: expected another "', 2]);
  });

  it('bound length, depth and number of terms', () => {
    expect(problem('a'.repeat(1001))[0]).toContain('too long');
    expect(problem('('.repeat(400))[0]).toContain('too deeply');
    expect(problem('-'.repeat(900).concat('a'))[0]).toContain('too deeply');
    expect(problem('a '.repeat(101))[0]).toContain('too many terms');
  });

  it('never throw, and point into the text', () => {
    const piece = fc.constantFrom(
      'status',
      ':',
      '>=',
      '4xx',
      'ip',
      '1.2.3.4/8',
      '(',
      ')',
      ' ',
      '"',
      '-',
      'OR',
      'AND',
      'NOT',
      '\\',
      'sqli',
      '상',
      'bytes',
      '!=',
      '\n',
      'constructor',
      'valueOf',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (some) => {
        const parsed = parseFilter(some);
        if (parsed.ok) expect(typeof matches(parsed.filter, ATTACK)).toBe('boolean');
        else expect(parsed.at >= 0 && parsed.at <= some.length && parsed.message !== '').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('let every row through exactly one of a filter and its opposite', () => {
    const term = fc.constantFrom('sqli', 'status>=500', 'severity<high', 'bytes!=3', 'ip:10.0.0.0/8', '(a OR status:2xx)', '-x');
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 5 }), fc.constantFrom(ATTACK, PLAIN), (terms, row) => {
        expect(passes(`-(${terms.join(' ')})`, row)).toBe(!passes(terms.join(' '), row));
      }),
    );
  });
});

describe('a quoted value', () => {
  it('is looked for as it stands, also when it begins like a comparison', () => {
    expect(problem('ua:"> x"')).toEqual(['', -1]);
    expect(problem('status:>=500')).toEqual(['', -1]);
  });
});

describe('the table for the help', () => {
  it('gives an example of every field that is itself a filter', () => {
    for (const { name, example, description } of FILTER_FIELDS) {
      expect(problem(example)).toEqual(['', -1]);
      expect(example.startsWith(name)).toBe(true);
      expect(description).not.toBe('');
    }
  });
});
