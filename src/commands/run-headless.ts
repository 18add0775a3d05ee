import { systemClock } from '../clock/clock.ts';
import { ecsDetection, ecsIncident } from '../ecs/ecs.ts';
import { openEngine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import { detectionText } from '../headless/detection-text.ts';
import { createOutput } from '../headless/output.ts';
import { reportText } from '../headless/report.ts';
import { createTimeFormat } from '../text/time-format.ts';
import { createSummary } from './summary.ts';

/** Follows and prints until the input ends or a signal comes; the exit code. */
export async function runHeadless(options: EngineOptions, { format }: { format: 'text' | 'ndjson' }): Promise<number> {
  let stop = (): void => {};
  const output = createOutput(process.stdout, { live: true, onGone: () => stop() });
  const summary = createSummary();
  const time = createTimeFormat(options.timeZone);
  const engine = await openEngine(options, {
    clock: systemClock,
    emit: () => {},
    onLine(processed) {
      summary.add(processed);
      const { detection, line } = processed;
      if (!detection) return;
      output.line(
        format === 'text'
          ? detectionText(detection, { source: line.sourceName, time })
          : JSON.stringify(ecsDetection(detection, { sequence: line.sequence, source: line.sourceName, fallbackMs: systemClock.now() })),
      );
    },
    onIncidents(changed) {
      if (format !== 'ndjson') return;
      for (const incident of changed) if (incident.state === 'closed') output.line(JSON.stringify(ecsIncident(incident)));
    },
    onRetired: summary.incidents,
  });
  for (const refusal of engine.refusedRules) process.stderr.write(`secmon: rule refused: ${refusal}\n`);
  const run = engine.run();
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.once('SIGHUP', resolve);
  });
  await Promise.race([run, stopped]);
  await engine.sources.stop();
  if (format === 'ndjson') {
    for (const incident of engine.incidents()) if (incident.state !== 'closed') output.line(JSON.stringify(ecsIncident(incident)));
  } else output.line(`\n${reportText(summary.result(engine), time)}`);
  await output.end();
  const failed = engine.sources.statuses().filter((s) => s.state === 'failed');
  for (const source of failed) process.stderr.write(`secmon: ${source.name}: ${source.detail}\n`);
  await engine.client.close();
  return failed.length > 0 ? 2 : 0;
}
