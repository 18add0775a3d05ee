import { type Command, Option } from 'commander';
import { systemClock } from '../clock/clock.ts';
import { ecsDetection, ecsIncident } from '../ecs/ecs.ts';
import type { Engine } from '../engine/engine.ts';
import type { Processed } from '../engine/pipeline.ts';
import { CSV_HEADER, csvRow } from '../headless/csv.ts';
import { createOutput, type Output } from '../headless/output.ts';
import { reportText } from '../headless/report.ts';
import { t } from '../lang/lang.ts';
import { SEVERITIES, type Severity } from '../model/detection.ts';
import type { Incident } from '../model/incident.ts';
import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';
import {
  addInputFlags,
  addOutputFlag,
  engineSettings,
  type InputFlags,
  sourceSpecs,
  standardInputHasLines,
  UsageError,
} from './engine-options.ts';
import { notHandedOver, writesToStdout } from './output-flags.ts';
import { showProgress, stopOnSignal } from './reading.ts';
import { delivered, needState, notDelivered, onlyTouched, sinceLastOptions } from './since-last.ts';
import { createSummary, type Summary } from './summary.ts';

const FORMATS = ['text', 'ndjson', 'json', 'csv'] as const;
type Format = (typeof FORMATS)[number];

interface ScanFlags extends InputFlags {
  readonly format: Format;
  readonly failOn: Severity;
  readonly sinceLast?: boolean;
  readonly alert?: boolean;
  readonly output?: readonly string[];
}

/** What a format does with detections and incidents as they come, and at the end. */
interface Writer {
  detection(processed: Processed): void;
  /** Those of which nothing more will be heard. */
  incidents(retired: readonly Incident[]): void;
  end(engine: Engine, summary: Summary): void;
}

/** Incidents are written once, in their last form: some on the way, and at the end those still held. */
function ndjsonWriter(output: Output): Writer {
  return {
    detection: ({ detection, line, eventId }) => {
      if (detection)
        output.line(
          JSON.stringify(
            ecsDetection(detection, { id: eventId, sequence: line.sequence, source: line.sourceName, fallbackMs: systemClock.now() }),
          ),
        );
    },
    incidents(retired) {
      for (const incident of retired) output.line(JSON.stringify(ecsIncident(incident)));
    },
    end(engine) {
      for (const incident of engine.incidents()) output.line(JSON.stringify(ecsIncident(incident)));
    },
  };
}

function csvWriter(output: Output): Writer {
  output.line(CSV_HEADER);
  return {
    detection: ({ detection, line }) => {
      if (detection) output.line(csvRow(detection, { sequence: line.sequence, source: line.sourceName, fallbackMs: systemClock.now() }));
    },
    incidents: () => {},
    end: () => {},
  };
}

const reportWriter = (output: Output, print: (engine: Engine, summary: Summary) => string): Writer => ({
  detection: () => {},
  incidents: () => {},
  end: (engine, summary) => output.line(print(engine, summary)),
});

function writerFor(format: Format, output: Output, time: TimeFormat): Writer {
  switch (format) {
    case 'ndjson':
      return ndjsonWriter(output);
    case 'csv':
      return csvWriter(output);
    case 'json':
      return reportWriter(output, (engine, summary) => JSON.stringify(summary.result(engine), null, 2));
    case 'text':
      return reportWriter(output, (engine, summary) => reportText(summary.result(engine), time));
  }
}

/** Reads everything to its end; the exit code (design: 0 nothing at or above `--fail-on`, 1 something, 2 could not do its work). */
async function scan(paths: readonly string[], flags: ScanFlags): Promise<number> {
  const sources = sourceSpecs(
    paths,
    flags,
    paths.includes('-') || (paths.length === 0 && (flags.exec ?? []).length === 0 && standardInputHasLines()),
  );
  if (sources.length === 0) throw new UsageError(t('scan needs something to read: name files, or pipe lines into it'));
  const { sinceLast = false, alert = false } = flags;
  if (alert && !sinceLast) throw new UsageError(t('--alert goes with --since-last: only what was not there at the last run is told'));
  const settings = await engineSettings({ sources, flags, follow: false, persist: sinceLast, outputs: flags.output });
  if (writesToStdout(settings)) throw new UsageError(t('scan prints there already: say --format ndjson instead of --output -'));
  const options = sinceLast ? sinceLastOptions(settings.options, settings.config, alert) : settings.options;
  const output = createOutput(process.stdout, { live: false, onGone: () => process.exit(0) });
  const writer = writerFor(flags.format, output, createTimeFormat(options.timeZone));
  const startMs = systemClock.now();
  const summary = createSummary();
  const touched = new Set<string>();
  const { openEngine } = await import('../engine/engine.ts');
  const opened = await openEngine(options, {
    clock: systemClock,
    emit: () => {},
    onLine(processed) {
      summary.add(processed);
      if (processed.detection) writer.detection(processed);
    },
    onIncidents(changed) {
      if (sinceLast) for (const { id } of changed) touched.add(id);
    },
    onRetired(retired) {
      summary.incidents(retired);
      writer.incidents(retired);
    },
  });
  if (sinceLast) await needState(opened);
  const engine = sinceLast ? onlyTouched(opened, touched) : opened;
  for (const refusal of engine.refusedRules) process.stderr.write(`secmon: ${t('rule refused: {why}', { why: refusal })}\n`);
  const clearProgress = showProgress(engine);
  const signalled = stopOnSignal(() => void engine.sources.stop());
  await engine.run();
  clearProgress();
  const signal = signalled();
  if (signal) {
    // Commands that were read have ended; now the signal has its ordinary effect.
    await engine.client.close();
    process.kill(process.pid, signal);
    return 2;
  }
  writer.end(engine, summary);
  await output.end();
  const failed = engine.sources.statuses().filter((s) => s.state === 'failed');
  for (const source of failed) process.stderr.write(`secmon: ${source.name}: ${source.detail}\n`);
  const worst = summary.worst(engine);
  if (alert && !(await delivered(engine))) process.stderr.write(`secmon: ${t('some alerts still wait; the next run tries them again')}\n`);
  for (const text of alert ? notDelivered(engine, startMs) : []) process.stderr.write(`secmon: ${text}\n`);
  const left = await notHandedOver(engine);
  for (const text of left) process.stderr.write(`secmon: ${text}\n`);
  await engine.client.close();
  if (failed.length > 0 || left.length > 0) return 2;
  return worst !== undefined && SEVERITIES.indexOf(worst) >= SEVERITIES.indexOf(flags.failOn) ? 1 : 0;
}

export function addScanCommand(program: Command): void {
  const command = program
    .command('scan')
    .description('read logs to their end and report, without a screen')
    .argument('[paths...]', 'files, globs and .gz files; - for standard input; several are merged by time');
  addOutputFlag(addInputFlags(command))
    .addOption(new Option('--format <format>', 'how to report').choices(FORMATS).default('text'))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(SEVERITIES).default('high'))
    .option('--since-last', 'only what came since the last such run; the first one reads everything and remembers where it ended')
    .option('--alert', 'with --since-last: tell it by alerts.policy, each incident once (for cron)')
    .action(async (paths: string[], flags: ScanFlags) => {
      process.exitCode = await scan(paths, flags);
    });
}
