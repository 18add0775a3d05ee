import type { EngineClient, EvidenceReply } from '../engine/protocol.ts';
import type { Action, Effect } from './actions.ts';

const paper = (title: string, note: string, text: string): Action => ({
  type: 'open',
  screen: { kind: 'paper', title, note, text, scroll: 0 },
});

/** Asks for a ticket, copies it and shows it. */
export async function takeTicket(
  client: EngineClient,
  { target, subject }: Extract<Effect, { type: 'ticket' }>,
  copy: (text: string) => boolean,
): Promise<Action> {
  const ticket = await client.request('ticket', { target });
  if (!ticket) return { type: 'message', text: `No incident is known of ${subject}.`, tone: 'info' };
  const note = copy(ticket.markdown) ? 'copied' : 'too long for the clipboard';
  return paper('Ticket', note, ticket.markdown);
}

/** Asks for the evidence and shows where it is. */
export async function takeEvidence(client: EngineClient, { target, subject }: Extract<Effect, { type: 'evidence' }>): Promise<Action> {
  const reply = await client.request('evidence', { target });
  return paper(`Evidence about ${subject}`, 'written', evidenceText(reply));
}

function evidenceText({ folder, archive, sha256, files, lines, leftOut }: EvidenceReply): string {
  return [
    'Folder',
    `  ${folder}`,
    '',
    'The same as one file',
    `  ${archive}`,
    `  SHA-256 ${sha256}`,
    '',
    `${lines.toLocaleString('en-US')} raw lines, ${files.toLocaleString('en-US')} files. Check: sha256sum -c SHA256SUMS`,
    ...(leftOut.length === 0 ? [] : ['', 'Left out', ...leftOut.map((sentence) => `  ${sentence}`)]),
  ].join('\n');
}
