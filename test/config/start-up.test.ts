import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

it('loads zod, yaml, nodemailer and libsql only when they are needed', () => {
  const entry = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
  const external = ['zod', 'yaml', 'nodemailer', 'libsql'];
  const { metafile } = buildSync({
    entryPoints: [entry('config/load.ts'), entry('alerts/create-channels.ts'), entry('store/open-store.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    outdir: '/unused',
    metafile: true,
    external,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.filter(({ path }) => external.includes(path)));
  expect(new Set(imports.map(({ path }) => path))).toEqual(new Set(external));
  expect(new Set(imports.map(({ kind }) => kind))).toEqual(new Set(['dynamic-import']));
});
