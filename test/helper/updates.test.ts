import { expect, test } from 'vitest';
import { applyUpdates } from '../../src/helper/updates.ts';

const sh = (script: string) => [['/bin/sh', '-c', script]] as const;

async function run(script: string): Promise<{ lines: string[]; said: string }> {
  const lines: string[] = [];
  const said = await applyUpdates({ tell: (line) => lines.push(line), managers: sh(script) }).catch(({ message }: Error) => message);
  return { lines, said };
}

test('every line that the package manager prints is told as it comes, progress bars and errors, too', async () => {
  expect(await run('printf "Reading...\\rReading... Done\\n"; printf "last"')).toEqual({
    lines: ['Reading...', 'Reading... Done', 'last'],
    said: '/bin/sh installed what was pending',
  });
});

test('it is asked nothing: no input, and the environment says so', async () => {
  const { lines } = await run('read answer || echo no input; echo $DEBIAN_FRONTEND; env | wc -l');
  expect(lines.slice(0, 2)).toEqual(['no input', 'noninteractive']);
  expect(Number(lines[2])).toBeLessThan(10);
});

test('a failure says how it ended and what was said last', async () => {
  const { said } = await run('echo "E: Could not get lock /var/lib/dpkg/lock-frontend" >&2; exit 100');
  expect(said).toBe('/bin/sh ended with 100 and said: E: Could not get lock /var/lib/dpkg/lock-frontend');
});

test('a line without end is cut', async () => {
  const { lines } = await run('head -c 100000 /dev/zero | tr "\\0" x; echo; echo end');
  expect(lines.every(({ length }) => length <= 1_000)).toBe(true);
  expect(lines.at(-1)).toBe('end');
});

test('a machine without a package manager is told', async () => {
  await expect(applyUpdates({ tell: () => {}, managers: [['/nonexistent/apt-get']] })).rejects.toThrow('none of apt-get, dnf and apk');
});
