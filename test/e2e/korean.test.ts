import { afterEach, describe, expect, test } from 'vitest';
import { createLog } from './lines.ts';
import { expectShell, hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let terminal: Terminal | undefined;
afterEach(() => terminal?.close());

const attack = {
  address: '203.0.113.66',
  target: '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--',
  status: 403,
};

/** secmon in a terminal with this environment, once it shows an attack. */
async function started(args: string, env: Record<string, string>): Promise<Terminal> {
  const opened = openTerminal({ env });
  terminal = opened;
  const log = createLog(opened.folder);
  log.add({ target: '/' }, attack);
  await opened.secmon(`${args} access.log`);
  await opened.until('the attack', (screen) => screen.includes('UNION SELECT') && screen.includes('203.0.113.66'));
  return opened;
}

describe.skipIf(!hasTmux)(`in a real terminal in Korean${notRun}`, () => {
  test.each([
    ['--lang ko', '--lang ko', { LANG: 'C.UTF-8' }],
    ['LANG=ko_KR.UTF-8', '', { LANG: 'ko_KR.UTF-8' }],
    ['LC_ALL over LANG', '', { LANG: 'en_US.UTF-8', LC_ALL: 'ko_KR.UTF-8' }],
  ])('%s: screen, entry, help and way out', async (_, args, env) => {
    const shown = await started(args, env);
    const live = await shown.until('the screen in Korean', (s) => s.includes('─ 인시던트 ') && /SQLi 차단/.test(s));
    expect(live).toMatch(/ a 알림 {3}b 차단 /);
    expect(live).not.toMatch(/Incidents|Top addresses|LIVE|dropped/);
    shown.keys('Enter');
    await shown.until('the entry', (s) => s.includes('이 주소') && s.includes('Esc: 뒤로'));
    shown.keys('Escape');
    await shown.until('the entry closed', (s) => !s.includes('이 주소'));
    shown.keys('?');
    await shown.until('the help', (s) => s.includes('─ 도움말 ') && s.includes('필터에 맞는 로그만 표시'));
    shown.keys('q');
    await shown.until('the live screen', (s) => s.includes('─ 상위 주소 '));
    shown.keys('q');
    await expectShell(shown, 0);
  });

  test('a flag beats the environment, and other languages are English', async () => {
    const shown = await started('--lang en', { LANG: 'ko_KR.UTF-8' });
    expect(await shown.until('the screen', (s) => s.includes('─ Incidents '))).not.toMatch(/인시던트/);
    shown.keys('q');
    await expectShell(shown, 0);
  });
});
