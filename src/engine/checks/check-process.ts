import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { saidBy } from '../../checks/cannot.ts';
import { createHttpGet } from '../../checks/http-get.ts';
import { createRunProcess, LEAVING } from '../../checks/run-process.ts';
import { systemClock } from '../../clock/clock.ts';
import { setLanguage } from '../../lang/lang.ts';
import { createFail2banProbe } from './checks-fail2ban.ts';
import { type CheckJob, checkOfJob, type FromCheck, STOP } from './job.ts';

/** The process of one run of a check: reads its job, says what it finds as JSON lines, ends. Nothing of it outlives whoever started it. */

const NOBODY = 65_534;
/** Of what takes long, and of the tools it starts: the watched machine's own work goes first. */
const NICE = 10;
/** Time to stop what runs elsewhere (a scan in ZAP) when nobody waits for an answer any more. */
const LEAVE_MS = 2_000;

const say = (event: FromCheck): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** What only asks over the network needs no rights of root. */
function dropRights({ check, settings }: CheckJob): void {
  const readsFiles = typeof settings === 'object' && settings !== null && 'report' in settings;
  const isRemote = check === 'uptime' || (check === 'zap' && !readsFiles);
  if (!isRemote || process.getuid?.() !== 0) return;
  try {
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  } catch (error) {
    // A container without that user: its root is none of the host's.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
}

/** A sandbox may forbid it, which costs nothing but precedence. */
function stepBack(): void {
  try {
    setPriority(NICE);
  } catch {
    // It runs as everybody does.
  }
}

async function carryOut(job: CheckJob, signal: AbortSignal): Promise<void> {
  const run = createRunProcess({ clock: systemClock, onGroup: (pid, isAlive) => say({ type: 'group', pid, isAlive }) });
  const check = checkOfJob(job, createFail2banProbe({ fail2ban: job.fail2ban }, systemClock, { run, signal }));
  if (check === undefined) throw new Error(`there is no check ${job.check}`);
  if (check.isLight !== true) stepBack();
  setLanguage(job.language);
  dropRights(job);
  const { memory, mayAttack, asked } = job;
  const context = { run, get: createHttpGet({ clock: systemClock }), clock: systemClock, signal, memory, mayAttack, asked };
  for await (const event of check.run(context)) say(event);
}

function main(): void {
  const stop = new AbortController();
  const end = (last: FromCheck): void => void process.stdout.write(`${JSON.stringify(last)}\n`, () => process.exit(0));
  const leave = (): void => {
    stop.abort(LEAVING);
    setTimeout(() => process.exit(0), LEAVE_MS);
  };
  let hasJob = false;
  process.stdout.on('error', leave);
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (hasJob) {
        if (line === STOP) stop.abort();
        else leave();
        return;
      }
      hasJob = true;
      carryOut(JSON.parse(line) as CheckJob, stop.signal).then(
        () => end({ type: 'end' }),
        (error: unknown) => end({ type: 'problem', problem: saidBy(error) }),
      );
    })
    .on('close', leave);
}

main();
