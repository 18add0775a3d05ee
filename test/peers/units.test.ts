import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const UNITS = join(import.meta.dirname, '../../contrib/systemd');
const names = readdirSync(UNITS);
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
/** systemd.exec(5) "exposure": 0 is a sandbox without any way out, 10 is a plain process. */
const WORST = 3;

describe.skipIf(!hasSystemd)(`the unit files${hasSystemd ? '' : ' (NOT RUN: systemd-analyze is missing)'}`, () => {
  test.each(names)('%s is understood by systemd', (name) => {
    const { status, stderr, stdout } = spawnSync('systemd-analyze', ['verify', '--man=no', join(UNITS, name)], { encoding: 'utf8' });
    const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('secmon') && !line.includes('Unit not found'));
    expect(about).toEqual([]);
    expect(status).toBe(0);
  });

  test('the engine, which reads what attackers write, is shut in', () => {
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', join(UNITS, 'secmon.service')], {
      encoding: 'utf8',
    });
    expect(Number(/exposure level for secmon.service: (\d+\.\d+)/.exec(stdout)?.[1])).toBeLessThan(WORST);
  });
});

test('the engine’s unit lets its helper programs speak for it, and V8 compile', () => {
  const unit = readFileSync(join(UNITS, 'secmon.service'), 'utf8');
  expect(unit).toContain('NotifyAccess=all');
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m);
});
