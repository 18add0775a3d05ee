import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/alerts/redact.ts';
import { parseRetryAfter } from '../../src/alerts/retry-after.ts';
import { createSecret, SecretError } from '../../src/settings/secret.ts';
import { START_MS, secret } from './samples.ts';

describe('what is reported of an answer', () => {
  it('holds no secret, in whatever spelling it comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }), fc.string(), (value, around) => {
        fc.pre(value.trim() === value && !'•••'.includes(value));
        const auth = Buffer.from(`\0user\0${value}`).toString('base64');
        const shown = redact(`${around} ${value} ${JSON.stringify(value)} ${Buffer.from(value).toString('base64')} ${auth}`, [
          secret(value),
        ]);
        expect(shown).not.toContain(value);
        expect(shown).not.toContain(auth);
      }),
    );
  });

  it('hides the parts of an address that open it, and keeps the rest', () => {
    const url = secret('https://hooks.example.org/services/T0000001/s3cr3t?key=abcdef123');
    expect(redact('no service T0000001, s3cr3t, abcdef123 at hooks.example.org', [url])).toBe(
      'no service •••, •••, ••• at hooks.example.org',
    );
  });

  it('is not shown at all where a very short secret may be in it', () => {
    expect(redact('abc', [secret('b')])).not.toContain('abc');
  });

  it('is shown when the secret itself is missing', () => {
    const missing = createSecret('x', () => {
      throw new SecretError('missing');
    });
    expect(redact('550 no', [missing])).toBe('550 no');
  });

  it('is one harmless line of at most 300 characters', () => {
    const shown = redact(`a\r\nb\u001b[31m${'x'.repeat(100_000)}`, []);
    expect(shown).toMatch(/^a b␛\[31m/);
    expect(shown.length).toBe(300);
  });
});

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['999999', 3_600_000],
    ['Mon, 02 Mar 2026 00:01:00 GMT', 60_000],
    ['Sun, 01 Mar 2026 00:00:00 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['1e9', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j means %s ms', (value, expected) => {
    expect(parseRetryAfter(value, START_MS)).toBe(expected);
  });
});
