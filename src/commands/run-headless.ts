import { closeSync, openSync } from 'node:fs';
import { systemClock } from '../clock/clock.ts';
import { ecsDetection, ecsIncident } from '../ecs/ecs.ts';
import { openDoor } from '../engine/attach/door.ts';
import type { ScreenServer } from '../engine/attach/server.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import { detectionText } from '../headless/detection-text.ts';
import { createOutput } from '../headless/output.ts';
import { reportText } from '../headless/report.ts';
import { formatNumber, t, tn } from '../lang/lang.ts';
import { storeText } from '../store/sentences.ts';
import { visible } from '../text/sanitize.ts';
import { createTimeFormat } from '../text/time-format.ts';
import { failureText } from './failure.ts';
import { createServiceManager, sayBySystemdNotify } from './service-manager.ts';
import { createSummary } from './summary.ts';

export interface HeadlessSettings {
  /** `none`: an output prints there. */
  readonly format: 'text' | 'ndjson' | 'none';
  /** Reads configuration and rules once more, for a reload; without it SIGHUP ends the program. */
  readonly again?: (() => Promise<EngineOptions>) | undefined;
}

/** Without one nobody can hang up: SIGHUP then means that the configuration changed (daemon(7)). */
function hasControllingTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Puts what changed in force; what is wrong with it is said, and the old stays. Resolves to what the service manager is to show of it. */
async function reload(engine: Engine, again: () => Promise<EngineOptions>): Promise<string> {
  try {
    const restart = await engine.reload(await again());
    const rest = restart.length === 0 ? '' : `; ${t('these settings need a restart: {settings}', { settings: restart.join(', ') })}`;
    process.stderr.write(`secmon: ${t('configuration and rules loaded again')}${rest}\n`);
    return rest;
  } catch (error) {
    const why = t('nothing was reloaded, as something is wrong: {why}', { why: failureText(error) });
    engine.notice(why);
    process.stderr.write(`secmon: ${why}\n`);
    return `; ${why}`;
  }
}

/** How the engine is, for the service manager. */
function statusText({ sources, incidents }: Engine): string {
  const statuses = sources.statuses();
  return tn(
    statuses.length,
    'watching {n} source; lines read: {lines}, incidents open: {incidents}',
    'watching {n} sources; lines read: {lines}, incidents open: {incidents}',
    {
      lines: formatNumber(statuses.reduce((sum, { lines }) => sum + lines, 0)),
      incidents: formatNumber(incidents().filter(({ state }) => state !== 'closed').length),
    },
  );
}

/** Lines held for a screen that may attach; one that is there from the start has more. */
const HELD_HEADLESS = 8_000;

/** Follows and prints until the input ends or a signal comes; the exit code. */
export async function runHeadless(options: EngineOptions, { format, again }: HeadlessSettings): Promise<number> {
  let stop = (): void => {};
  // From the first moment on: opening the engine starts commands, which must end with it.
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let hangUp = stop;
  process.once('SIGINT', () => stop());
  process.once('SIGTERM', () => stop());
  process.on('SIGHUP', () => hangUp());
  // It goes with the terminal.
  process.stderr.on('error', () => {});
  const output = createOutput(process.stdout, { live: true, onGone: () => stop() });
  const summary = createSummary();
  const time = createTimeFormat(options.timeZone);
  let door: ScreenServer | undefined;
  const { openEngine } = await import('../engine/engine.ts');
  const held: EngineOptions = { ...options, heldLines: options.heldLines ?? HELD_HEADLESS };
  const engine = await openEngine(held, {
    clock: systemClock,
    emit(event) {
      if (event.type === 'notify') door?.tell(event);
    },
    onLine(processed) {
      summary.add(processed);
      const { detection, line, eventId } = processed;
      if (!detection || format === 'none') return;
      output.line(
        format === 'text'
          ? detectionText(detection, { source: line.sourceName, time })
          : JSON.stringify(
              ecsDetection(detection, { id: eventId, sequence: line.sequence, source: line.sourceName, fallbackMs: systemClock.now() }),
            ),
      );
    },
    onIncidents(changed) {
      if (format !== 'ndjson') return;
      for (const incident of changed) if (incident.state === 'closed') output.line(JSON.stringify(ecsIncident(incident)));
    },
    onRetired: summary.incidents,
    onNotice: (text) => void process.stderr.write(`secmon: ${visible(text)}\n`),
  });
  if (options.persist && engine.memoryOnly !== '')
    process.stderr.write(`secmon: ${t('the state is in memory only: {reason}', { reason: storeText(engine.memoryOnly) })}\n`);
  door = await openDoor(engine, options, { clock: systemClock, env: process.env });
  let ofReload = '';
  const status = (): string => `${statusText(engine)}${ofReload}`;
  const manager = createServiceManager({ env: process.env, clock: systemClock, status, say: sayBySystemdNotify() });
  const run = engine.run();
  if (again !== undefined && !hasControllingTerminal())
    hangUp = () => {
      manager.reloading();
      void reload(engine, again).then((rest) => {
        ofReload = rest;
        manager.ready();
      });
    };
  manager.ready();
  await Promise.race([run, stopped]);
  manager.stopping();
  await engine.sources.stop();
  if (format === 'ndjson') {
    for (const incident of engine.incidents()) if (incident.state !== 'closed') output.line(JSON.stringify(ecsIncident(incident)));
  } else if (format === 'text') output.line(manager.isListening ? status() : `\n${reportText(summary.result(engine), time)}`);
  await output.end();
  const failed = engine.sources.statuses().filter((s) => s.state === 'failed');
  manager.end();
  await door?.close();
  await engine.client.close();
  return failed.length > 0 ? 2 : 0;
}
