import { openStore } from '../../src/store/open-store.ts';
import { incident, position, START_MS } from './samples.ts';

/** Run as a process of its own: commits without end, and says each number once it is committed. */
const store = await openStore({ path: process.argv[2] ?? '', now: () => START_MS });
if (store.memoryOnly !== '') throw new Error(store.memoryOnly);
process.stdout.on('error', () => process.exit());
for (let number = 1; ; number++) {
  store.commit({ positions: [['/log', position(number)]], incidents: [incident('last', { detections: number })] });
  process.stdout.write(`${number}\n`);
  if (number % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
}
