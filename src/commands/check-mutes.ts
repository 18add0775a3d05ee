import { countOpen } from '../checks/compare.ts';
import type { RunResult } from '../checks/run-check.ts';
import { isExpired, readMutes } from '../detection/mutes/mute.ts';
import { readMuteFile } from '../detection/mutes/mute-file.ts';
import { createMuteSet } from '../detection/mutes/mute-set.ts';
import { refusalText } from '../detection/rule-files.ts';
import { CHECK_RULES, muteOfFinding } from '../engine/checks/finding-mutes.ts';
import { t } from '../lang/lang.ts';

/** Marks in a result what the file of mutes says is known; that counts neither in the run nor for the exit code. A file with errors is said on standard error, and mutes nothing that it says wrongly. */
export async function openFindingMutes(path: string, nowMs: number): Promise<(result: RunResult) => RunResult> {
  const { mutes, refused } = await read(path);
  for (const one of refused.slice(0, 1)) process.stderr.write(`secmon: ${t('mutes not read: {problem}', { problem: one })}\n`);
  const held = refused.length > 0 ? [] : mutes.filter((mute) => !isExpired(mute, nowMs));
  if (held.length === 0) return (result) => result;
  const set = createMuteSet({ mutes: held, rules: CHECK_RULES, detect: () => undefined });
  return (result) => {
    const findings = result.findings.map((kept) => {
      const muted = kept.state === 'open' ? muteOfFinding(set, kept) : undefined;
      return muted === undefined ? kept : { ...kept, muted };
    });
    return { ...result, findings, run: { ...result.run, open: countOpen(findings) } };
  };
}

async function read(path: string) {
  try {
    const { mutes, refused } = await readMutes(readMuteFile(path), path);
    return { mutes, refused: refused.map(refusalText) };
  } catch (error) {
    return { mutes: [], refused: [error instanceof Error ? error.message : String(error)] };
  }
}
