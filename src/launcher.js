#!/usr/bin/env node
// The oldest syntax on purpose: this file must run on any Node, to say which one is needed.
var major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write('secmon needs Node.js 20 or newer; this is ' + process.version + '. Install a newer one and try again.\n');
  process.exit(2);
} else {
  import('v8')
    .then(function (v8) {
      // Garbage is collected before it outweighs what is alive: V8 would let it grow to several times that.
      v8.setFlagsFromString('--semi-space-growth-factor=1');
      v8.setFlagsFromString('--heap-growing-percent=15');
      // What is left is moved together, and the memory given back.
      v8.setFlagsFromString('--optimize-for-size');
      return import('./main.js');
    })
    .catch(function (error) {
      process.stderr.write('secmon: ' + ((error && error.stack) || error) + '\n');
      process.exit(2);
    });
}
