// An isolate of its own for each request: nothing of one is there in the next. Without a name it is
// not kept either; with one it would be, and workerd would grow by megabytes a second.
const source =
  'export default { async fetch() { return Response.json({ message: "OK", value: 42 }); } }';

export default {
  async fetch(request, env) {
    const isolate = env.LOADER.get(null, async () => ({
      compatibilityDate: "2025-09-01",
      mainModule: "main.js",
      modules: { "main.js": source },
      globalOutbound: null,
    }));
    return isolate.getEntrypoint().fetch(request);
  },
};
