import { t } from '../../lang/lang.ts';
import type { Secret } from '../../settings/secret.ts';
import { hostAndPort } from '../address.ts';
import { reasonOf } from '../clean-reason.ts';
import type { Peer } from '../connection.ts';
import { documentId } from '../document-id.ts';
import { createHttpClient } from '../http-request.ts';
import type { Output } from '../output.ts';
import type { OutputRecord, RecordKind } from '../record.ts';
import { readBulkAnswer } from './bulk-answer.ts';

export interface ElasticsearchSettings {
  readonly peer: Peer;
  /** Before `/_bulk`, for a proxy; `''` for none. */
  readonly path: string;
  /** Elasticsearch's API key, base64 as it is shown when it is made. */
  readonly apiKey?: Secret | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** Last part of the data streams' names. */
  readonly namespace: string;
}

const BATCH = { records: 1_000, bytes: 2 * 1_024 * 1_024 } as const;
/** An answer has some 200 bytes an item, with a reason more. */
const MAX_ANSWER_BYTES = 8 * 1_024 * 1_024;
/** What may stand in a header's value (RFC 9110, 5.5). */
const HEADER_VALUE = /^[\x20-\x7e]{1,8192}$/;

/**
 * Elasticsearch or OpenSearch through the bulk API, into the data streams `logs-secmon.detection-NAMESPACE`,
 * `logs-secmon.incident-NAMESPACE` and `logs-secmon.check-NAMESPACE`. Data streams take only `create`; what was found twice has one id (see
 * {@link documentId}), so that one sent again is no second one. Taken is what the answer says of each item.
 */
export function createElasticsearch(settings: ElasticsearchSettings): Output {
  const { peer, path, namespace } = settings;
  const destination = `elasticsearch+${peer.tls === undefined ? 'http' : 'https'}://${hostAndPort(peer)}${path}`;
  const client = createHttpClient(peer);
  const secrets = [settings.apiKey, settings.password];
  return {
    type: 'elasticsearch',
    destination,
    batch: BATCH,
    async send(records, signal) {
      try {
        const headers = { 'content-type': 'application/x-ndjson', accept: 'application/json', ...authorization(settings) };
        const body = Buffer.from(records.map((record) => bulkLines(record, namespace)).join(''));
        const answer = await client.post({ path: `${path}/_bulk`, headers, body, maxAnswerBytes: MAX_ANSWER_BYTES }, signal);
        return readBulkAnswer(answer, records, { destination, secrets });
      } catch (error) {
        return { ok: false, reason: t('cannot reach {destination}: {reason}', { destination, reason: reasonOf(error, secrets) }) };
      }
    },
    close: async () => client.close(),
  };
}

/** The action and the document with its data stream's name in it, two lines. */
function bulkLines(record: OutputRecord, namespace: string): string {
  const { kind, text } = record;
  const dataset = `secmon.${kind satisfies RecordKind}`;
  const stream = `{"type":"logs","dataset":"${dataset}","namespace":"${namespace}"}`;
  return `{"create":{"_index":"logs-${dataset}-${namespace}","_id":"${documentId(record)}"}}\n{"data_stream":${stream},${text.slice(1)}\n`;
}

function authorization({ apiKey, user, password }: ElasticsearchSettings): Readonly<Record<string, string>> {
  const value =
    apiKey !== undefined
      ? `ApiKey ${apiKey.reveal()}`
      : user !== undefined
        ? `Basic ${Buffer.from(`${user}:${password?.reveal() ?? ''}`).toString('base64')}`
        : '';
  if (value === '') return {};
  // Node would quote the value in its error.
  if (!HEADER_VALUE.test(value)) throw new Error(t('the key holds a character that no header may have (a line end?)'));
  return { authorization: value };
}
