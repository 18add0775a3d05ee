import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseAddress } from '../../src/net/address.ts';

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 12: 'PTR', 28: 'AAAA' };
const ANSWER = 0x8180;
const NAME_ERROR = 3;
const SERVER_FAILURE = 2;

/**
 * A name server on a port of this machine (RFC 1035, 4) that knows `records`, by `PTR 7.100.51.198.in-addr.arpa`, `A name` or `AAAA name`;
 * of the names in `broken` it says that it failed, of all others that they do not exist.
 */
export async function startNameServer(records: Readonly<Record<string, string>>, broken: readonly string[] = []) {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => socket.send(reply(query, { records, broken }), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { server: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

function reply(query: Buffer, { records, broken }: { records: Readonly<Record<string, string>>; broken: readonly string[] }): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += size + 1;
  }
  const type = query.readUInt16BE(at + 1);
  const name = labels.join('.').toLowerCase();
  const record = records[`${TYPES[type]} ${name}`];
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(ANSWER | (broken.includes(name) ? SERVER_FAILURE : record === undefined ? NAME_ERROR : 0), 2);
  header.writeUInt16BE(record === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  const question = query.subarray(12, at + 5);
  if (record === undefined) return Buffer.concat([header, question]);
  const data = type === 12 ? encodedName(record) : Buffer.from(parseAddress(record)?.bytes ?? []);
  const answer = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([header, question, answer, data]);
}

const encodedName = (name: string): Buffer =>
  Buffer.concat([...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
