// THIRD-PARTY-NOTICES from what the bundle really holds; refuses a licence that is not on the list.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'Unlicense',
  'CC0-1.0',
  'BlueOak-1.0.0',
]);

const packageOf = (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

const licenceText = (folder) => {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8').trim() : '';
};

/**
 * @param {{ inputs: Record<string, unknown> }} metafile esbuild's
 * @param {string} root folder that the inputs are relative to
 * @returns {string} the notices, one section a package
 */
export function notices(metafile, root) {
  const folders = [...new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean))].sort();
  const sections = folders.map((folder) => {
    const path = join(root, folder);
    if (!existsSync(join(path, 'package.json'))) throw new Error(`no package.json in ${folder}`);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    if (!ALLOWED.has(license))
      throw new Error(`${name} ${version} has the licence ${license}, which is not on the allow-list in scripts/notices.mjs`);
    return `${name} ${version} (${license})\n\n${licenceText(path)}`;
  });
  return `secmon's bundle holds these packages.\n\n${sections.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}
