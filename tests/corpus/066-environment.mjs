// The environment of Node, of a child of it, and what it tells of where and how it runs.
//
// expect: cause=exit exit_code=0
// sees: ^here: CORPUS_MARKER HOME LANG PATH TMPDIR$
// sees: ^a child: CORPUS_MARKER HOME LANG PATH TMPDIR$
// sees: ^interfaces: lo$|^interfaces: none$
// sees: ^host name: leash$
// never: LEASH_|leash-spawner
import { execFileSync } from 'node:child_process';
import os from 'node:os';

const names = (text) => text.split('\0').filter(Boolean).map((item) => item.split('=')[0]).sort().join(' ');
console.log('here:', Object.keys(process.env).sort().join(' '));
console.log('a child:', names(execFileSync('/usr/bin/env', ['-0']).toString()));
console.log('host name:', os.hostname());
let interfaces;
try {
  interfaces = Object.keys(os.networkInterfaces()).join(' ') || 'none';
} catch {
  interfaces = 'none';
}
console.log('interfaces:', interfaces);
console.log('ATTEMPT ok');
