import { describe, expect, it } from 'vitest';
import { commandStep, complete } from '../../src/ui/command-line.ts';
import { COMMANDS, keysTable, keyWord } from '../../src/ui/commands.ts';
import { actorScreen } from '../../src/ui/state.ts';
import { keyLine } from '../../src/ui/views/key-line.ts';
import { stateAt } from './fixtures/render-app.tsx';
import { SCENES } from './fixtures/scenes.ts';

const STATE = stateAt({ columns: 80, rows: 24 });

describe('the command table', () => {
  it('gives every key one meaning in every context', () => {
    const meanings = COMMANDS.flatMap(({ contexts, keys }) => contexts.flatMap((context) => keys.map((key) => `${context} ${key}`)));
    expect(meanings).toHaveLength(new Set(meanings).size);
  });

  it('names every command once', () => {
    const ids = COMMANDS.map(({ id }) => id);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('describes every command in one line without a full stop', () => {
    for (const { description, title } of COMMANDS) {
      expect(description).toMatch(/^[^\n]{4,110}[^.\n]$/);
      expect(title.length).toBeLessThanOrEqual(24);
    }
  });

  it('answers enabled with true or a sentence', () => {
    for (const command of COMMANDS) {
      const may = command.enabled(STATE);
      if (may !== true) expect(may).toMatch(/^[A-Z].*[.…]$/);
    }
  });

  it('draws the keys table of the README', () => {
    const table = keysTable();
    expect(table.split('\n')[0]).toBe('| keys | do | command line |');
    expect(table).toContain('| `j` `↓` | one row down | `:down` |');
    expect(table).toContain('| `Ctrl-D` | half a page down |');
    expect(table).toContain('| `Ctrl-C` | leave at once | |');
    for (const { keys } of COMMANDS) for (const key of keys) expect(table).toContain(`\`${keyWord(key)}\``);
  });
});

describe('the command line', () => {
  it.each<[string, unknown]>([
    ['filter status>=500 sqli', { type: 'filter', filters: ['status>=500 sqli'] }],
    ['window 5m', { type: 'window', window: '5m' }],
    ['sort errors', { type: 'sort', sort: 'errors' }],
    ['theme light', { type: 'theme', theme: 'light' }],
    ['goto 18,211', { type: 'go-to-row', rowId: 18_211 }],
    ['goto 2001:db8::1', { type: 'open', screen: actorScreen('2001:db8::1') }],
    ['pause', { type: 'pause' }],
    ['window', { type: 'window' }],
  ])('does :%s', (line, action) => {
    expect(commandStep(line, STATE, COMMANDS)).toEqual({ actions: [action], effects: [] });
  });

  it('leaves with :quit', () => {
    expect(commandStep('quit', STATE, COMMANDS)).toEqual({ actions: [], effects: [{ type: 'quit' }] });
  });

  it.each([
    ['window 7m', 'There is no window "7m": 1m, 5m, 15m, 60m, all.'],
    ['goto nowhere!', 'goto takes the number of an entry or an address: :goto 18211, :goto 203.0.113.9.'],
    ['goto', 'goto needs a word behind it: :goto 18211, :goto 203.0.113.9.'],
    ['follow', 'Following already.'],
  ])('says why :%s does nothing', (line, sentence) => {
    expect(commandStep(line, STATE, COMMANDS)).toBe(sentence);
  });

  it.each([
    ['wi', 'window '],
    ['window 1', 'window 1'],
    ['window a', 'window all'],
    ['theme l', 'theme light'],
    ['susp', 'suspicious-'],
    ['zzz', 'zzz'],
  ])('completes :%s to :%s', (line, text) => {
    expect(complete(line, STATE, COMMANDS).text).toBe(text);
  });
});

describe('the key line', () => {
  const keysAt = (state: ReturnType<typeof stateAt>): string =>
    keyLine(state, 200)
      .map(({ text }) => text)
      .join('');

  it('says on the live screen alone that q leaves the program: elsewhere it goes back', () => {
    expect(keysAt(STATE)).toContain('q quit');
    const lists = ['bans', 'checks', 'alerts', 'help', 'entry', 'rules'].map((name) => SCENES[name]?.(STATE.size) ?? STATE);
    for (const state of lists) expect(keysAt(state)).not.toContain('quit');
  });

  it('names the other screens on each, never the one in sight', () => {
    const bans = keysAt(SCENES.bans?.(STATE.size) ?? STATE);
    expect(bans).toMatch(/2 incidents {3}3 alerts {3}5 rules {3}7 checks/);
    expect(bans).not.toContain('6 bans');
  });
});
