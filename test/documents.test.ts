import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documents } from './documents.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');

test('the pages about the screen and the configuration say what the program does (node scripts/documents.mjs writes them)', async () => {
  for (const [path, text] of await documents(read)) expect(read(path), path).toBe(text);
});
