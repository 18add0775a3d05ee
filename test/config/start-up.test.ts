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
    splitting: true,
    metafile: true,
    external,
  });
  const { outputs } = metafile;
  const importsOf = (file: string) => outputs[file]?.imports ?? [];
  const imported = new Set(
    Object.keys(outputs)
      .flatMap(importsOf)
      .map(({ path }) => path),
  );
  expect(external.filter((name) => !imported.has(name))).toEqual([]);
  const atStart = new Set<string>();
  const follow = (file: string): void => {
    if (atStart.has(file)) return;
    atStart.add(file);
    for (const { path, kind } of importsOf(file)) if (kind === 'import-statement') follow(path);
  };
  for (const [file, output] of Object.entries(outputs))
    if (output.entryPoint && /load|create-channels|open-store/.test(output.entryPoint)) follow(file);
  expect(external.filter((name) => atStart.has(name))).toEqual([]);
});
