import { createConnection } from 'node:net';
import { t } from '../lang/lang.ts';
import { HELPER_VERSION, type HelperProtocol, type HelperType, readReply } from './requests.ts';

/** The helper could not be asked, or refused; the message is one sentence with what to do. */
export class HelperError extends Error {
  override readonly name = 'HelperError';
  /** True when nobody answered at all. */
  readonly isUnreachable: boolean;
  constructor(message: string, { isUnreachable = false, cause }: { readonly isUnreachable?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.isUnreachable = isUnreachable;
  }
}

export interface AskOptions {
  /** Path of the helper's socket. */
  readonly socket: string;
  /** How long nothing may come from the helper. */
  readonly patienceMs?: number;
  /** What a program prints that runs meanwhile. */
  readonly onOutput?: (output: string) => void;
}

/** Longer than any program that the helper runs for a ban may take. */
const PATIENCE_MS = 30_000;
/** One answer is not longer. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Asks the helper for one thing. Rejects with {@link HelperError}. */
export function askHelper<K extends HelperType>(
  type: K,
  request: HelperProtocol[K]['request'],
  { socket: path, patienceMs = PATIENCE_MS, onOutput = () => {} }: AskOptions,
): Promise<HelperProtocol[K]['reply']> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    let held: Buffer[] = [];
    let heldBytes = 0;
    const fail = (error: HelperError): void => {
      reject(error);
      socket.destroy();
    };
    const takeLine = (line: string): void => {
      const answer = readAnswer(line);
      if (answer === undefined) fail(new HelperError(t('what answers at {path} is no secmon helper', { path })));
      else if ('output' in answer) onOutput(answer.output);
      else if (!answer.ok) fail(new HelperError(refusalText(answer, type)));
      else {
        const reply = readReply(type, answer.reply);
        if (reply === undefined) fail(new HelperError(t('the helper at {path} answered what this secmon does not understand', { path })));
        else resolve(reply);
        socket.end();
      }
    };
    socket.setTimeout(patienceMs, () =>
      fail(new HelperError(t('the helper did not answer within {seconds} s', { seconds: patienceMs / 1000 }))),
    );
    socket.on('error', (error: NodeJS.ErrnoException) => fail(connectionError(error, path)));
    socket.on('data', (bytes) => {
      held.push(bytes);
      heldBytes += bytes.length;
      if (heldBytes > MAX_ANSWER_BYTES) return fail(new HelperError(t('the helper answered too much')));
      if (!bytes.includes(0x0a)) return;
      const lines = Buffer.concat(held).toString('utf8').split('\n');
      const rest = Buffer.from(lines.pop() ?? '');
      held = [rest];
      heldBytes = rest.length;
      for (const line of lines) takeLine(line);
    });
    socket.on('close', () => fail(new HelperError(t('the helper ended without an answer: see journalctl -u "secmon-helper@*"'))));
    socket.write(`${JSON.stringify({ version: HELPER_VERSION, type, ...request })}\n`);
  });
}

type Answer =
  | { readonly output: string }
  | { readonly ok: true; readonly reply: unknown }
  | { readonly ok: false; readonly reason: string; readonly text: string };

function readAnswer(line: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, output, ok, reply, reason, text } = value as Record<string, unknown>;
  if (typeof version !== 'number') return undefined;
  if (typeof output === 'string') return { output };
  if (ok === true) return { ok, reply };
  return ok === false && typeof reason === 'string' && typeof text === 'string' ? { ok, reason, text } : undefined;
}

function refusalText({ reason, text }: { readonly reason: string; readonly text: string }, type: HelperType): string {
  if (reason === 'unknown')
    return t(
      'the helper is older or newer than this secmon and does not know "{type}": stop and start it, sudo systemctl restart secmon-helper.socket',
      { type },
    );
  if (reason === 'invalid') return t('the helper did not accept "{type}" as it was asked', { type });
  return text;
}

function connectionError(cause: NodeJS.ErrnoException, path: string): HelperError {
  const unreachable = (message: string): HelperError => new HelperError(message, { isUnreachable: true, cause });
  switch (cause.code) {
    case 'EACCES':
      return unreachable(t('this user may not talk to the helper at {path}: sudo usermod -aG secmon USER, then log in again', { path }));
    case 'ECONNREFUSED':
      return unreachable(t('nobody answers at {path}: the helper has ended; sudo systemctl restart secmon-helper.socket', { path }));
    case 'ENOENT':
      return unreachable(t('there is no helper at {path}: secmon setup helper --print says how to install it', { path }));
    default:
      return unreachable(t('the helper at {path} cannot be reached ({code})', { path, code: cause.code ?? '' }));
  }
}
