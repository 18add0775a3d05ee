import { createGathering, payloadOf } from '../../src/report/gather.ts';
import type { Dossier, ReportData } from '../../src/report/report-data.ts';
import { detection, entry, incident } from '../make.ts';

const START_MS = Date.UTC(2026, 2, 2, 2);

/** A report about lines whose every text is `text`. */
export function reportOf(text: string, fields: Partial<ReportData> = {}): ReportData {
  const gathering = createGathering();
  const lines = Array.from({ length: 6 }, (_, i) => {
    const own = entry({
      timeMs: START_MS + i * 60_000,
      target: `/${text}?id=${text}`,
      userAgent: text,
      host: text,
      method: text,
      address: i % 2 === 0 ? '203.0.113.66' : text,
      status: [200, 301, 404, 500][i % 4] ?? 0,
    });
    const found = detection('sqli', 'high', { entry: own, success: i === 3, note: i === 3 ? text : '', outcome: 'answered' });
    const hits = found.hits.map((hit) => ({
      ...hit,
      matches: hit.matches.map((match) => ({ ...match, text, span: { start: 1, end: 1 + text.length } })),
    }));
    return { entry: own, detection: i % 2 === 0 ? { ...found, hits } : undefined, source: text, sequence: i + 1 };
  });
  for (const line of lines) gathering.add(line);
  const payloads = lines.flatMap((line) => (line.detection ? [payloadOf(line, line.detection)] : []));
  return {
    ...gathering.result({ offsetMs: 0 }),
    subject: text,
    limits: [text],
    createdMs: START_MS + 3_600_000,
    version: '1.2.3',
    host: text,
    timeZone: 'UTC',
    sources: [{ id: 1, name: text, state: 'ended', detail: text, format: text, lines: 6, unparsed: 1, cut: 0, lastLineMs: undefined }],
    dossiers: [
      dossierOf(text, payloads),
      {
        ...dossierOf(text, []),
        incident: incident({ id: 'b', actor: '', target: { kind: 'path', value: text }, related: [text], relatedCount: 3 }),
      },
    ],
    incidentCount: 2,
    leftOut: [text],
    ...fields,
  };
}

/** A dossier whose every text is `text`. */
export function dossierOf(text: string, payloads: Dossier['payloads']): Dossier {
  return {
    incident: incident({
      actor: text === '' ? '203.0.113.66' : text,
      title: text,
      sources: [text],
      startMs: START_MS,
      endMs: START_MS + 300_000,
      notes: [{ atMs: START_MS, by: text, text }],
    }),
    who: { country: text, network: text, tags: [text] },
    story: (['first', 'step', 'gap', 'note'] as const).map((kind, i) => ({
      kind,
      timeMs: START_MS + i * 60_000,
      endMs: START_MS + i * 60_000,
      stage: 'attempt',
      severity: 'high',
      count: 1,
      text,
    })),
    payloads,
    steps: [text, `Check what ${text} answered.`],
  };
}
