import { configurationReference } from '../src/config/reference.ts';
import { FILTER_FIELDS } from '../src/filter/fields.ts';
import { keysTable } from '../src/ui/commands.ts';

const filterTable = (): string =>
  [
    '| field | example | |',
    '| --- | --- | --- |',
    ...FILTER_FIELDS.map((f) => `| \`${f.name}\` | \`${f.example}\` | ${f.description} |`),
  ].join('\n');

/** The text between two markers replaced. */
const fill = (text: string, name: string, content: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
    (_, open: string, close: string) => `${open}${content}\n${close}`,
  );

/** Every document with generated parts, as it should be. */
export async function documents(read: (path: string) => string): Promise<readonly (readonly [path: string, text: string])[]> {
  return [
    ['docs/screen.md', fill(fill(read('docs/screen.md'), 'keys', keysTable()), 'filter', filterTable())],
    ['docs/configuration.md', await configurationReference()],
  ];
}
