import { machineFiles, type SpoolFiles } from '../../src/outputs/spool/spool-files.ts';

/** Real files on a disk that can be full. */
export interface FaultyFiles extends SpoolFiles {
  /** Bytes that a write still gets through; beyond them ENOSPC, after as many bytes as fitted. */
  room: number;
}

export function faultyFiles(): FaultyFiles {
  const files: FaultyFiles = {
    ...machineFiles,
    room: Number.POSITIVE_INFINITY,
    write(path, bytes, offset) {
      if (bytes.length > files.room) {
        machineFiles.write(path, bytes.subarray(0, files.room), offset);
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      }
      machineFiles.write(path, bytes, offset);
    },
  };
  return files;
}
