import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, openOver } from '../engine/run-engine.ts';

/** What a success mark is worth on a log of the laboratory: claims that were right and wrong, successes marked and missed. */
export interface Worth {
  /** Requests that gave the attacker what he wanted, in families where that can show. */
  readonly succeeded: number;
  /** Detections of which the witness says that nothing came of them. */
  readonly failed: number;
  readonly right: number;
  readonly wrong: number;
  /** Claims for payloads that were executed but gave no more than a confirmation: neither right nor wrong. */
  readonly confirmed: number;
  readonly missed: number;
  readonly precision: number;
  readonly recall: number;
  /** Marks on scripts that came back unescaped and on redirects: the log cannot tell either. */
  readonly marksOnScripts: number;
  /** Successes that no rule saw: there was nothing to mark. Not in `missed`, not in `recall`. */
  readonly undetected: number;
  /** Lines for a person: `wrong +54 B /search?q=…`. */
  readonly mistakes: readonly string[];
}

export const TIMED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';

/** Runs the engine over `access.log` of a laboratory folder and holds its marks against `truth.tsv`; without times, as combined has none, unless `timed`. */
export async function measure(lab: string, timed: boolean): Promise<Worth> {
  const log = readFileSync(join(lab, 'access.log'), 'utf8');
  const truth = new Map(
    readFileSync(join(lab, 'truth.tsv'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [number, string] => [Number(line.split('\t')[0]), line.split('\t')[1] ?? '']),
  );
  const waits = new Set(
    readFileSync(join(lab, 'truth.tsv'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('\twaited'))
      .map((line) => Number(line.split('\t')[0])),
  );
  const folder = folderWith({ 'access.log': timed ? log : log.replace(/ [\d.]+$/gm, '') });
  const counts = { succeeded: 0, failed: 0, right: 0, wrong: 0, confirmed: 0, missed: 0, undetected: 0, marksOnScripts: 0 };
  const mistakes: string[] = [];
  const engine = await openOver([join(folder, 'access.log')], timed ? { logFormat: TIMED } : {}, {
    onLine({ line, detection }) {
      const verdict = truth.get(line.sequence);
      const tell = (what: string): void =>
        void mistakes.push(`${what} ${line.sequence} ${detection?.note ?? ''} ${line.entry.bytes} ${line.entry.target}`);
      const succeeded = verdict === 'yes' && (timed || !waits.has(line.sequence));
      if (succeeded) counts.succeeded++;
      if (detection?.success) {
        if (verdict === 'xss' || verdict === 'redirect') counts.marksOnScripts++;
        if (succeeded) counts.right++;
        else if (verdict === 'oracle') counts.confirmed++;
        else {
          counts.wrong++;
          tell('wrong');
        }
      } else if (succeeded) {
        if (detection) counts.missed++;
        else counts.undetected++;
        tell(detection ? 'missed' : 'undetected');
      } else if (detection && verdict === undefined) counts.failed++;
    },
  });
  await engine.run();
  counts.failed += counts.wrong;
  return {
    ...counts,
    precision: counts.right / (counts.right + counts.wrong),
    recall: counts.right / (counts.right + counts.missed),
    mistakes,
  };
}
