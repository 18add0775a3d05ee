import { afterEach, beforeEach, expect, test } from 'vitest';
import { line, openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
});
afterEach(() => place.remove());

const attack = (second: number): string => line(`/item?id=${second}%27+union+select+password+from+users--`, { second });
const datasets = (text: string): string[] =>
  text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => (JSON.parse(one) as { event: { dataset: string } }).event.dataset);

test('scan hands the same over that it prints as NDJSON, and its exit code stays', async () => {
  place.write('access.log', attack(1) + line('/', { second: 2 }) + attack(3));
  const { code } = await place.run(['scan', 'access.log', '--output', 'file:out.ndjson']);
  const { out } = await place.run(['scan', 'access.log', '--format', 'ndjson']);
  expect(code).toBe(1);
  const printed = out.split('\n').filter((one) => one.includes('"secmon.detection"'));
  expect(printed).toHaveLength(2);
  expect(place.read('out.ndjson').split('\n')).toEqual(expect.arrayContaining(printed));
});

test('with - nothing but findings is on standard output', async () => {
  const { out, code } = await place.run(['--no-ui', '--output', '-'], { input: attack(1) + attack(2) });
  expect(code).toBe(0);
  expect(datasets(out).filter((dataset) => dataset === 'secmon.detection')).toHaveLength(2);
});

test('configured outputs are fed while secmon watches, and not by a scan', async () => {
  place.write('access.log', attack(1));
  place.write('secmon.yml', 'version: 1\noutputs: { out: { url: "file:out.ndjson" } }\n');
  await place.run(['scan', 'access.log', '--config', 'secmon.yml']);
  expect(place.has('out.ndjson')).toBe(false);
  await place.run(['--no-ui', '--config', 'secmon.yml'], { input: attack(1) });
  expect(datasets(place.read('out.ndjson'))).toContain('secmon.detection');
});

test('what cannot be is refused before anything is read, and no secret is shown', async () => {
  const refused = async (...args: string[]): Promise<string> => {
    const { code, err, out } = await place.run([...args], { input: attack(1) });
    expect([code, out]).toEqual([2, '']);
    return err;
  };
  expect(await refused('--no-ui', '--output', 'elasticsearch+https://es?api_key=Corr3ct')).toContain('api_key=${env:NAME}');
  const password = await refused('--no-ui', '--output', 'elasticsearch+https://user:Corr3ct@es');
  expect(password).toContain('--output elasticsearch+https://…@es: a user or password does not belong into the address');
  expect(password).not.toContain('Corr3ct');
  expect(await refused('scan', '-', '--output', '-')).toContain('--format ndjson');
  expect(await refused('--no-ui', '--metrics', '0.0.0.0:9123')).toContain('say --insecure');
});
