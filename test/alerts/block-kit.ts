/**
 * What is wrong with a Slack payload by Block Kit's rules (docs.slack.dev, "Block Kit": blocks header, section, context; object text; and
 * chat.postMessage for the message). Empty when nothing is. Knows only the blocks that secmon uses: any other is an error.
 */
export function blockKitProblems(payload: unknown): string[] {
  const message = record(payload);
  const problems = unknownKeys('message', message, [
    ...['text', 'blocks', 'mrkdwn', 'unfurl_links', 'unfurl_media', 'channel', 'thread_ts', 'reply_broadcast'],
  ]);
  if (typeof message['text'] !== 'string' || message['text'].length < 1) problems.push('message: text for notifications is missing');
  else if (message['text'].length > 4_000) problems.push('message: text over 4,000 characters');
  const blocks = message['blocks'];
  if (!Array.isArray(blocks) || blocks.length < 1 || blocks.length > 50) return [...problems, 'message: not 1 to 50 blocks'];
  return [...problems, ...blocks.flatMap((block: unknown, index) => blockProblems(`block ${index}`, record(block)))];
}

type Fields = Readonly<Record<string, unknown>>;

function blockProblems(place: string, block: Fields): string[] {
  switch (block['type']) {
    case 'header':
      return [
        ...unknownKeys(place, block, ['type', 'text']),
        ...textProblems(`${place}: text`, block['text'], { max: 150, plainOnly: true }),
      ];
    case 'section': {
      const { text, fields } = block;
      const problems = unknownKeys(place, block, ['type', 'text', 'fields']);
      if (text === undefined && fields === undefined) problems.push(`${place}: a section needs text or fields`);
      if (text !== undefined) problems.push(...textProblems(`${place}: text`, text, { max: 3_000 }));
      if (fields !== undefined) problems.push(...listProblems(`${place}: fields`, fields, 2_000));
      return problems;
    }
    case 'context':
      return [...unknownKeys(place, block, ['type', 'elements']), ...listProblems(`${place}: elements`, block['elements'], 3_000)];
    default:
      return [`${place}: no block of type ${String(block['type'])}`];
  }
}

function listProblems(place: string, list: unknown, max: number): string[] {
  if (!Array.isArray(list) || list.length < 1 || list.length > 10) return [`${place}: not 1 to 10`];
  return list.flatMap((item: unknown, index) => textProblems(`${place} ${index}`, item, { max }));
}

function textProblems(place: string, value: unknown, { max, plainOnly = false }: { max: number; plainOnly?: boolean }): string[] {
  const object = record(value);
  const { type, text } = object;
  if (type !== 'plain_text' && type !== 'mrkdwn') return [`${place}: no text object`];
  const problems = unknownKeys(place, object, type === 'plain_text' ? ['type', 'text', 'emoji'] : ['type', 'text', 'verbatim']);
  if (plainOnly && type !== 'plain_text') problems.push(`${place}: must be plain_text`);
  if (typeof text !== 'string' || text.length < 1 || text.length > max) problems.push(`${place}: not 1 to ${max} characters`);
  return problems;
}

function unknownKeys(place: string, object: Fields, known: readonly string[]): string[] {
  return Object.keys(object).flatMap((key) => (known.includes(key) ? [] : [`${place}: unknown ${key}`]));
}

const record = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
