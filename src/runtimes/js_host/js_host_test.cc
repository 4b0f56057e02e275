// Runs the built leash-js on little scripts and looks at what comes out.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtimes/js_host/js_host_fixture.h"

namespace leash::runtimes {
namespace {

using testing::Process;

// What console.log shows.

TEST_F(JsHostTest, PrimitivesAreShownAsTheyAre) {
  expect_output("console.log('a', 1, -0, 10n, null, undefined, true, Symbol('s'))",
                "a 1 -0 10n null undefined true Symbol(s)\n");
}

TEST_F(JsHostTest, ObjectsAndArraysNest) {
  expect_output("console.log({a: 1, 'b-c': [1, 'x', {d: {e: {f: 1}}}]}, [, 1], [], {})",
                "{ a: 1, 'b-c': [ 1, 'x', { d: [Object] } ] } [ <1 empty item>, 1 ] [] {}\n");
}

TEST_F(JsHostTest, CollectionsShowTheirContents) {
  expect_output("console.log(new Map([['k', {v: 1}]]), new Set([1, 'b']), new Uint8Array([1, 2]))",
                "Map(1) { 'k' => { v: 1 } } Set(2) { 1, 'b' } Uint8Array(2) [ 1, 2 ]\n");
}

TEST_F(JsHostTest, CircularReferencesAreMarked) {
  expect_output("const o = {name: 'o'}; o.self = o; console.log(o)",
                "<ref *1> { name: 'o', self: [Circular *1] }\n");
}

TEST_F(JsHostTest, ClassesAndFunctionsHaveNames) {
  expect_output(
      "class A { x = 1 } class B extends A {}\n"
      "console.log(new B(), B, () => 1, function f() {}, Object.create(null))",
      "B { x: 1 } [class B extends A] [Function (anonymous)] [Function: f] "
      "[Object: null prototype] {}\n");
}

TEST_F(JsHostTest, LongArraysGoIntoColumnsAndAreCut) {
  const Outcome outcome = run("console.log(Array.from({length: 120}, (_, i) => i))");
  EXPECT_NE(outcome.out.find("\n   0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11,\n"),
            std::string::npos);
  EXPECT_NE(outcome.out.find("\n  ... 20 more items\n]\n"), std::string::npos);
}

TEST_F(JsHostTest, ShowingAValueRunsNoCodeOfIt) {
  expect_output(
      "const bad = () => { throw new Error('must not run') };\n"
      "console.log({get a() { bad() }, toString: bad}, new Proxy({p: 1}, "
      "{get: bad, ownKeys: bad, getPrototypeOf: bad, getOwnPropertyDescriptor: bad}))",
      "{ a: [Getter], toString: [Function: bad] } { p: 1 }\n");
}

TEST_F(JsHostTest, RevokedProxiesAndHugeNestingAreNoProblem) {
  expect_output(
      "const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); console.log(proxy);\n"
      "let deep = []; for (let i = 0; i < 1e5; ++i) deep = [deep];\n"
      "console.log(deep); console.dir(deep, {depth: null});",
      "{}\n[ [ [ [Array] ] ] ]\n[object that cannot be shown: [object Array]]\n");
}

TEST_F(JsHostTest, ErrorsShowStackCauseAndProperties) {
  expect_output(
      "const e = new TypeError('bad', {cause: new Error('deep')});\ne.code = 7;\nconsole.log(e)",
      "TypeError: bad\n    at main.js:1:24 {\n  code: 7,\n"
      "  [cause]: Error: deep\n      at main.js:1:49\n}\n");
}

TEST_F(JsHostTest, FormatStringsTakeTheirValues) {
  expect_output("console.log('%s is %d%% of %j %o', 'x', 42.5, {a: 1}, [1], 'more')",
                "x is 42.5% of {\"a\":1} [ 1 ] more\n");
}

TEST_F(JsHostTest, GroupsTablesAndCountsWork) {
  expect_output(
      "console.group('g'); console.log('a\\nb'); console.groupEnd();\n"
      "console.count(); console.count(); console.table([{x: 1}])",
      "g\n  a\n  b\ndefault: 1\ndefault: 2\n"
      "┌─────────┬───┐\n│ (index) │ x │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘\n");
}

TEST_F(JsHostTest, ErrorAndWarnGoToStderr) {
  const Outcome outcome = run("console.error('e', {a: 1}); console.warn('w'); console.info('i')");
  EXPECT_EQ(outcome.err, "e { a: 1 }\nw\n");
  EXPECT_EQ(outcome.out, "i\n");
  EXPECT_EQ(outcome.code, 0);
}

TEST_F(JsHostTest, TraceShowsWhereItIs) {
  const Outcome outcome = run("function f() { console.trace('here') }\nf()");
  EXPECT_EQ(outcome.err, "Trace: here\n    at f (main.js:1:29)\n    at main.js:2:2\n");
}

// Timers, promises, the end.

TEST_F(JsHostTest, TheLoopKeepsTheOrder) {
  expect_output(
      "setTimeout(() => print('late'), 20); setTimeout(() => print('soon'), 1);\n"
      "queueMicrotask(() => print('micro')); Promise.resolve().then(() => print('then'));\n"
      "const t = setTimeout(() => print('never'), 2); clearTimeout(t); print('first');",
      "first\nmicro\nthen\nsoon\nlate\n");
}

TEST_F(JsHostTest, PromiseJobsRunBeforeTheNextCallback) {
  expect_output(
      "setImmediate(() => { print('a'); Promise.resolve().then(() => print('b')) });\n"
      "setImmediate(() => { print('c'); setImmediate(() => print('e')) });\n"
      "setImmediate(() => print('d')); clearImmediate(setImmediate(() => print('never')));",
      "a\nb\nc\nd\ne\n");
}

TEST_F(JsHostTest, IntervalsRepeatUntilCleared) {
  expect_output(
      "let n = 0; const id = setInterval((x) => { print(x, ++n); if (n === 3) clearInterval(id) }, "
      "1, 'arg')",
      "arg 1\narg 2\narg 3\n");
}

TEST_F(JsHostTest, TopLevelAwaitWorks) {
  expect_output("print(await new Promise((done) => setTimeout(() => done('waited'), 1)))",
                "waited\n");
}

TEST_F(JsHostTest, AwaitAsANameStillParses) {
  expect_output("var await = 3; print(await + 1)", "4\n");
}

TEST_F(JsHostTest, EndlessTopLevelAwaitIsExit13) {
  const Outcome outcome = run("print('a'); await new Promise(() => {})");
  EXPECT_EQ(outcome.code, 13);
  EXPECT_EQ(outcome.err, "Warning: the await at the top level of main.js never ends\n");
}

TEST_F(JsHostTest, ExitCodesAndTheExitEvent) {
  EXPECT_EQ(run("process.exit(3); print('no')").code, 3);
  EXPECT_EQ(run("process.exitCode = 4").code, 4);
  const Outcome outcome = run("process.on('exit', (c) => print('bye', c)); process.exit(5)");
  EXPECT_EQ(outcome.out, "bye 5\n");
  EXPECT_EQ(outcome.code, 5);
}

// Errors nobody catches.

TEST_F(JsHostTest, UncaughtErrorsShowNameMessageAndStack) {
  expect_error("function f() {\n  throw new TypeError('bad');\n}\nf();",
               "Uncaught TypeError: bad\n    at f (main.js:2:22)\n    at main.js:4:2\n");
}

TEST_F(JsHostTest, AnythingMayBeThrown) {
  expect_error("throw {a: 1}", "Uncaught { a: 1 }\n");
  expect_error("throw null", "Uncaught null\n");
}

TEST_F(JsHostTest, UncaughtErrorInATimerEndsTheProgram) {
  expect_error("setTimeout(() => { throw new Error('t') }, 1); setTimeout(() => print('no'), 50)",
               "Uncaught Error: t\n    at main.js:1:35\n");
}

TEST_F(JsHostTest, UnhandledRejectionsAreErrors) {
  expect_error("Promise.reject(5)", "Uncaught (in promise) 5\n");
  expect_output("const p = Promise.reject(5); p.catch((e) => print('caught', e))", "caught 5\n");
}

TEST_F(JsHostTest, RejectedTopLevelAwaitIsUncaught) {
  expect_error("await null;\nthrow new RangeError('r')",
               "Uncaught RangeError: r\n    at main.js:2:21\n");
}

TEST_F(JsHostTest, HandlersOfTheProgramComeFirst) {
  expect_output(
      "process.on('uncaughtException', (e) => print('handled', e.message));\n"
      "setTimeout(() => print('lives'), 1); null.x",
      "handled null is not an object (evaluating 'null.x')\nlives\n");
}

TEST_F(JsHostTest, SyntaxErrorsShowTheLine) {
  expect_error("let a = 1;\nlet b = ;\n",
               "main.js:2\nlet b = ;\n\nSyntaxError: Unexpected token ';'\n");
  expect_error("function f() {\n  print(1)\n",
               "main.js:2\n  print(1)\n\nSyntaxError: Unexpected end of script\n");
  expect_error("print(await 5);\nlet b = ;",
               "main.js:2\nlet b = ;\n\nSyntaxError: Unexpected token ';'\n");
}

TEST_F(JsHostTest, ModuleSyntaxIsRefusedWithAdvice) {
  for (const char* line : {"import x from './x.js'", "import {y} from 'y'", "export const z = 1",
                           "export default 1", "import './x.js'"}) {
    const Outcome outcome = run(std::string("print(1)\n") + line);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.find(std::string("main.js:2\n") + line), 0U) << outcome.err;
    EXPECT_NE(outcome.err.find("require(\"./file.js\")"), std::string::npos) << outcome.err;
  }
}

TEST_F(JsHostTest, DeepRecursionIsARangeError) {
  expect_output(
      "function f() { f() } try { f() } catch (e) { print(e.name, e instanceof RangeError) }",
      "RangeError true\n");
  const Outcome outcome = run("function f() { console.log({a: [f]}); f() } f()");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.find("Uncaught RangeError: Maximum call stack size exceeded."), 0U)
      << outcome.err;
}

TEST_F(JsHostTest, HugeAllocationsAreErrorsNotCrashes) {
  expect_output(
      "try { 'x'.repeat(2 ** 30).repeat(4) } catch (e) { print(e.name) }\n"
      "try { new ArrayBuffer(2 ** 50) } catch (e) { print(e.name) }",
      "RangeError\nRangeError\n");
}

// Modules.

TEST_F(JsHostTest, RequireLoadsFilesOnce) {
  folder_.write("lib/a.js",
                "print('loading', __filename.endsWith('/lib/a.js'), __dirname.endsWith('/lib'));\n"
                "exports.b = require('./b'); exports.data = require('../data.json');");
  folder_.write("lib/b.js", "module.exports = 'b'");
  folder_.write("data.json", "{\"n\": [1, 2]}");
  expect_output(
      "const a = require('./lib/a.js'); print(a, a === require('./lib/a'), require.main === "
      "module)",
      "loading true true\n{ b: 'b', data: { n: [ 1, 2 ] } } true true\n");
}

TEST_F(JsHostTest, RequireSurvivesCycles) {
  folder_.write("a.js", "exports.early = 1; exports.seen = require('./b').seen; exports.late = 2");
  folder_.write("b.js", "exports.seen = Object.keys(require('./a'))");
  expect_output("print(require('./a'))", "{ early: 1, seen: [ 'early' ], late: 2 }\n");
}

TEST_F(JsHostTest, RequireSaysWhatIsMissing) {
  expect_output("try { require('./no') } catch (e) { print(e.code, e.message) }",
                "MODULE_NOT_FOUND Cannot find module './no': no such file in the job\n");
  const Outcome outcome = run("require('fs')");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("language \"node\""), std::string::npos) << outcome.err;
}

TEST_F(JsHostTest, SyntaxErrorInAModuleNamesItsFile) {
  folder_.write("bad.js", "let x = 1;\nlet y = ;\n");
  expect_error("require('./bad')",
               "bad.js:2\nlet y = ;\n\nSyntaxError: Unexpected token ';'\n    at main.js:1:8\n");
}

// The world outside.

TEST_F(JsHostTest, ArgumentsAndEnvironment) {
  expect_output("print(process.argv.slice(2), process.env.COLOUR, Object.keys(process.env).sort())",
                "[ '-x', 'é' ] blue [ 'COLOUR', 'LANG', 'PATH' ]\n", "", {"-x", "é"});
}

TEST_F(JsHostTest, ReadlineAndReadAll) {
  expect_output("print(readline(), readline('? ')); print([readAll()], readline())",
                "? one two\n[ 'three\\nfour' ] null\n", "one\r\ntwo\nthree\nfour");
}

TEST_F(JsHostTest, WriteAddsNoNewline) {
  expect_output("process.stdout.write('a'); process.stdout.write('b\\n')", "ab\n");
}

TEST_F(JsHostTest, TextAndBase64) {
  expect_output(
      "const bytes = new TextEncoder().encode('é😀'); print(bytes.length);\n"
      "const d = new TextDecoder(); print(d.decode(bytes.subarray(0, 3), {stream: true}) +\n"
      "  d.decode(bytes.subarray(3)));\n"
      "try { new TextDecoder('utf-8', {fatal: true}).decode(new Uint8Array([255])) }\n"
      "catch (e) { print(e.name) }\n"
      "print(btoa('hello'), atob('aGVsbG8='), btoa('ab'), atob('YQ'))",
      "6\né😀\nTypeError\naGVsbG8= hello YWI= a\n");
}

TEST_F(JsHostTest, StructuredCloneCopiesDeeply) {
  expect_output(
      "const a = {m: new Map([[1, {x: 1}]]), d: new Date(0), u: new Uint8Array([7])}; a.me = a;\n"
      "const b = structuredClone(a); b.m.get(1).x = 2;\n"
      "print(a.m.get(1).x, b.me === b, b.d, b.u);\n"
      "try { structuredClone({f() {}}) } catch (e) { print(e.name) }",
      "1 true 1970-01-01T00:00:00.000Z Uint8Array(1) [ 7 ]\nDataCloneError\n");
}

TEST_F(JsHostTest, LateGlobalsCanBeReplaced) {
  expect_output("globalThis.btoa = 5; print(btoa, typeof atob, Object.keys(globalThis))",
                "5 function []\n");
}

TEST_F(JsHostTest, SourceMayHoldAnyBytes) {
  expect_output("print('\xff ok \xe2\x82', 'a\xc3\xa9')", "\uFFFD ok \uFFFD aé\n");
  expect_output(std::string_view("print('a\0b'.length)", 19), "3\n");
  expect_output("\xef\xbb\xbf#!/usr/bin/env node\nprint('bom')", "bom\n");
  expect_output("", "");
}

TEST_F(JsHostTest, LoneSurrogatesArePrintedAsReplacement) {
  expect_output("print('a\\ud800b', ['\\ud800'])", "a\uFFFDb [ '\\ud800' ]\n");
}

TEST_F(JsHostTest, HugeLinesArriveWhole) {
  const Outcome outcome = run("console.log('x'.repeat(5e6)); console.log('end')");
  EXPECT_EQ(outcome.out.size(), 5'000'001U + 4);
  EXPECT_TRUE(outcome.out.ends_with("x\nend\n"));
}

TEST_F(JsHostTest, ClosedStdioIsNoProblem) {
  folder_.write("main.js",
                "console.log(1); console.error(2); process.exit(readline() === null ? 9 : 8)");
  Process process({.argv = {"/usr/bin/bash", "-c", "\"$0\" main.js <&- >&- 2>&-; echo $?",
                            LEASH_SANDBOX_DIR "/leash-js"},
                   .environment = {},
                   .folder = folder_.path()});
  EXPECT_EQ(process.finish(), 0);
  EXPECT_EQ(process.out(), "9\n");
}

TEST_F(JsHostTest, AReaderThatLeavesEndsTheProgram) {
  folder_.write("main.js", "for (;;) console.log('y')");
  Process process(
      {.argv = {"/usr/bin/bash", "-c", "\"$0\" main.js | head -n 1; echo ${PIPESTATUS[0]}",
                LEASH_SANDBOX_DIR "/leash-js"},
       .environment = {},
       .folder = folder_.path()});
  EXPECT_EQ(process.finish(), 0);
  EXPECT_EQ(process.out(), "y\n141\n");
}

TEST_F(JsHostTest, MissingScriptAndMissingArgument) {
  Process missing({.argv = {LEASH_SANDBOX_DIR "/leash-js", "./none.js"},
                   .environment = {},
                   .folder = folder_.path()});
  EXPECT_EQ(missing.finish(), 1);
  EXPECT_EQ(missing.err(), "leash-js: cannot read ./none.js: No such file or directory\n");
  Process usage({.argv = {LEASH_SANDBOX_DIR "/leash-js"}, .environment = {}});
  EXPECT_EQ(usage.finish(), 64);
}

TEST_F(JsHostTest, VersionIsThatOfTheEngine) {
  Process process({.argv = {LEASH_SANDBOX_DIR "/leash-js", "--version"}, .environment = {}});
  EXPECT_EQ(process.finish(), 0);
  EXPECT_EQ(process.out().find("JavaScriptCore 2."), 0U) << process.out();
}

}  // namespace
}  // namespace leash::runtimes
