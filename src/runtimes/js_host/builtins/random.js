// reseed(a, b, c, d): from now on Math.random() yields another sequence. The engine seeds its own
// generator when it starts, so that all copies of a warmed process would yield the same numbers.
(function(host, internal) {
'use strict';

internal.reseed = function reseed(a, b, c, d) {
  // sfc32: https://pracrand.sourceforge.net/RNG_engines.txt
  function next() {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  }
  for (let i = 0; i < 15; i++) next();
  const {random} = {
    random() {
      return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
    },
  };
  Object.defineProperty(
      Math, 'random', {value: random, writable: true, enumerable: false, configurable: true});
};
})
