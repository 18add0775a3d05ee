import { expect, test } from 'vitest';
import { commandText, createRun } from '../../src/actions/run-process.ts';

test('arguments reach the program as they are: no shell stands between', async () => {
  const { stdout } = await createRun()(['printf', '%s|', '$(id)', 'a b', '; reboot', '`x`', "'"]);
  expect(stdout).toBe("$(id)|a b|; reboot|`x`|'|");
});

test('an exit code is a result, what cannot be run a sentence', async () => {
  expect(await createRun()(['sh', '-c', 'echo no >&2; exit 3'])).toEqual({ code: 3, stdout: '', stderr: 'no\n' });
  await expect(createRun()(['secmon-no-such-program'])).rejects.toThrow('there is no program secmon-no-such-program on this machine');
  await expect(createRun()(['/no/such/program'])).rejects.toThrow('cannot run /no/such/program');
});

test('a program that hangs is ended, and that is said', async () => {
  await expect(createRun({ timeoutMs: 50 })(['sleep', '600'])).rejects.toThrow('sleep did not end within 0 s and was stopped');
});

test('nothing of our own environment reaches it', async () => {
  process.env['SECMON_TEST_SECRET'] = 'hidden';
  const { stdout } = await createRun()(['env']);
  delete process.env['SECMON_TEST_SECRET'];
  expect(stdout).not.toContain('hidden');
});

test('a command is shown as a person would type it', () => {
  expect(commandText(['nft', 'add', '{ 1.2.3.4 timeout 60s }', "it's"])).toBe("nft add '{ 1.2.3.4 timeout 60s }' 'it'\\''s'");
});
