import { fileURLToPath } from 'node:url';

/** Path of the program in which a check runs; it lies beside this one. */
export const checkProgram = (): string => fileURLToPath(new URL('./check.js', import.meta.url));
