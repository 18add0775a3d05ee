import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBanditCheck } from '../../../src/checks/bandit/bandit.ts';
import { routesAbove } from '../../../src/checks/bandit/routes.ts';
import { failureOf, openFolder, runOf, script } from '../support.ts';

const settings = (changes: object) =>
  ({ timeout: '10m', program: 'bandit', paths: [], exclude: [], routes: {}, ...changes }) as Parameters<typeof createBanditCheck>[0];

/** One result as bandit 1.6.2 (Debian 12) wrote it, its code aside. */
const result = (file: string, line: number, code: string, changes: object = {}) => ({
  code: `${line - 1} before\n${line}     ${code}\n${line + 1} after\n`,
  filename: file,
  issue_confidence: 'HIGH',
  issue_severity: 'HIGH',
  issue_text: 'subprocess call with shell=True identified, security issue.',
  line_number: line,
  line_range: [line],
  more_info: 'https://bandit.readthedocs.io/en/latest/plugins/b602_subprocess_popen_with_shell_equals_true.html',
  test_id: 'B602',
  test_name: 'subprocess_popen_with_shell_equals_true',
  ...changes,
});
const output = (...results: readonly object[]): string =>
  JSON.stringify({ errors: [], generated_at: '2026-03-02T00:00:00Z', metrics: {}, results });

/** A check over a folder with a script in place of bandit. */
function over(text: string): { readonly check: ReturnType<typeof createBanditCheck>; readonly folder: string } {
  const folder = openFolder({ 'app.py': APP });
  return { check: createBanditCheck(settings({ program: script(folder, 'bandit', text), paths: [folder] })), folder };
}

const APP = `import subprocess
from flask import Flask
app = Flask(__name__)

@app.route("/ping")
@login_required
def ping():
    host = request.args['host']
    if host:
        subprocess.call('ping ' + host, shell=True)

class View:
    @app.get('/items/<int:item>')
    async def get(self):
        return eval(request.data)
`;

describe('Bandit', () => {
  it('ends with 1 when it found something, which is no failure', async () => {
    const folder = openFolder({ 'app.py': APP });
    const file = join(folder, 'app.py');
    const program = script(folder, 'bandit', `cat <<'END'\n${output(result(file, 10, 'subprocess.call(shell=True)'))}\nEND\nexit 1`);
    const { findings } = await runOf(createBanditCheck(settings({ program, paths: [folder] })));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'high', subject: `${file}:10`, family: 'rce', paths: ['/ping'], kind: 'weakness' });
    expect(Object.fromEntries(findings[0]?.facts ?? [])).toMatchObject({ confidence: 'high', weakness: 'CWE-78', answers: '/ping' });
  });

  it('names a finding alike when its line moves, and two of the same code apart', async () => {
    const keys = async (...results: readonly object[]): Promise<string[]> => {
      const { check } = over(`cat <<'END'\n${output(...results)}\nEND\nexit 1`);
      return (await runOf(check)).findings.map(({ key }) => key);
    };
    const [one] = await keys(result('/a.py', 10, 'call()'));
    expect(await keys(result('/a.py', 25, 'call()'))).toEqual([one]);
    const both = await keys(result('/a.py', 10, 'call()'), result('/a.py', 20, 'call()'));
    expect(new Set(both).size).toBe(2);
    expect((await keys(result('/a.py', 10, 'other()')))[0]).not.toBe(one);
  });

  it('tells which files it could not read', async () => {
    const { check } = over(`echo '{"errors":[{"filename":"x.py","reason":"syntax error while parsing AST from file"}],"results":[]}'`);
    expect((await runOf(check)).notes).toEqual(['Bandit could not read x.py: syntax error while parsing AST from file.']);
  });

  it('reads a report, and routes that a person named', async () => {
    const folder = openFolder({
      'report.json': output(result('/srv/shop/search.py', 3, 'run()', { issue_cwe: { id: 89, link: '' }, issue_severity: 'MEDIUM' })),
    });
    const { findings } = await runOf(
      createBanditCheck(settings({ report: join(folder, 'report.json'), routes: { '/search': 'shop/search.py', '/other': 'arch.py' } })),
    );
    expect(findings[0]).toMatchObject({ severity: 'medium', family: 'sqli', paths: ['/search'] });
  });

  it.each([
    [
      'another program',
      "echo 'usage: bandit [-h]'; echo 'bandit: error: unrecognized arguments: -r' >&2; exit 2",
      /install another version/,
    ],
    ['a crash', 'echo Traceback >&2; echo "KeyError: 1" >&2; exit 7', /failed with code 7: KeyError: 1/],
    ['half an answer', 'printf \'{"results": [{"code"\'', /only half of its JSON/],
    ['nonsense', 'echo hello', /did not answer JSON/],
    ['JSON of something else', 'echo "[]"', /none of bandit/],
    ['nothing', 'true', /answered nothing/],
  ])('that is %s is one sentence with what to do', async (_, text, sentence) => {
    expect(await failureOf(over(text).check)).toMatch(sentence);
  });

  it('that is missing, or has no path, is one sentence with what to do', async () => {
    expect(await failureOf(createBanditCheck(settings({ program: 'no-bandit', paths: ['/usr'] })))).toMatch(
      /There is no program no-bandit/,
    );
    expect(await failureOf(createBanditCheck(settings({ paths: ['/nowhere'] })))).toMatch(/There is nothing at \/nowhere/);
    expect(createBanditCheck(undefined).missing?.text).toContain('checks.bandit.paths');
  });

  it('that looked at no file at all says so: it passes over what it may not read', async () => {
    const { check } = over(`echo '{"errors":[],"metrics":{"_totals":{"loc":0}},"results":[]}'`);
    expect(await failureOf(check)).toMatch(/found no Python file in .* that it may read/);
  });

  it('that is old says what it overlooks', async () => {
    const { check } = over(`[ "$1" = --version ] && { echo 'bandit 1.6.2'; exit 0; }; echo '${output()}'`);
    expect((await runOf(check)).notes[0]).toMatch(/This bandit \(1\.6\.2\) overlooks weaknesses in texts/);
    const newer = over(`[ "$1" = --version ] && { echo 'bandit 1.7.10'; exit 0; }; echo '${output()}'`);
    expect((await runOf(newer.check)).notes).toEqual([]);
  });

  it('that may not read what it is to look at says so', async () => {
    const { check, folder } = over('true');
    const program = script(folder, 'bandit', `echo '{"errors":[{"filename":"${folder}","reason":"Permission denied"}],"results":[]}'`);
    expect(await failureOf(createBanditCheck(settings({ program, paths: [folder] })))).toMatch(
      /could not be read by bandit \(Permission denied\): give/,
    );
    expect(check.name).toBe('bandit');
  });
});

describe('paths that a line of Python answers', () => {
  const lines = APP.split('\n');
  it.each([
    [10, ['/ping']],
    [7, ['/ping']],
    [15, ['/items/<int:item>']],
    [1, []],
    [12, []],
    [999, []],
  ])('line %i', (line, routes) => {
    expect(routesAbove(lines, line)).toEqual(routes);
  });

  it('takes time linear in the file, whatever stands in it', () => {
    const hostile = Array.from({ length: 200_000 }, (_, i) => `${' '.repeat(i % 200)}@${'a.'.repeat(40)}route(`);
    expect(routesAbove(hostile, 199_999)).toEqual([]);
  });
});
