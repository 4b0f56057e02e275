const { createHash } = require('node:crypto');
const { once, EventEmitter } = require('node:events');

const events = new EventEmitter();
once(events, 'ready').then(([name]) => console.log(`hello from ${name}`));
setImmediate(() => events.emit('ready', 'node'));
console.log(createHash('sha256').update('leash').digest('hex').length);
