import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defang } from '../../src/text/defang.ts';

describe('defang', () => {
  it('makes addresses, hosts and URLs unclickable', () => {
    expect(defang('198.51.100.7 sent https://evil.example/x.php?u=http://a.b.example')).toBe(
      '198[.]51[.]100[.]7 sent hxxps://evil[.]example/x.php?u=hxxp://a[.]b[.]example',
    );
    expect(defang('\u0024{jndi:ldap://evil.example:1389/a}')).toBe('\u0024{jndi:ldap://evil[.]example:1389/a}');
    expect(defang('mail root@evil.example, 보안.한국')).toBe('mail root@evil[.]example, 보안[.]한국');
  });

  it('leaves file names readable, except where they are a host', () => {
    expect(defang('/admin/index.php and ../../etc/passwd')).toBe('/admin/index.php and ../../etc/passwd');
    expect(defang('http://evil.php/')).toBe('hxxp://evil[.]php/');
  });

  it('changes nothing the second time', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '.', '/', ':', 'http', 'HTTPS', '1', '@', '.php', ' ', '[') });
    fc.assert(
      fc.property(text, (some) => {
        expect(defang(defang(some))).toBe(defang(some));
      }),
    );
  });

  it('leaves no dotted quad and no http scheme', () => {
    const text = fc.array(fc.constantFrom('10.0.0.1', 'http://', 'HTTP://', ' ', 'x', '/')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (some) => {
        expect(defang(some)).not.toMatch(/\d\.\d|http:\/\//i);
      }),
    );
  });
});
