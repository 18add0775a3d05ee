// `npm start` and `npm test` alone must work in a fresh clone: install what is missing, once.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = new URL('..', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const require = createRequire(new URL('package.json', root));

const installed = (name, version) => {
  const path = new URL(`node_modules/${name}/package.json`, root);
  return existsSync(path) && require(path.pathname).version === version;
};
const missing = Object.entries(manifest.devDependencies).filter(([name, version]) => !installed(name, version));
if (missing.length > 0) {
  process.stderr.write(`Installing ${missing.length} packages, once. This takes about a minute.\n`);
  // Not `npm ci`: it refuses lock files that npm itself wrote without the optional packages of other platforms.
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const run = spawnSync('npm', ['install', ...options], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.status !== 0) {
    process.stderr.write(`npm install failed (see above). secmon needs the npm registry once; check the network and try again.\n`);
    process.exit(run.status ?? 1);
  }
}
