import type { MetricFamily, Sample } from './family.ts';

/** Content types of the two text formats. */
export const CONTENT_TYPES = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;
export type Exposition = keyof typeof CONTENT_TYPES;

/** A label's value comes from configuration and file names: no longer, whatever it is. */
const MAX_LABEL_CHARACTERS = 128;

/** The families in the text format of Prometheus 0.0.4, or in OpenMetrics 1.0. */
export function writeExposition(families: readonly MetricFamily[], format: Exposition): string {
  const text = families.map((family) => writeFamily(family, format)).join('');
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

/** In OpenMetrics a counter's family has no suffix and its samples have `_total`; in Prometheus both have it. */
function writeFamily({ name, type, help, unit, samples }: MetricFamily, format: Exposition): string {
  const sampleName = type === 'counter' ? `${name}_total` : name;
  const familyName = format === 'openmetrics' ? name : sampleName;
  const lines = [`# HELP ${familyName} ${escapeHelp(help, format)}`, `# TYPE ${familyName} ${type}`];
  if (format === 'openmetrics' && unit !== undefined) lines.push(`# UNIT ${familyName} ${unit}`);
  return `${[...lines, ...samples.map((sample) => writeSample(sampleName, sample))].join('\n')}\n`;
}

function writeSample(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${writeNumber(value)}`;
}

const writeNumber = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);

/** Backslash, quotation mark and line feed; other controls and lone surrogates have no place in either format. */
function escapeLabel(text: string): string {
  return text
    .slice(0, MAX_LABEL_CHARACTERS)
    .replace(/[\x00-\x09\x0b-\x1f\x7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ' ')
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

function escapeHelp(text: string, format: Exposition): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped;
}

const MAX_ACCEPT_CHARACTERS = 2_000;

/**
 * The format that an `Accept` header prefers (RFC 9110, 12.5.1): OpenMetrics only where it is named, with a weight not below that of
 * plain text.
 */
export function negotiate(accept: string | undefined): Exposition {
  let openmetrics = 0;
  let plain = 0;
  for (const range of (accept ?? '').slice(0, MAX_ACCEPT_CHARACTERS).toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const version = parameters.find((one) => one.startsWith('version='))?.slice('version='.length) ?? '1.0.0';
    if (type === 'application/openmetrics-text' && /^"?1\.\d/.test(version)) openmetrics = Math.max(openmetrics, weightOf(parameters));
    if (type === 'text/plain') plain = Math.max(plain, weightOf(parameters));
  }
  return openmetrics > 0 && openmetrics >= plain ? 'openmetrics' : 'prometheus';
}

function weightOf(parameters: readonly string[]): number {
  const text = parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1';
  return /^[01](?:\.\d{0,3})?$/.test(text) ? Math.min(Number(text), 1) : 0;
}
