import { expect, it } from 'vitest';
import { knownLimits } from '../../src/actions/banner.ts';

it.each([
  [['fail2ban sshd', 'fail2ban secmon'], /flags interval.*\|Ports that Docker/],
  [['nftables'], /^Ports that Docker/],
  [['command edge'], /^Ports that Docker/],
  [['nginx', 'cloudflare'], /^$/],
  [[], /^$/],
])('the limits of %j are those of its ways only', (names, limits) => {
  expect(knownLimits(names).join('|')).toMatch(limits);
});
