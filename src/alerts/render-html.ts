import type { AlertMessage } from '../model/alert.ts';
import { boundMessage } from './bounded-message.ts';
import { harmless } from './harmless.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML content and quoted attributes (HTML Living Standard, 13.1.2.3 and 13.1.4). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** The message as simple HTML for mail: no link, no picture, no script, nothing loaded from anywhere. */
export function renderHtml(message: AlertMessage): string {
  const bounded = boundMessage(message, (text, max) => escapeHtml(harmless(text, max)));
  const facts = [['Who', bounded.who] as const, ['Outcome', bounded.outcome] as const, ...bounded.facts].filter(
    ([, value]) => value !== '',
  );
  const rows = facts.map(([label, value]) => `<tr><th align="left" valign="top">${label}&nbsp;&nbsp;</th><td>${value}</td></tr>`);
  const parts = [
    `<h2>[${bounded.severity.toUpperCase()}] ${bounded.title}</h2>`,
    `<table>${rows.join('\n')}</table>`,
    bounded.payload === '' ? '' : `<h3>Payload (decoded)</h3>\n<pre style="white-space: pre-wrap">${bounded.payload}</pre>`,
    bounded.steps.length === 0 ? '' : `<h3>What to do next</h3>\n<ol>${bounded.steps.map((step) => `<li>${step}</li>`).join('\n')}</ol>`,
    bounded.note === '' ? '' : `<h3>Note</h3>\n<p>${bounded.note}</p>`,
    `<p>Seen on ${bounded.origin}<br>Alert ${escapeHtml(harmless(bounded.id, 100))}</p>`,
  ];
  return `<!doctype html>\n<html><body>\n${parts.filter((part) => part !== '').join('\n')}\n</body></html>\n`;
}
