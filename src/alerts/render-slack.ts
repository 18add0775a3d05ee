import { t } from '../lang/lang.ts';
import type { AlertMessage } from '../model/alert.ts';
import { boundMessage } from './bounded-message.ts';
import { cut, harmless } from './harmless.ts';
import { withoutBackticks, withoutMassMentions } from './markup.ts';
import { labelledFacts, renderHeadline } from './render-text.ts';

/** Slack's limits: 150 characters in a header, 3,000 in a section, 2,000 in each of at most ten fields (Block Kit reference). */
const HEADER = 150;
const SECTION = 2_900;
const FIELD = 400;
const MAX_FIELDS = 10;

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
  readonly emoji?: false;
  readonly verbatim?: true;
}

type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | { readonly type: 'section'; readonly text?: SlackText; readonly fields?: readonly SlackText[] }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

export interface SlackPayload {
  /** What notifications and old clients show. */
  readonly text: string;
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly SlackBlock[];
}

/**
 * The message as an incoming-webhook payload. Hostile text stands in `plain_text` or in code, where Slack reads no markup; `&`, `<`, `>` are
 * escaped (so no `<!here>`, no `<url|text>`), and `@channel` and its like lose their `@`.
 */
export function renderSlack(message: AlertMessage): SlackPayload {
  const bounded = boundMessage(message, harmless);
  const command = bounded.command === undefined ? '' : t('Open it in secmon: {command}', { command: bounded.command });
  const sentences = [
    numbered(t('What to do next'), bounded.steps),
    command,
    bounded.note === '' ? '' : t('Note: {note}', { note: bounded.note }),
  ];
  const blocks: SlackBlock[] = [{ type: 'header', text: plain(renderHeadline(message), HEADER) }];
  const fields = labelledFacts(bounded).map(([label, value]) => code(label, value));
  if (bounded.outcome !== '') blocks.push({ type: 'section', text: plain(`${sign(bounded)}${bounded.outcome}`, SECTION) });
  if (bounded.payload !== '') blocks.push({ type: 'section', text: codeBlock(bounded.payload) });
  for (let from = 0; from < fields.length; from += MAX_FIELDS)
    blocks.push({ type: 'section', fields: fields.slice(from, from + MAX_FIELDS) });
  for (const text of sentences) if (text !== '') blocks.push({ type: 'section', text: plain(text, SECTION) });
  blocks.push({
    type: 'context',
    elements: [plain(t('Seen on {origin} · alert {id}', { origin: bounded.origin, id: harmless(bounded.id, 100) }), SECTION)],
  });
  return { text: escapeSlack(renderHeadline(message), HEADER), mrkdwn: false, unfurl_links: false, unfurl_media: false, blocks };
}

/** The texts of a payload in the order in which Slack shows them. */
export function slackText({ blocks }: SlackPayload): string {
  const texts = blocks.map((block) => {
    if (block.type === 'header') return [block.text.text];
    if (block.type === 'context') return block.elements.map(({ text }) => text);
    return [...(block.text === undefined ? [] : [block.text.text]), ...(block.fields ?? []).map(({ text }) => text)];
  });
  return texts.map((group) => group.join('\n')).join('\n\n');
}

function numbered(title: string, steps: readonly string[]): string {
  return steps.length === 0 ? '' : `${title}\n${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}`;
}

const plain = (text: string, max: number): SlackText => ({ type: 'plain_text', text: escapeSlack(text, max), emoji: false });

function code(label: string, value: string): SlackText {
  return { type: 'mrkdwn', text: `${escapeSlack(label, 60).replace(/[*_~`]/g, ' ')}\n\`${inCode(value, FIELD)}\``, verbatim: true };
}

const codeBlock = (text: string): SlackText => ({ type: 'mrkdwn', text: `\`\`\`${inCode(text, SECTION)}\`\`\``, verbatim: true });

/** A backtick would end the code; its look-alike does not. */
const inCode = (text: string, max: number): string => escapeSlack(withoutBackticks(text), max);

const SIGNS = { worked: '🔴 ', open: '🟠 ', stopped: '🟢 ' } as const;
const sign = ({ verdict }: AlertMessage): string => (verdict === undefined ? '' : SIGNS[verdict]);

/** Escapes for Slack (docs: "Escaping text"), and never cuts inside an escape: the longest start of `text` whose escaped form fits. */
export function escapeSlack(text: string, maxCharacters: number): string {
  let out = '';
  for (const character of withoutMassMentions(text)) {
    const escaped = character === '&' ? '&amp;' : character === '<' ? '&lt;' : character === '>' ? '&gt;' : character;
    if (out.length + escaped.length >= maxCharacters) return `${out}…`;
    out += escaped;
  }
  return cut(out, maxCharacters);
}
