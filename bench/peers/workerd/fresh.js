// An isolate of its own for each request: nothing of one is there in the next.
const source =
  'export default { async fetch() { return Response.json({ message: "OK", value: 42 }); } }';
let count = 0;

export default {
  async fetch(request, env) {
    const isolate = env.LOADER.get(`fresh-${count++}`, async () => ({
      compatibilityDate: "2025-09-01",
      mainModule: "main.js",
      modules: { "main.js": source },
      globalOutbound: null,
    }));
    return isolate.getEntrypoint().fetch(request);
  },
};
