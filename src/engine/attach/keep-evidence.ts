import { t } from '../../lang/lang.ts';
import { keepEvidence, type WrittenEvidence } from '../../report/evidence-folder.ts';
import type { FromEngine, Port } from '../client.ts';
import type { Command, EvidencePack, EvidenceReply, Protocol } from '../protocol.ts';

type Ask = <C extends Command>(command: C, request: Protocol[C]['request']) => Promise<Protocol[C]['reply']>;

interface Question {
  readonly resolve: (reply: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A port whose evidence is written here, by the user of this process: an engine that runs as a service would put it where only its own user
 * can read it. `directories` are tried in turn until one can be written.
 */
export function keepingEvidence(port: Port, directories: readonly string[]): Port {
  // The screen counts its requests upwards from 1.
  let lastId = 0;
  let listener: (message: FromEngine) => void = () => {};
  const asked = new Map<number, Question>();
  port.listen((message) => {
    const question = message.type === 'reply' || message.type === 'error' ? asked.get(message.id) : undefined;
    if (question === undefined) return listener(message);
    if (message.type === 'reply') question.resolve(message.reply as never);
    else if (message.type === 'error') question.reject(new Error(message.message));
  });
  const ask: Ask = (command, request) => {
    const id = --lastId;
    return new Promise<never>((resolve, reject) => {
      asked.set(id, { resolve, reject });
      port.post({ type: 'request', id, command, request });
    }).finally(() => asked.delete(id));
  };
  return {
    listen(next) {
      listener = next;
    },
    post(message) {
      if (message.type !== 'request' || message.command !== 'evidence') return port.post(message);
      const { id, request } = message;
      fetchEvidence(ask, request as Protocol['evidence']['request'], directories)
        .then((reply) => listener({ type: 'reply', id, reply }))
        .catch((error: unknown) => listener({ type: 'error', id, message: error instanceof Error ? error.message : String(error) }));
    },
  };
}

async function fetchEvidence(ask: Ask, request: Protocol['evidence']['request'], directories: readonly string[]): Promise<EvidenceReply> {
  const pack = await ask('evidence.pack', request);
  const content = await partsOf(ask, pack);
  const { name, sha256, lines, leftOut } = pack;
  return { ...(await keepSomewhere({ name, sha256, content }, directories)), lines, leftOut };
}

async function partsOf(ask: Ask, { sizeBytes }: EvidencePack): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < sizeBytes; ) {
    const part = Buffer.from(await ask('evidence.part', { offset }), 'base64');
    if (part.length === 0) throw new Error(t('the engine does not hold the evidence any more: take it again'));
    parts.push(part);
    offset += part.length;
  }
  return Buffer.concat(parts);
}

const MAY_NOT_WRITE = new Set(['EACCES', 'EPERM', 'EROFS']);

async function keepSomewhere(
  packed: Parameters<typeof keepEvidence>[0],
  [directory = '.', ...others]: readonly string[],
): Promise<WrittenEvidence> {
  try {
    return await keepEvidence(packed, directory);
  } catch (error) {
    if (others.length === 0 || !MAY_NOT_WRITE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return keepSomewhere(packed, others);
  }
}
