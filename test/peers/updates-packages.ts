import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openPrivateApt, type PrivateApt, type TestPackage } from './private-apt.ts';

export const APPLY = ['check', 'updates', '--apply', '--yes'];
/** With a configuration file, and a script that asks. */
export const A: TestPackage = {
  name: 'secmon-test-a',
  files: (version) => ({ 'a.txt': `a ${version}`, 'a.conf': `setting ${version}` }),
  conffile: 'a.conf',
  postinst: 'echo "a 2 asks:"; read answer || echo "nobody answers"',
};
/** Cannot be set up. */
export const BAD: TestPackage = { name: 'secmon-test-bad', postinst: 'echo "bad cannot be set up"; exit 3' };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Closes something at the end of the test, the last one first. */
export function closing<T>(thing: T, close: (thing: T) => unknown): T {
  closers.push(() => close(thing));
  return thing;
}

/** Packages until the end of the test. */
export const aptWith = (...packages: readonly TestPackage[]): PrivateApt => closing(openPrivateApt(packages), ({ close }) => close());

/** A package that says "in the middle" while it is set up, and waits until it is let go on. */
export function waiting(): { readonly apt: PrivateApt; letGo(): Promise<void> } {
  const apt = aptWith({
    name: 'secmon-test-slow',
    postinst: 'echo "in the middle"; cat "$(dirname "$0")/../../installed/gate"; echo "and done"',
  });
  mkdirSync(apt.installed(''), { recursive: true });
  execFileSync('mkfifo', [apt.installed('gate')]);
  const letGo = (): Promise<void> =>
    new Promise((resolve) => spawn('sh', ['-c', 'echo >"$0"', apt.installed('gate')], { stdio: 'ignore' }).once('exit', () => resolve()));
  return { apt, letGo };
}

export function forgetLists(apt: PrivateApt): void {
  for (const name of readdirSync(apt.path('lists')).filter((one) => one.includes('Packages'))) rmSync(apt.path('lists', name));
}

/** Files with what a package manager said, in a state directory. */
export const logsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^updates-.*\.log$/.test(name))
        .map((name) => join(folder, name))
    : [];
