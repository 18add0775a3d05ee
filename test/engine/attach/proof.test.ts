import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openProofs, prove } from '../../../src/engine/attach/proof.ts';

const isRoot = process.getuid?.() === 0;
const asked = () => openProofs(mkdtempSync(join(tmpdir(), 'secmon-proof-'))).ask();

test('who makes the folder that was asked for is known, and the folder is gone afterwards', () => {
  const proof = asked();
  prove(proof.path);
  expect(proof.verify()).toBe(process.getuid?.());
  expect(readdirSync(dirname(proof.path))).toEqual([]);
  expect(proof.verify()).toBeUndefined();
});

test('without the folder nothing is proved', () => expect(asked().verify()).toBeUndefined());

test.each([
  ['a file', (path: string) => writeFileSync(path, '', { mode: 0o700 })],
  ['a link to a folder', (path: string) => symlinkSync('/root', path)],
  [
    'a folder that others may write into, which could have been moved there',
    (path: string) => {
      mkdirSync(path);
      chmodSync(path, 0o777);
    },
  ],
])('%s proves nothing', (_, make) => {
  const proof = asked();
  make(proof.path);
  expect(proof.verify()).toBeUndefined();
});

test.skipIf(!isRoot)('the folder of another user is known as that user’s', () => {
  const proof = asked();
  prove(proof.path);
  chownSync(proof.path, 65534, 65534);
  expect(proof.verify()).toBe(65534);
});

test('two proofs never ask for the same folder, and nobody but the engine may list or remove them', () => {
  const proofs = openProofs(mkdtempSync(join(tmpdir(), 'secmon-proof-')));
  const [one, other] = [proofs.ask(), proofs.ask()];
  expect(one.path).not.toBe(other.path);
  expect(statSync(dirname(one.path)).mode & 0o7777).toBe(0o1733);
});
