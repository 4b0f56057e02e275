/** Highlighting and indentation, in a module of its own so that it is loaded on demand. */
export { cpp as support } from "@codemirror/lang-cpp";
