import type { z } from 'zod';
import { msg, t } from '../lang/lang.ts';
import { SYSLOG_FACILITIES, type SyslogFacility } from '../net/syslog.ts';
import type { SchemaKit } from '../settings/schema-kit.ts';
import { type OutputType, parseAddress } from './address.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
/** What may stand between the hyphens of a data stream's name. */
const NAMESPACE = /^[a-z0-9][a-z0-9_.]{0,99}$/;
const MEBIBYTE = 1_024 * 1_024;
const FACILITIES = Object.keys(SYSLOG_FACILITIES) as SyslogFacility[];
const MOST_OUTPUTS = 20;

/** Settings beside `url` that each kind of output knows. */
const KNOWN: Readonly<Record<OutputType, readonly string[]>> = {
  logstash: ['tls'],
  elasticsearch: ['tls', 'api_key', 'user', 'password', 'namespace'],
  fluent: ['tls', 'shared_key', 'user', 'password'],
  syslog: ['tls', 'facility', 'max_message_bytes'],
  file: ['max_bytes', 'keep'],
  stdout: [],
};
const COMMON = ['url', 'buffer_mb'];

/** One place where findings go. */
export function outputSchema(kit: SchemaKit) {
  const { z } = kit;
  return z
    .strictObject({
      url: z
        .string()
        .min(1)
        .describe(
          '`logstash+tcp://HOST:PORT`, `logstash+tls://`, `elasticsearch+https://HOST:9200` (OpenSearch, too), `elasticsearch+http://`, `fluent://HOST:24224`, `fluent+tls://`, `syslog+udp://`, `syslog+tcp://`, `syslog+tls://`, `file:/path` or `-`.',
        )
        .meta({ example: 'elasticsearch+https://es.example.org:9200' }),
      api_key: kit.secret('Elasticsearch: an API key that may create documents, base64 as it is shown when it is made.').optional(),
      user: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Elasticsearch: basic authentication. Fluent: where the server asks for a user.'),
      password: kit.secret('Password of that user.').optional(),
      shared_key: kit.secret('Fluent: the shared key of the server.').optional(),
      tls: z
        .strictObject({
          ca: z.string().min(1).optional().describe('File with the certificate authority that signed the server, PEM.'),
          cert: z.string().min(1).optional().describe('File with a certificate of our own, PEM, for servers that ask for one.'),
          key: z.string().min(1).optional().describe('File with its key, PEM.'),
          insecure: z.boolean().default(false).describe('Accept any certificate: encrypted, but not against somebody in between.'),
        })
        .optional()
        .describe('For addresses that are encrypted.'),
      namespace: z
        .string()
        .regex(NAMESPACE, { error: msg('expected lower-case letters and digits') })
        .optional()
        .describe(
          'Elasticsearch: last part of the data streams `logs-secmon.detection-…`, `logs-secmon.incident-…` and `logs-secmon.check-…`; `default` without it.',
        ),
      facility: z.enum(FACILITIES).optional().describe('Syslog: what kind of program the messages come from; `authpriv` without it.'),
      max_message_bytes: z
        .int()
        .min(1_024)
        .max(1_000_000)
        .optional()
        .describe('Syslog: the longest message; longer documents are cut. 8192 without it, by UDP 2048.'),
      max_bytes: z
        .int()
        .min(MEBIBYTE)
        .max(1_000_000 * MEBIBYTE)
        .optional()
        .describe('File: it is set aside as `path.1` before it grows beyond; 100 MiB without it.'),
      keep: z.int().min(0).max(1_000).optional().describe('File: how many files set aside are kept; 5 without it.'),
      buffer_mb: z
        .int()
        .min(1)
        .max(100_000)
        .default(256)
        .describe(
          'How much may wait in the state directory while the other end cannot be reached, MiB. What comes when it is full is dropped, and counted.',
        ),
    })
    .superRefine((output, context) => {
      for (const { path, message } of problems(output)) context.addIssue({ code: 'custom', path, message });
    });
}

export type OutputConfig = z.infer<ReturnType<typeof outputSchema>>;

/** The setting `outputs`, for the whole configuration's schema. */
export function outputsField(kit: SchemaKit) {
  const { z } = kit;
  return z
    .record(z.string().regex(NAME, { error: msg('expected a name of letters, digits, dots, hyphens, at most 40') }), outputSchema(kit))
    .refine((outputs) => Object.keys(outputs).length <= MOST_OUTPUTS, { error: `expected at most ${MOST_OUTPUTS} outputs` })
    .default({})
    .describe('Where detections, incidents and findings of checks go as they come, by a name of your choice. See docs/outputs.')
    .meta({ example: { elk: { url: 'elasticsearch+https://es.example.org:9200', api_key: '${env:ES_API_KEY}' } } });
}

interface Problem {
  readonly path: string[];
  readonly message: string;
}

type Given = {
  readonly url: string;
  readonly user?: unknown;
  readonly password?: unknown;
  readonly api_key?: unknown;
  readonly shared_key?: unknown;
} & {
  readonly tls?: { readonly cert?: string | undefined; readonly key?: string | undefined } | undefined;
};

/** What of an output does not go together. */
function problems(output: Given): Problem[] {
  const address = parseAddress(output.url);
  if ('problem' in address) return [{ path: ['url'], message: address.problem }];
  const known = [...COMMON, ...KNOWN[address.type]];
  const found: Problem[] = Object.entries(output)
    .filter(([key, value]) => value !== undefined && !known.includes(key))
    .map(([key]) => ({
      path: [key],
      message: t('does not belong to {output}', { output: address.type === 'stdout' ? t('standard output') : address.type }),
    }));
  if (output.tls !== undefined && 'tls' in address && !address.tls)
    found.push({ path: ['tls'], message: t('the address is one in the clear') });
  if ((output.tls?.cert === undefined) !== (output.tls?.key === undefined))
    found.push({ path: ['tls'], message: t('`cert` and `key` go together') });
  if (output.api_key !== undefined && output.user !== undefined)
    found.push({ path: ['api_key'], message: t('either `api_key` or `user`') });
  if (output.password !== undefined && output.user === undefined) found.push({ path: ['password'], message: t('goes with `user`') });
  if (address.type === 'fluent' && output.user !== undefined && output.shared_key === undefined)
    found.push({ path: ['user'], message: t('goes with `shared_key`') });
  return found;
}
