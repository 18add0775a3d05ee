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
