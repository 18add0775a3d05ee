import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createNginxDeny } from '../../src/actions/nginx-deny.ts';
import { createRun } from '../../src/actions/run-process.ts';
import { banSubject } from '../../src/actions/subject.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { eventually } from '../e2e/tmux.ts';
import { type Nginx, startNginx } from './nginx.ts';

let nginx: Nginx | undefined;
afterEach(() => nginx?.stop());

test('a real nginx denies who is banned after its reload, lets them in again, and goes on when the file cannot be taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-deny-'));
  const running = await startNginx(folder);
  nginx = running;
  const [conf, file] = [join(folder, 'nginx.conf'), join(folder, 'deny.conf')];
  const include = (text: string): void => writeFileSync(conf, readFileSync(conf, 'utf8').replace('http {', `http { ${text}`));
  include(`include ${file};`);
  const argv = ['nginx', '-c', conf, '-p', folder, '-e', join(folder, 'error.log')];
  const banner = createNginxDeny({
    file,
    test: [...argv, '-t', '-q'],
    reload: [...argv, '-s', 'reload'],
    run: createRun(),
    clock: systemClock,
  });
  let status = 0;
  const answers = (wanted: number) =>
    eventually(`an answer ${wanted}`, () => {
      void fetch(running.url).then(
        (response) => {
          status = response.status;
        },
        // A worker that ends hangs up.
        () => {},
      );
      return status === wanted;
    });
  const own = banSubject('127.0.0.1');
  await answers(200);
  await banner.ban(own, 3_600);
  await answers(403);
  expect(await banner.list()).toMatchObject([{ subject: '127.0.0.1' }]);
  await banner.unban(own);
  await answers(200);
  const before = readFileSync(file, 'utf8');
  include('nonsense_directive on;');
  await expect(banner.ban(own, 3_600)).rejects.toThrow(/nginx .* ended with 1 and said: .*/);
  expect(readFileSync(file, 'utf8')).toBe(before);
});
