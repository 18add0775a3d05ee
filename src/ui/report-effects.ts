import type { EngineClient, EvidenceReply } from '../engine/protocol.ts';
import { formatNumber, t } from '../lang/lang.ts';
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
  if (!ticket) return { type: 'message', text: t('No incident is known of {subject}.', { subject }), tone: 'info' };
  const note = copy(ticket.markdown) ? t('copied') : t('too long for the clipboard');
  return paper(t('Ticket'), note, ticket.markdown);
}

/** Asks for the evidence and shows where it is. */
export async function takeEvidence(client: EngineClient, { target, subject }: Extract<Effect, { type: 'evidence' }>): Promise<Action> {
  const reply = await client.request('evidence', { target });
  return paper(t('Evidence about {subject}', { subject }), t('written'), evidenceText(reply));
}

function evidenceText({ folder, archive, sha256, files, lines, leftOut }: EvidenceReply): string {
  return [
    t('Folder'),
    `  ${folder}`,
    '',
    t('The same as one file'),
    `  ${archive}`,
    `  SHA-256 ${sha256}`,
    '',
    t('{lines} raw lines, {files} files. Check: {command}', {
      lines: formatNumber(lines),
      files: formatNumber(files),
      command: 'sha256sum -c SHA256SUMS',
    }),
    ...(leftOut.length === 0 ? [] : ['', t('Left out'), ...leftOut.map((sentence) => `  ${t(sentence)}`)]),
  ].join('\n');
}
