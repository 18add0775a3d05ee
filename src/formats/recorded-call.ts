import { type Draft, putAddress, putVerbatim } from './draft.ts';
import { type Leaf, leafText } from './json-scan.ts';

/** Where a platform's audit log has what; of several names the first that has a value counts. Numbers in paths are elements of lists. */
interface CallRecord {
  /** Only records of calls have all of these. */
  readonly signs: readonly string[];
  readonly address: readonly string[];
  readonly user: readonly string[];
  /** What was called, joined by a space. */
  readonly call: readonly string[];
  /** How it went, joined by a space. */
  readonly result: readonly string[];
}

/**
 * AWS CloudTrail's record contents, Kubernetes' audit.k8s.io/v1 Event, Google Cloud's AuditLog, Azure's activity and sign-in log schema. Of Kubernetes' list of
 * addresses only the last is the API server's own, those before it come from X-Forwarded-For.
 */
const RECORDS: readonly CallRecord[] = [
  {
    signs: ['eventSource', 'eventName'],
    address: ['sourceIPAddress'],
    user: ['userIdentity.userName', 'userIdentity.arn', 'userIdentity.principalId'],
    call: ['eventName'],
    result: ['errorCode', 'errorMessage', 'responseElements.ConsoleLogin'],
  },
  {
    signs: ['auditID', 'requestURI'],
    address: ['sourceIPs.3', 'sourceIPs.2', 'sourceIPs.1', 'sourceIPs.0'],
    user: ['user.username'],
    call: ['verb', 'requestURI'],
    result: ['responseStatus.code', 'responseStatus.reason', 'responseStatus.message'],
  },
  {
    signs: ['protoPayload.methodName'],
    address: ['protoPayload.requestMetadata.callerIp'],
    user: ['protoPayload.authenticationInfo.principalEmail'],
    call: ['protoPayload.methodName'],
    result: ['protoPayload.status.code', 'protoPayload.status.message'],
  },
  {
    signs: ['operationName', 'callerIpAddress'],
    address: ['callerIpAddress'],
    user: ['properties.userPrincipalName', 'identity', 'caller'],
    call: ['operationName'],
    result: ['resultType', 'resultSignature', 'resultDescription', 'properties.status.failureReason'],
  },
];

const MAX_RESULT = 300;

/** Reads the record of a call to a platform: address, account, what was called as target (without its query), call and result as message. False when it is none. */
export function putCall(entry: Draft, leaves: readonly Leaf[]): boolean {
  const fields = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  const record = RECORDS.find(({ signs }) => signs.every((sign) => fields.has(sign)));
  if (record === undefined) return false;
  const text = (path: string): string => {
    const leaf = fields.get(path);
    return leaf === undefined || leaf.kind === 'array' ? '' : leafText(entry.raw, leaf);
  };
  const first = (paths: readonly string[]): Leaf | undefined => fields.get(paths.find((path) => text(path) !== '') ?? '');
  const address = first(record.address);
  const user = first(record.user);
  if (address !== undefined) putAddress(entry, 'address', address.start, address.end);
  if (user !== undefined) putVerbatim(entry, 'user', user.start, user.end);
  entry.target = joined(record.call.map((path) => text(path).split('?', 1)[0] ?? ''));
  entry.message = joined([entry.target, ...record.result.map((path) => text(path).slice(0, MAX_RESULT))]);
  const agent = first(['userAgent', 'protoPayload.requestMetadata.callerSuppliedUserAgent']);
  if (agent !== undefined) putVerbatim(entry, 'userAgent', agent.start, agent.end);
  entry.program = text('eventSource') || text('protoPayload.serviceName') || text('apiVersion') || 'platform';
  return true;
}

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '' && text !== 'null').join(' ');
