import { msg } from '../lang/lang.ts';
import type { Draft } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { isRejection } from './format.ts';
import { createLeafReader } from './json.ts';
import { createNaming } from './json-names.ts';
import type { Leaf } from './json-scan.ts';
import { plainEntry } from './plain.ts';
import { sampleContext } from './sample-context.ts';

const NO_HEADER: Rejection = { reason: msg('no header row of known names') };
const NO_ROW: Rejection = { reason: msg('another number of cells than the header row') };
const SEPARATORS = [',', ';', '\t'] as const;
const NAME = /^[\p{L}_@][\p{L}\d_.@ ()/-]{0,63}$/u;
const MAX_COLUMNS = 128;
/** Of so many columns the names have to be known: a row of values must not pass for a header. */
const LEAST_KNOWN = 3;
const QUOTE = 34;

interface Header {
  readonly separator: string;
  readonly names: readonly string[];
}

/** Comma-separated values with a header row (RFC 4180; also semicolons or tabs). The names are those that JSON logs have, with spaces for `_`. */
function createCsvParser(context: FormatContext): LineParser {
  const read = createLeafReader(context);
  const naming = createNaming();
  let header: Header | undefined;
  return {
    parse(line) {
      const found = headerOf(line, (name) => naming(name).some(({ role }) => role !== 'evidence'));
      if (found !== undefined) {
        header = found;
        return plainEntry(line);
      }
      if (header === undefined) return NO_HEADER;
      const cells = cellsOf(line, header.separator);
      if (cells === undefined || cells.length !== header.names.length) return NO_ROW;
      const leaves = cells.map((cell, i): Leaf => ({ ...cell, path: header?.names[i] ?? '', kind: 'string' }));
      return undoubled(read(line, leaves));
    },
  };
}

function headerOf(line: string, isKnown: (name: string) => boolean): Header | undefined {
  if (line.length > 4096) return undefined;
  for (const separator of SEPARATORS) {
    if (!line.includes(separator)) continue;
    const names = cellsOf(line, separator)?.map(({ start, end }) => line.slice(start, end).trim());
    if (names === undefined || !names.every((name) => NAME.test(name))) continue;
    const plain = names.map((name) => name.replace(/[ /()]+/g, '_').replace(/_+$/, ''));
    if (plain.filter(isKnown).length >= LEAST_KNOWN) return { separator, names: plain };
  }
  return undefined;
}

/** Where the cells stand, without their quotes; undefined when a quote is not closed or there are too many. */
function cellsOf(line: string, separator: string): { start: number; end: number }[] | undefined {
  const cells: { start: number; end: number }[] = [];
  let at = 0;
  while (cells.length < MAX_COLUMNS) {
    if (line.charCodeAt(at) === QUOTE) {
      const close = closingCsvQuote(line, at + 1);
      if (close < 0 || (close + 1 < line.length && !line.startsWith(separator, close + 1))) return undefined;
      cells.push({ start: at + 1, end: close });
      at = close + 2;
      if (close + 1 >= line.length) return cells;
    } else {
      const next = line.indexOf(separator, at);
      cells.push({ start: at, end: next < 0 ? line.length : next });
      if (next < 0) return cells;
      at = next + 1;
    }
  }
  return undefined;
}

/** The quote that ends a cell: two in a row stand for one of its text. */
function closingCsvQuote(line: string, from: number): number {
  let quote = line.indexOf('"', from);
  while (quote >= 0 && line.charCodeAt(quote + 1) === QUOTE) quote = line.indexOf('"', quote + 2);
  return quote;
}

/** Undoes doubled quotes; what they stand for is then no text of the line. */
function undoubled(entry: Draft): Draft {
  for (const field of ['method', 'target', 'protocol', 'host', 'referer', 'userAgent', 'user', 'message', 'forwardedFor'] as const) {
    if (!entry[field].includes('""')) continue;
    entry[field] = entry[field].replaceAll('""', '"');
    delete entry.spans[field];
  }
  return entry;
}

/** A sample has to begin with its header row. */
const score: Format['score'] = (sample) => {
  const parser = createCsvParser(sampleContext);
  const [first] = sample;
  if (first === undefined || isRejection(parser.parse(first))) return 0;
  return (1 + sample.slice(1).filter((line) => !isRejection(parser.parse(line))).length) / sample.length;
};

export const csv: Format = { id: 'csv', title: 'CSV', score, create: createCsvParser };
