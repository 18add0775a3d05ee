import { t } from '../lang/lang.ts';
import type { AlertMessage } from '../model/alert.ts';
import { fitted, severityLine, withoutMassMentions } from './markup.ts';
import { labelledFacts } from './render-text.ts';

/** What a message posted by a workflow may have (Microsoft Teams connector, "Known issues and limitations": approximately 28 KB). */
export const TEAMS_MAX_BYTES = 28 * 1_024;

interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Large';
  readonly isSubtle?: true;
  readonly fontType?: 'Monospace';
  readonly color?: 'Attention' | 'Warning' | 'Good';
}

interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: 'Medium' | 'Small';
}

export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [{ readonly contentType: 'application/vnd.microsoft.card.adaptive'; readonly content: AdaptiveCard }];
}

interface AdaptiveCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  readonly version: '1.4';
  readonly msteams: { readonly width: 'Full' };
  readonly body: readonly RichTextBlock[];
}

/** Text runs are the element whose text is not read as Markdown (TextBlock's and FactSet's are). */
const run = (text: string, style: Omit<TextRun, 'type' | 'text'> = {}): TextRun => ({
  type: 'TextRun',
  text: withoutMassMentions(text),
  ...style,
});
const block = (inlines: readonly TextRun[], spacing: RichTextBlock['spacing'] = 'Medium'): RichTextBlock => ({
  type: 'RichTextBlock',
  inlines,
  spacing,
});

const COLOUR = { worked: 'Attention', open: 'Warning', stopped: 'Good' } as const;

/** The message as an Adaptive Card (schema 1.4) for Teams: text only, no link, no action, nobody mentioned. */
export function renderTeams(message: AlertMessage): TeamsMessage {
  const make = (scaled: AlertMessage): TeamsMessage => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: bodyOf(scaled),
        },
      },
    ],
  });
  return fitted(message, make, fits);
}

/** The limit may count UTF-16 or UTF-8; both are kept. */
function fits(made: TeamsMessage): boolean {
  const json = JSON.stringify(made);
  return Buffer.byteLength(json) <= TEAMS_MAX_BYTES && json.length * 2 <= TEAMS_MAX_BYTES;
}

function bodyOf(message: AlertMessage): RichTextBlock[] {
  const { verdict = 'open', outcome, payload, steps, command, note, origin, id } = message;
  const subtle = { isSubtle: true } as const;
  const bold = { weight: 'Bolder' } as const;
  const blocks = [
    block([run(severityLine(message), { ...bold, color: message.severity === 'low' ? 'Warning' : 'Attention' })]),
    block([run(message.title, { ...bold, size: 'Large' })], 'Small'),
    ...(outcome === '' ? [] : [block([run(outcome, { ...bold, color: COLOUR[verdict] })])]),
    ...(payload === '' ? [] : [block([run(payload, { fontType: 'Monospace' })])]),
    ...labelledFacts(message).map(([label, value]) => block([run(`${label}: `, subtle), run(value)], 'Small')),
    ...(steps.length === 0 ? [] : [block([run(t('What to do next'), bold)])]),
    ...steps.map((step, index) => block([run(`${index + 1}. ${step}`)], 'Small')),
    ...(command === undefined ? [] : [block([run(`${t('Open it in secmon')}: `, bold), run(command)])]),
    ...(note === '' ? [] : [block([run(`${t('Note')}: `, bold), run(note)])]),
    block([run(t('Seen on {origin} · alert {id}', { origin, id }), subtle)]),
  ];
  return blocks;
}

/** The texts of a card in the order in which Teams shows them. */
export function teamsText({ attachments: [{ content }] }: TeamsMessage): string {
  return content.body.map(({ inlines }) => inlines.map(({ text }) => text).join('')).join('\n');
}
