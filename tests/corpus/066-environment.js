// A copy of the warmed JavaScript engine: its environment, its arguments, and what is there for a program
// to reach. There is no file, process or network interface but what require() reads, with a run's rights.
//
// expect: cause=exit exit_code=0
// sees: ^environment: CORPUS_MARKER HOME LANG PATH TMPDIR$
// sees: ^required: none$
// sees: ^reached: none$
// args: {state}
const state = process.argv[2];
console.log('environment:', Object.keys(process.env).sort().join(' '));
const required = [];
for (const path of ['/etc/shadow', '/root/.bashrc', `${state}/token`, '/proc/1/environ', '../../../etc/shadow',
  'fs', 'child_process', 'net', 'node:fs', 'os', 'vm', 'worker_threads']) {
  try {
    require(path);
    required.push(path);
  } catch {
    // as it should be
  }
}
console.log('required:', required.join(' ') || 'none');
const reached = ['fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'importScripts', 'Deno', 'Bun', 'load', 'read',
  'readFile', 'run', 'quit', 'gc', 'callerSourceOrigin', 'createGlobalObject', 'setTimeoutCallback', '$vm', '$']
  .filter((name) => typeof globalThis[name] !== 'undefined');
console.log('reached:', reached.join(' ') || 'none');
console.log('ATTEMPT ok');
