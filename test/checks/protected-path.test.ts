import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProtection, isOpenPage, normalPath, plainPath, resolved } from '../../src/checks/protected-path.ts';

const target = fc
  .array(fc.constantFrom('/', '//', '.', '..', 'a', 'B', '-', '~', '%2f', '%2e', '%', '%zz', '%ff', ';x=1', '\\', 'http://h', 'é', '_1'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

describe('a path as servers understand it', () => {
  it('is the same the short way and the long way', () => {
    fc.assert(
      fc.property(target, (text) => {
        expect(normalPath(text)).toBe(resolved(text));
      }),
    );
  });

  it('is not changed by being made plain again, unless it was encoded', () => {
    fc.assert(
      fc.property(target, (text) => {
        if (!text.includes('%')) expect(plainPath(plainPath(text))).toBe(plainPath(text));
      }),
    );
  });

  it('has neither dot segments nor two slashes in a row', () => {
    fc.assert(
      fc.property(target, (text) => {
        expect(plainPath(text)).not.toMatch(/\/\/|\/\.{1,2}(?:\/|$)/);
      }),
    );
  });

  it('takes time linear in the target', () => {
    expect(normalPath(`/${'a/'.repeat(100_000)}`).length).toBeLessThan(8_193);
    expect(normalPath(`/${'-'.repeat(100_000)}%`).length).toBeLessThan(8_193);
  });
});

describe('what is protected', () => {
  it('is the path and all below it, under the name that the person gave it', () => {
    const protection = createProtection(['/Admin/', '/']);
    expect(['/admin', '/admin/x', '/administrator'].map(protection)).toEqual(['/Admin/', '/Admin/', '/']);
    expect(createProtection(['/admin'])('/x/admin')).toBeUndefined();
    expect(createProtection([])('/')).toBeUndefined();
  });

  it('but for what anybody gets directly below it', () => {
    expect(
      ['/admin/login', '/admin/static/x.css', '/admin/users/login', '/admin/loginhistory'].map((path) => isOpenPage(path, '/admin')),
    ).toEqual([true, true, false, false]);
    expect(isOpenPage('/login', '/')).toBe(true);
  });
});
