/** One file of an archive. */
export interface TarFile {
  /** Relative path, ASCII, at most 100 bytes. */
  readonly path: string;
  readonly content: Buffer;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** A number as octal digits in a field of `size` bytes, NUL at its end. */
const octal = (value: number, size: number): string =>
  `${Math.floor(value)
    .toString(8)
    .padStart(size - 1, '0')}\0`;

function header(path: string, { sizeBytes, timeMs, isFolder }: { sizeBytes: number; timeMs: number; isFolder: boolean }): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, NAME_BYTES, 'ascii');
  block.write(octal(isFolder ? FOLDER_MODE : FILE_MODE, 8), 100, 'ascii');
  block.write(octal(0, 8), 108, 'ascii');
  block.write(octal(0, 8), 116, 'ascii');
  block.write(octal(sizeBytes, 12), 124, 'ascii');
  block.write(octal(timeMs / 1000, 12), 136, 'ascii');
  block.write('        ', 148, 'ascii');
  block.write(isFolder ? '5' : '0', 156, 'ascii');
  block.write('ustar\u000000', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}

/** Throws RangeError for a path that ustar has no room for: paths are ours, so that is a defect. */
function checked(path: string): string {
  if (Buffer.byteLength(path) > NAME_BYTES || /[^\x21-\x7e]/.test(path)) throw new RangeError(`no path for an archive: ${path}`);
  return path;
}

const OWN_PATH = /^[\w.-]+(?:\/[\w.-]+)*$/;

/** A NUL-ended text of a header's field. */
const textAt = (block: Buffer, from: number, size: number): string =>
  block
    .toString('latin1', from, from + size)
    .replace(/\0.*$/s, '')
    .trim();

/** Relative and without a step upwards, whoever packed it; throws RangeError. */
function harmlessPath(path: string): string {
  if (!OWN_PATH.test(path) || path.split('/').some((part) => part === '.' || part === '..'))
    throw new RangeError(`no path to unpack: ${JSON.stringify(path.slice(0, NAME_BYTES))}`);
  return path;
}

/** The files of an archive of {@link tar}, without the name of their folder. Throws RangeError for anything that `tar` does not make. */
export function untar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const block = archive.subarray(at, at + BLOCK);
    const type = textAt(block, 156, 1);
    const sizeBytes = Number.parseInt(textAt(block, 124, 12), 8);
    const from = at + BLOCK;
    if (!(sizeBytes >= 0) || from + sizeBytes > archive.length || (type !== '0' && type !== '5'))
      throw new RangeError('no archive of evidence');
    const path = harmlessPath(textAt(block, 0, NAME_BYTES).replace(/\/$/, ''));
    if (type === '0')
      files.push({ path: harmlessPath(path.slice(path.indexOf('/') + 1)), content: archive.subarray(from, from + sizeBytes) });
    at = from + Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
  return files;
}

/** Files in one folder as an uncompressed archive in the ustar format (IEEE Std 1003.1, pax, "ustar Interchange Format"). */
export function tar(folder: string, files: readonly TarFile[], timeMs: number): Buffer {
  const folders = new Set([
    `${folder}/`,
    ...files.flatMap(({ path }) => (path.includes('/') ? [`${folder}/${path.slice(0, path.lastIndexOf('/') + 1)}`] : [])),
  ]);
  const blocks = [...folders].map((path) => header(checked(path), { sizeBytes: 0, timeMs, isFolder: true }));
  for (const { path, content } of files) {
    blocks.push(header(checked(`${folder}/${path}`), { sizeBytes: content.length, timeMs, isFolder: false }), content);
    blocks.push(Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}
