// Preloaded (node --import): from SIGUSR2 on, text that a component writes throws. So the built program stays as it is.
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  Error.stackTraceLimit = 100;
  process.on('SIGUSR2', () => {
    const write = Intl.DateTimeFormat.prototype.formatToParts;
    Intl.DateTimeFormat.prototype.formatToParts = function formatToParts(...args) {
      if (/renderWithHooks|updateFunctionComponent|Component/.test(new Error().stack)) throw new Error('thrown while a component draws');
      return write.apply(this, args);
    };
  });
}
