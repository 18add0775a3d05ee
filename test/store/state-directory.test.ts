import { describe, expect, it } from 'vitest';
import { stateDirectory, storePath } from '../../src/store/state-directory.ts';

describe('the state directory', () => {
  it.each([
    ['the own variable first', { SECMON_STATE_DIR: '/own', STATE_DIRECTORY: '/sd', XDG_STATE_HOME: '/x', HOME: '/h' }, '/own'],
    ["systemd's first folder next", { STATE_DIRECTORY: '/var/lib/secmon:/var/lib/more', XDG_STATE_HOME: '/x' }, '/var/lib/secmon'],
    ['the XDG folder then', { XDG_STATE_HOME: '/x', HOME: '/h' }, '/x/secmon'],
    ['not a relative XDG folder', { XDG_STATE_HOME: 'x', HOME: '/h' }, '/h/.local/state/secmon'],
    ['not an empty variable', { SECMON_STATE_DIR: '', STATE_DIRECTORY: '', HOME: '/h' }, '/h/.local/state/secmon'],
    ["the account's home without HOME", {}, '/home/op/.local/state/secmon'],
  ])('is %s', (_, env, expected) => {
    expect(stateDirectory(env, '/home/op')).toBe(expected);
  });

  it('holds the store', () => {
    expect(storePath('/x')).toBe('/x/secmon.db');
  });
});
