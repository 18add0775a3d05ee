import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addLanguageFlag } from '../src/commands/language.ts';
import { COMMANDS } from '../src/commands/table.ts';
import { documents } from './documents.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('the pages about the screen and the configuration say what the program does (node scripts/documents.mjs writes them)', async () => {
  for (const [path, text] of await documents(read)) expect(read(path), path).toBe(text);
});

test('every link between pages leads to a file', () => {
  const broken = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .filter(([, link = '']) => !existsSync(join(ROOT, dirname(page), link)))
      .map(([, link]) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

/** The command lines of secmon in a page, without what a shell does with their output. */
const commandLines = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^ {4,}|^|`|\$ |\| |sudo |exec )secmon ([^`\n]*)/gm)].map(
    ([, line = '']) => line.split(/ [|>#<] ?| \d?>| \\$/)[0] ?? '',
  );

/** The command that the words name, as deep as they go. */
const named = (from: Command, [word, ...rest]: readonly string[]): Command => {
  const next = from.commands.find((command) => command.name() === word);
  return next === undefined ? from : named(next, rest);
};

test('every command line in the pages has flags that its command knows', () => {
  const program = new Command('secmon').version('0', '-V, --version').helpOption('-h, --help');
  for (const add of COMMANDS) add(program);
  addLanguageFlag(program);
  const lines = PAGES.flatMap((page) => commandLines(read(page)).map((line) => ({ page, line })));
  expect(lines.length).toBeGreaterThan(100);
  const wrong = lines.filter(({ line }) => {
    // What stands in quotes is for another program.
    const words = line.replace(/'[^']*'|"[^"]*"/g, 'quoted').split(' ');
    const known = named(program, words).options.flatMap(({ long, short }) => [long, short]);
    return words.some((word) => /^--?[a-z]/.test(word) && !['--help', ...known].includes(word.replace(/[=,.:;)].*$/, '')));
  });
  expect(wrong.map(({ page, line }) => `${page}: secmon ${line}`)).toEqual([]);
});
