#include "runtimes/js_host/js_host_fixture.h"

namespace leash::runtimes {
namespace {

TEST_F(JsHostTest, BufferKnowsTheUsualEncodings) {
  expect_output(R"(
const text = 'héllo ✓ 😀';
for (const name of ['utf8', 'hex', 'base64', 'base64url', 'utf16le']) {
  const coded = Buffer.from(text).toString(name);
  if (name !== 'utf16le' && Buffer.from(coded, name).toString() !== text) console.log('not', name);
}
console.log(Buffer.from(text, 'utf16le').toString('utf16le') === text);
console.log(Buffer.from('hi').toString('hex'), Buffer.from('6869', 'hex').toString());
console.log(Buffer.from('a?>').toString('base64'), Buffer.from('YT8-', 'base64url') + '');
console.log(Buffer.from('é', 'latin1').length, Buffer.byteLength('é'));
try { Buffer.from('x', 'ebcdic'); } catch (error) { console.log(error.name, error.code); })",
                "true\n6869 hi\nYT8+ a?>\n1 2\nTypeError ERR_UNKNOWN_ENCODING\n");
}

TEST_F(JsHostTest, BufferIsBytesWithNodesMethods) {
  expect_output(R"(
const {Buffer: same} = require('buffer');
const b = Buffer.concat([Buffer.from([1, 2]), Buffer.alloc(2, 7)]);
console.log(same === Buffer, Buffer.isBuffer(b), b instanceof Uint8Array, JSON.stringify(b));
const part = b.slice(1, 3);
part[0] = 9;
console.log(b[1], Buffer.isBuffer(part), b.equals(Buffer.from([1, 9, 7, 7])));
b.writeUInt16BE(0x0102, 2);
console.log(b.readUInt16BE(2), b.readUint16LE(2), b.readInt8(1), b.indexOf(Buffer.from([1, 2])));
console.log(Buffer.from('abcabc').indexOf('ca'), Buffer.from('abc').includes('d'));
console.log(Buffer.compare(Buffer.from('a'), Buffer.from('b')), Buffer.alloc(3, 'ab') + '');
try { b.readUInt32LE(1); } catch (error) { console.log(error.name); })",
                "true true true {\"type\":\"Buffer\",\"data\":[1,2,7,7]}\n9 true true\n"
                "258 513 9 2\n2 false\n-1 aba\nRangeError\n");
}

}  // namespace
}  // namespace leash::runtimes
